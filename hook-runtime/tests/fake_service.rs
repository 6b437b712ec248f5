//! The fake answers, paces and breaks exchanges as it was told, on real connections.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use greenlight_hook_runtime::{
    http::{Egress, FetchRequest, FetchResponse, HttpError, HttpGrants, HttpLimits, Network, Role, Roles},
    testing::{Answer, Breakage, Drip, FakeService, Listener, Repeat, Route, ServiceSpec},
};

fn route(path: &str, answer: Answer) -> Route {
    Route::new("*".parse().unwrap(), path.parse().unwrap(), answer)
}

fn answer(status: u16) -> Answer {
    Answer::new(status).unwrap()
}

/// A fake, and a plugin's own way to it.
struct Talk {
    fake: Arc<FakeService>,
    egress: Egress,
}

impl Talk {
    async fn with(spec: ServiceSpec) -> Self {
        let fake = FakeService::start(spec).await.unwrap();
        let mut roles = Roles::new();
        if let Some(url) = fake.test_url() {
            roles = roles.with_test(url).unwrap();
        }
        if let Some(url) = fake.production_url() {
            roles = roles.with_production(url).unwrap();
        }
        let grants = HttpGrants::parse(["{test}", "{production}"]).unwrap();
        let mut limits = HttpLimits::default();
        limits.first_byte_timeout = Duration::from_millis(300);
        let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
        let egress = Egress::new(Network::system().unwrap(), grants, roles, limits, deadline);
        Self { fake: Arc::new(fake), egress }
    }

    async fn one(answer: Answer) -> Self {
        Self::with(ServiceSpec::new(vec![route("/", answer)])).await
    }

    async fn get(&self, path: &str) -> Result<FetchResponse, HttpError> {
        let url = format!("{}{path}", self.fake.test_url().unwrap());
        self.egress.fetch(FetchRequest::get(url)).await
    }

    async fn broken(breakage: Breakage) -> HttpError {
        let talk = Self::one(answer(200).with_body("0123456789").with_breakage(breakage)).await;
        let error = talk.get("/").await.unwrap_err();
        assert!(talk.fake.seen().iter().all(|seen| seen.covered));
        error
    }
}

#[tokio::test]
async fn status_headers_and_body_come_as_they_were_declared() {
    let headers = [(http::header::ETAG, http::HeaderValue::from_static("\"7\""))].into_iter().collect();
    let talk = Talk::one(answer(201).with_body("made").with_headers(headers)).await;
    let response = talk.get("/?q=1").await.unwrap();
    assert_eq!((response.status, response.body.as_ref()), (201, b"made".as_slice()));
    assert!(response.headers.iter().any(|(name, value)| name == "etag" && value == "\"7\""));
    assert_eq!(talk.fake.seen()[0].url, format!("{}/?q=1", talk.fake.test_url().unwrap()));
}

#[tokio::test]
async fn a_request_that_no_route_covers_is_answered_404_and_remembered() {
    let talk = Talk::one(answer(200)).await;
    let response = talk.get("/other").await.unwrap();
    assert_eq!((response.status, response.body.as_ref()), (404, b"no route covers GET /other".as_slice()));
    let seen = talk.fake.seen();
    assert_eq!((seen[0].method.as_str(), seen[0].covered), ("GET", false));
}

#[tokio::test]
async fn a_sequence_is_followed_and_its_last_answer_repeated() {
    let sequence = |repeat| {
        route("/", answer(503).with_times(2)).then(answer(500)).then(answer(200)).with_repeat(repeat)
    };
    for (repeat, expected) in
        [(Repeat::Last, [503, 503, 500, 200, 200, 200]), (Repeat::Cycle, [503, 503, 500, 200, 503, 503])]
    {
        let talk = Talk::with(ServiceSpec::new(vec![sequence(repeat)])).await;
        for status in expected {
            assert_eq!(talk.get("/").await.unwrap().status, status);
        }
    }
}

#[tokio::test]
async fn an_answer_waits_its_delay_and_a_slow_body_drips() {
    let talk = Talk::one(answer(200).with_delay(Duration::from_millis(120))).await;
    let begun = Instant::now();
    talk.get("/").await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(120), "{:?}", begun.elapsed());

    let drip = Drip { bytes: 2, every: Duration::from_millis(40) };
    let talk = Talk::one(answer(200).with_body("0123456").with_drip(drip)).await;
    let begun = Instant::now();
    assert_eq!(talk.get("/").await.unwrap().body.as_ref(), b"0123456");
    assert!(begun.elapsed() >= 3 * Duration::from_millis(40), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn each_way_to_break_is_seen_as_what_it_is() {
    for (breakage, kind) in [
        (Breakage::Close, "connection"),
        (Breakage::Reset, "connection"),
        (Breakage::Hang, "timeout"),
        (Breakage::Truncate, "connection"),
    ] {
        let error = Talk::broken(breakage).await;
        assert!(error.kind().contains(kind), "{breakage}: {} {error}", error.kind());
    }
    let garbage = Talk::broken(Breakage::Garbage).await.to_string();
    assert!(garbage.contains("does not answer in HTTP/1.1"), "{garbage}");
    let reset = Talk::broken(Breakage::Reset).await.to_string();
    assert!(reset.contains("reset"), "{reset}");
}

#[tokio::test]
async fn a_truncated_answer_has_its_head_and_half_of_its_body() {
    let talk = Talk::one(answer(200).with_body("0123456789").with_breakage(Breakage::Truncate)).await;
    talk.get("/").await.unwrap_err();
    let record = &talk.egress.records()[0];
    assert_eq!((record.status, record.response_bytes, record.complete), (Some(200), 5, false));
}

#[tokio::test]
async fn listeners_answer_refuse_or_are_not_there() {
    let mut spec = ServiceSpec::new(vec![
        route("/", answer(200)).at(Role::Test),
        route("/", answer(418)).at(Role::Production),
    ]);
    let talk = Talk::with(spec.clone()).await;
    assert_eq!(talk.get("/").await.unwrap().status, 200);
    let production = talk.fake.production_url().unwrap().to_owned();
    assert_eq!(talk.egress.fetch(FetchRequest::get(production)).await.unwrap().status, 418);

    spec.test = Listener::Refuses;
    spec.production = Listener::Absent;
    let talk = Talk::with(spec).await;
    assert!(talk.fake.production_url().is_none());
    let refused = talk.get("/").await.unwrap_err().to_string();
    assert!(refused.contains("refused"), "{refused}");
}

#[tokio::test]
async fn nothing_listens_once_the_fake_is_dropped() {
    let fake = FakeService::start(ServiceSpec::default()).await.unwrap();
    let address = fake.test_url().unwrap().trim_start_matches("http://").to_owned();
    drop(fake);
    let closed = async {
        while tokio::net::TcpStream::connect(&address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), closed).await.unwrap();
}
