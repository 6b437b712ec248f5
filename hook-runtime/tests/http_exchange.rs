//! What happens on the connection: limits, timers, broken servers, connections that are used again, records.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

mod http_support;

use std::{
    sync::{Arc, atomic::Ordering::SeqCst},
    time::Duration,
};

use bytes::Bytes;
use greenlight_hook_runtime::http::{
    ConnectionFault, Egress, FetchRequest, HttpError, HttpGrants, HttpLimits, LimitKind, Network, Roles,
    TimeoutKind,
};
use http_support::{
    egress_to, egress_with,
    names::Names,
    server::{Server, ok},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Semaphore,
    time::Instant,
};

/// A broker for the test listener at `server`, with changed limits.
fn limited(server: &Server, change: impl FnOnce(&mut HttpLimits)) -> Egress {
    let mut limits = HttpLimits::default();
    change(&mut limits);
    let roles = Roles::new().with_test(&server.url()).unwrap();
    egress_with(Network::system().unwrap(), &["{test}"], roles, limits)
}

/// A server that reads one request's head, writes `answer` as it is, and closes.
async fn raw(answer: &'static [u8]) -> Server {
    Server::each(move |mut tcp, requests| async move {
        read_head(&mut tcp).await;
        requests.fetch_add(1, SeqCst);
        tcp.write_all(answer).await.unwrap();
    })
    .await
}

async fn read_head(tcp: &mut TcpStream) {
    let mut seen = Vec::new();
    while !seen.ends_with(b"\r\n\r\n") {
        match tcp.read_u8().await {
            Ok(byte) => seen.push(byte),
            Err(_) => return,
        }
    }
}

#[tokio::test]
async fn a_request_arrives_as_it_was_made_and_so_does_the_response() {
    let server = Server::http(|request| {
        assert_eq!(request.method(), "POST");
        assert_eq!(request.uri(), "/a/b?c=d%20e");
        assert_eq!(request.headers()["x-one"], "1");
        assert_eq!(request.headers()["content-length"], "5");
        assert!(request.headers()["host"].to_str().unwrap().starts_with("127.0.0.1:"));
        let mut response = ok(request.into_body());
        response.headers_mut().append("X-Two", "2".parse().unwrap());
        response.headers_mut().append("x-two", "3".parse().unwrap());
        response
    })
    .await;
    let egress = egress_to(&server.url());
    let response = egress
        .fetch(FetchRequest {
            method: "POST".into(),
            url: format!("{}/a/b?c=d%20e#fragment", server.url()),
            headers: vec![("X-One".into(), "1".into())],
            body: Bytes::from_static(b"hello"),
            timeout: None,
        })
        .await
        .unwrap();
    assert_eq!((response.status, &*response.body), (200, &b"hello"[..]));
    let twos: Vec<_> =
        response.headers.iter().filter(|(n, _)| n == "x-two").map(|(_, v)| v.as_str()).collect();
    assert_eq!(twos, ["2", "3"]);
    let record = egress.records().swap_remove(0);
    assert_eq!((record.status, record.complete, record.denied), (Some(200), true, false));
    assert_eq!((record.request_bytes, record.response_bytes, record.unsent_request_bytes), (5, 5, 0));
    assert_eq!(record.address, Some(server.address));
    assert!(u128::from(record.elapsed_us) <= response.elapsed.as_micros());
}

#[tokio::test]
async fn requests_to_one_server_share_a_connection() {
    let server = Server::http(|_| ok("x")).await;
    let egress = egress_to(&server.url());
    for _ in 0..200 {
        assert_eq!(egress.fetch(FetchRequest::get(server.url())).await.unwrap().status, 200);
    }
    assert_eq!(server.requests(), 200);
    // A connection that is not idle quite yet is passed over, so a few more than one are possible.
    assert!(server.connections() <= 16, "{}", server.connections());
    assert!(egress.records().iter().filter(|r| r.reused_connection).count() >= 184);
}

#[tokio::test]
async fn a_connection_is_not_passed_from_one_run_to_another() {
    let server = Server::http(|_| ok("x")).await;
    for _ in 0..3 {
        egress_to(&server.url()).fetch(FetchRequest::get(server.url())).await.unwrap();
    }
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn a_kept_connection_that_the_server_closed_costs_no_request() {
    // Says that it keeps the connection and closes it on the next request, unread.
    let server = Server::each(|mut tcp, requests| async move {
        read_head(&mut tcp).await;
        requests.fetch_add(1, SeqCst);
        tcp.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx").await.unwrap();
        let mut more = [0; 1];
        drop(tcp.read(&mut more).await);
    })
    .await;
    let egress = egress_to(&server.url());
    for _ in 0..50 {
        assert_eq!(egress.fetch(FetchRequest::get(server.url())).await.unwrap().status, 200);
    }
    assert_eq!(server.requests(), 50);
}

#[tokio::test]
async fn a_request_with_a_body_is_never_sent_twice() {
    let server = Server::http(|_| ok("x")).await;
    let egress = egress_to(&server.url());
    let post = || FetchRequest {
        method: "POST".into(),
        body: Bytes::from_static(b"order one"),
        ..FetchRequest::get(server.url())
    };
    for _ in 0..5 {
        egress.fetch(post()).await.unwrap();
    }
    assert_eq!(server.requests(), 5);
    assert!(egress.records().iter().all(|r| !r.reused_connection));
}

#[tokio::test]
async fn a_response_over_the_limit_ends_in_an_error_that_names_the_limit() {
    let server = Server::http(|_| ok(vec![b'x'; 1001])).await;
    let egress = limited(&server, |l| l.max_response_bytes = 1000);
    let error = egress.fetch(FetchRequest::get(server.url())).await.unwrap_err();
    assert!(matches!(error, HttpError::Limit { kind: LimitKind::ResponseBody, .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        format!("the response of {} is longer than 1000 bytes, the limit max_response_bytes", server.url())
    );
    assert_eq!(egress.records()[0].error.as_ref().unwrap().sentence, error.to_string());
    let enough = limited(&server, |l| l.max_response_bytes = 1001);
    assert_eq!(enough.fetch(FetchRequest::get(server.url())).await.unwrap().body.len(), 1001);
}

#[tokio::test]
async fn a_response_without_a_length_is_cut_at_the_limit() {
    let server = Server::each(|mut tcp, _| async move {
        read_head(&mut tcp).await;
        tcp.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await.unwrap();
        // For ever, until the other side has had enough.
        while tcp.write_all(&[b'x'; 4096]).await.is_ok() {}
    })
    .await;
    let egress = limited(&server, |l| l.max_response_bytes = 1 << 20);
    let error = egress.fetch(FetchRequest::get(server.url())).await.unwrap_err();
    assert!(matches!(error, HttpError::Limit { kind: LimitKind::ResponseBody, .. }), "{error:?}");
}

#[tokio::test]
async fn the_responses_of_a_run_are_limited_together() {
    let server = Server::http(|_| ok(vec![b'x'; 400])).await;
    let egress = limited(&server, |l| l.max_total_response_bytes = 1000);
    for _ in 0..2 {
        egress.fetch(FetchRequest::get(server.url())).await.unwrap();
    }
    let error = egress.fetch(FetchRequest::get(server.url())).await.unwrap_err();
    assert!(matches!(error, HttpError::Limit { kind: LimitKind::TotalResponseBodies, .. }), "{error:?}");
}

#[tokio::test]
async fn a_request_over_the_limit_does_not_arrive() {
    let server = Server::http(|_| ok("x")).await;
    let egress = limited(&server, |l| l.max_request_bytes = 10);
    let request = |size| FetchRequest {
        method: "PUT".into(),
        body: Bytes::from(vec![b'x'; size]),
        ..FetchRequest::get(server.url())
    };
    assert_eq!(egress.fetch(request(10)).await.unwrap().status, 200);
    let error = egress.fetch(request(11)).await.unwrap_err();
    assert!(matches!(error, HttpError::Limit { kind: LimitKind::RequestBody, .. }), "{error:?}");
}

#[tokio::test]
async fn the_number_of_requests_is_limited_denied_ones_included() {
    let server = Server::http(|_| ok("x")).await;
    let egress = limited(&server, |l| l.max_requests = 2);
    assert!(egress.fetch(FetchRequest::get("http://a.example/")).await.unwrap_err().is_denied());
    egress.fetch(FetchRequest::get(server.url())).await.unwrap();
    for _ in 0..100 {
        let error = egress.fetch(FetchRequest::get(server.url())).await.unwrap_err();
        assert!(matches!(error, HttpError::Limit { kind: LimitKind::Requests, .. }), "{error:?}");
    }
    assert_eq!((server.requests(), egress.requests(), egress.records().len()), (1, 102, 3));
}

#[tokio::test]
async fn a_request_too_many_at_the_same_time_fails_at_once() {
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let server = Server::each(move |mut tcp, requests| {
        let gate = Arc::clone(&held);
        async move {
            read_head(&mut tcp).await;
            requests.fetch_add(1, SeqCst);
            gate.acquire().await.unwrap().forget();
            tcp.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        }
    })
    .await;
    let egress = limited(&server, |l| l.max_concurrent = 1);
    let (url, first) = (server.url(), egress.clone());
    let first = tokio::spawn(async move { first.fetch(FetchRequest::get(url)).await });
    while server.requests() == 0 {
        tokio::task::yield_now().await;
    }
    let error = egress.fetch(FetchRequest::get(server.url())).await.unwrap_err();
    assert!(matches!(error, HttpError::Limit { kind: LimitKind::Concurrent, .. }), "{error:?}");
    gate.add_permits(2);
    assert_eq!(first.await.unwrap().unwrap().status, 200);
    // The place is free again.
    assert_eq!(egress.fetch(FetchRequest::get(server.url())).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_server_that_drips_its_response_ends_at_the_deadline_of_the_run() {
    let server = Server::each(|mut tcp, _| async move {
        read_head(&mut tcp).await;
        tcp.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n").await.unwrap();
        while tcp.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    let (budget, begun) = (Duration::from_millis(300), Instant::now());
    let roles = Roles::new().with_test(&server.url()).unwrap();
    let grants = HttpGrants::parse(["{test}"]).unwrap();
    let egress =
        Egress::new(Network::system().unwrap(), grants, roles, HttpLimits::default(), begun + budget);
    let error = egress.fetch(FetchRequest::get(server.url())).await.unwrap_err();
    assert!(matches!(error, HttpError::Timeout { kind: TimeoutKind::Whole, .. }), "{error:?}");
    assert_eq!(error.to_string(), format!("the run's time ended while it waited for {}", server.url()));
    assert!(begun.elapsed() >= budget);
    let record = egress.records().swap_remove(0);
    assert_eq!((record.status, record.complete), (Some(200), false));
    assert!(record.response_bytes > 0);
}

#[tokio::test]
async fn each_timer_ends_its_own_step() {
    // Accepts, and says nothing.
    let silent = Server::each(|mut tcp, _| async move { drop(tcp.read_to_end(&mut Vec::new()).await) }).await;
    let short = Duration::from_millis(50);

    let egress = limited(&silent, |l| l.first_byte_timeout = short);
    let error = egress.fetch(FetchRequest::get(silent.url())).await.unwrap_err();
    assert!(matches!(error, HttpError::Timeout { kind: TimeoutKind::FirstByte, .. }), "{error:?}");
    assert_eq!(error.to_string(), format!("{} did not begin its response within 50ms", silent.url()));

    let egress = limited(&silent, |_| ());
    let wish = FetchRequest { timeout: Some(short), ..FetchRequest::get(silent.url()) };
    let error = egress.fetch(wish).await.unwrap_err();
    assert!(matches!(error, HttpError::Timeout { kind: TimeoutKind::Whole, .. }), "{error:?}");

    // A TLS handshake that is never answered counts as connecting.
    let mut limits = HttpLimits::default();
    limits.connect_timeout = short;
    let url = format!("https://{}", silent.address);
    let roles = Roles::new().with_test(&url).unwrap();
    let egress = egress_with(Network::system().unwrap(), &["{test}"], roles, limits);
    let error = egress.fetch(FetchRequest::get(&url)).await.unwrap_err();
    assert!(matches!(error, HttpError::Timeout { kind: TimeoutKind::Connect, .. }), "{error:?}");
    assert_eq!(error.to_string(), format!("no connection to {url} within 50ms"));
}

#[tokio::test]
async fn a_broken_exchange_says_how_it_broke() {
    let refused = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let error = egress_to(&refused).fetch(FetchRequest::get(&refused)).await.unwrap_err();
    assert!(matches!(error, HttpError::Connection { fault: ConnectionFault::Refused, .. }), "{error:?}");
    assert!(error.to_string().starts_with(&format!("cannot connect to {refused} (127.0.0.1:")), "{error}");

    let table: [(&'static [u8], &str); 4] = [
        (b"", "closed the connection before it answered"),
        (b"HTTP/1.1 200 OK\r\ncontent-le", "closed the connection before it answered"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nfive.", "broke off its response after 5 bytes"),
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfive.",
            "broke off its response after 5 bytes",
        ),
    ];
    for (answer, expected) in table {
        let server = raw(answer).await;
        let egress = egress_to(&server.url());
        let error = egress.fetch(FetchRequest::get(server.url())).await.unwrap_err();
        assert!(matches!(error, HttpError::Connection { fault: ConnectionFault::Broken, .. }), "{error:?}");
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(egress.records()[0].error.as_ref().unwrap().kind, "connection");
        // What failed on a fresh connection is not tried again behind the plugin's back.
        assert_eq!(server.connections(), 1);
    }

    let server = raw(b"SSH-2.0-OpenSSH_9.2\r\n").await;
    let error = egress_to(&server.url()).fetch(FetchRequest::get(server.url())).await.unwrap_err();
    assert!(matches!(error, HttpError::Other(_)), "{error:?}");
    assert!(error.to_string().contains("does not answer in HTTP/1.1"), "{error}");
}

#[tokio::test]
async fn a_name_without_an_address_says_so() {
    let names = Names::default().with("empty.example", &[&[]]);
    let network = Network::system().unwrap().with_resolver(names);
    let egress = egress_with(
        network,
        &["http://*.empty.example", "http://empty.example"],
        Roles::new(),
        HttpLimits::default(),
    );
    let table = [
        ("http://empty.example", "empty.example has no address"),
        ("http://not.empty.example", "not.empty.example cannot be resolved: no such name"),
    ];
    for (url, expected) in table {
        let error = egress.fetch(FetchRequest::get(url)).await.unwrap_err();
        assert!(matches!(error, HttpError::Dns(_)), "{error:?}");
        assert_eq!(error.to_string(), expected);
    }
}

#[tokio::test]
async fn a_record_reads_as_a_line_and_as_json() {
    let server = Server::http(|_| ok("x")).await;
    let egress = egress_to(&server.url());
    egress.fetch(FetchRequest::get(format!("{}/v?k=1", server.url()))).await.unwrap();
    let record = egress.records().swap_remove(0);
    assert!(record.to_string().starts_with(&format!("GET {}/v?k=1 200, 1 bytes in ", server.url())));
    let json = serde_json::to_value(&record).unwrap();
    assert_eq!(json["status"], 200);
    assert_eq!(json["denied"], false);
    assert_eq!(json["error"], serde_json::Value::Null);
    assert_eq!(json["address"], server.address.to_string());
}
