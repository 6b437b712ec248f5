//! Bad weather between a client and the endpoint: a proxy that throttles, drops and delays, always in the same way.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::FakeLogs;

/// What goes wrong, each by its share of the requests.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Weather {
    /// Of reads, with the service's ThrottlingException.
    pub(crate) throttled: f64,
    /// Connections that are closed, one half before the request is passed on and one half before its answer is.
    pub(crate) dropped: f64,
    /// The longest delay of what is passed on.
    pub(crate) delay: Duration,
}

/// A running proxy; it ends with the test.
#[derive(Debug)]
pub(crate) struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    to: SocketAddr,
    http: HttpClient<HttpConnector, Full<Bytes>>,
    weather: Mutex<Weather>,
    logs: FakeLogs,
    random: Mutex<StdRng>,
    seen: Mutex<BTreeMap<String, usize>>,
    /// Operations whose next answer is lost.
    lost: Mutex<Vec<String>>,
    /// Operations whose next request is lost.
    unsent: Mutex<Vec<String>>,
    /// Operations whose next request is passed on twice.
    twice: Mutex<Vec<String>>,
    /// What is done before the next request of an operation is passed on.
    first: Mutex<Option<(String, Act)>>,
    /// How many more answers of GetDeployment do not tell of the rollback that they have.
    silent: Mutex<usize>,
}

/// Something that is done once.
struct Act(Pin<Box<dyn Future<Output = ()> + Send>>);

impl fmt::Debug for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Act")
    }
}

/// The connection is to be closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("dropped")]
struct Dropped;

impl Proxy {
    pub(crate) async fn start(to: SocketAddr, weather: Weather) -> Self {
        Self::with_logs(to, weather, FakeLogs::default()).await
    }

    /// Answers for CloudWatch Logs itself.
    pub(crate) async fn with_logs(to: SocketAddr, weather: Weather, logs: FakeLogs) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            to,
            http: HttpClient::builder(TokioExecutor::new()).build_http(),
            weather: Mutex::new(weather),
            logs,
            random: Mutex::new(StdRng::seed_from_u64(42)),
            seen: Mutex::default(),
            lost: Mutex::default(),
            unsent: Mutex::default(),
            twice: Mutex::default(),
            first: Mutex::default(),
            silent: Mutex::default(),
        });
        let serving = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&serving);
                tokio::spawn(async move {
                    let service = service_fn(|request| pass(&shared, request));
                    // A dropped connection ends in an error, which is what it is for.
                    drop(
                        hyper::server::conn::http1::Builder::new()
                            .serve_connection(TokioIo::new(stream), service)
                            .await,
                    );
                });
            }
        });
        Self { address, shared }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Other weather from now on.
    pub(crate) fn set_weather(&self, weather: Weather) {
        *self.shared.weather.lock().unwrap() = weather;
    }

    /// Passes the next request of this operation on, and drops its answer.
    pub(crate) fn lose_next(&self, operation: &str) {
        self.shared.lost.lock().unwrap().push(operation.to_owned());
    }

    /// Drops the next request of this operation.
    pub(crate) fn drop_next(&self, operation: &str) {
        self.shared.unsent.lock().unwrap().push(operation.to_owned());
    }

    /// Passes the next request of this operation on twice, and answers what came of the second one: so does an HTTP client on the
    /// way that tries again after an answer was lost.
    pub(crate) fn repeat_next(&self, operation: &str) {
        self.shared.twice.lock().unwrap().push(operation.to_owned());
    }

    /// Does something when the next request of this operation is there, and passes it on afterwards.
    pub(crate) fn before_next(&self, operation: &str, act: impl Future<Output = ()> + Send + 'static) {
        *self.shared.first.lock().unwrap() = Some((operation.to_owned(), Act(Box::pin(act))));
    }

    /// Leaves the rollback out of this many answers of GetDeployment that would tell of one: it comes later then.
    pub(crate) fn be_silent_of_the_rollback(&self, answers: usize) {
        *self.shared.silent.lock().unwrap() = answers;
    }

    /// How many of these answers are left.
    pub(crate) fn still_silent(&self) -> usize {
        *self.shared.silent.lock().unwrap()
    }

    /// Requests so far, by operation.
    pub(crate) fn seen(&self) -> BTreeMap<String, usize> {
        self.shared.seen.lock().unwrap().clone()
    }
}

async fn pass(shared: &Shared, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Dropped> {
    let operation = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
    let operation = operation.and_then(|target| target.split_once('.')).unwrap_or_default().1.to_owned();
    *shared.seen.lock().unwrap().entry(operation.clone()).or_default() += 1;
    if operation == "FilterLogEvents" {
        let body = request.into_body().collect().await.unwrap().to_bytes();
        let answer = shared.logs.answer(&serde_json::from_slice(&body).unwrap()).await;
        let (status, answer) = answer.ok_or(Dropped)?;
        let answer = Full::new(answer.to_string().into());
        return Ok(Response::builder().status(status).body(answer).unwrap());
    }
    let [throttled, dropped, delay] = {
        let mut random = shared.random.lock().unwrap();
        std::array::from_fn(|_| random.random_range(0.0..1.0))
    };
    let weather = *shared.weather.lock().unwrap();
    let read = ["Get", "List", "BatchGet"].iter().any(|prefix| operation.starts_with(prefix));
    if read && throttled < weather.throttled {
        let body = json!({ "__type": "ThrottlingException", "message": "Rate exceeded" }).to_string();
        return Ok(Response::builder().status(400).body(Full::new(body.into())).unwrap());
    }
    if take(&shared.unsent, &operation) || dropped < weather.dropped / 2.0 {
        return Err(Dropped);
    }
    tokio::time::sleep(weather.delay.mul_f64(delay)).await;
    let act = shared.first.lock().unwrap().take_if(|(of, _)| *of == operation);
    if let Some((_, act)) = act {
        act.0.await;
    }
    let mut answer = forward(shared, request, take(&shared.twice, &operation)).await;
    if operation == "GetDeployment" {
        answer = without_rollback(shared, answer).await;
    }
    if take(&shared.lost, &operation) || dropped < weather.dropped {
        return Err(Dropped);
    }
    Ok(answer)
}

/// Whether something was to happen to the next request of an operation, which this one is.
fn take(operations: &Mutex<Vec<String>>, operation: &str) -> bool {
    let mut operations = operations.lock().unwrap();
    operations.iter().position(|next| next == operation).map(|at| operations.swap_remove(at)).is_some()
}

async fn forward(shared: &Shared, request: Request<Incoming>, twice: bool) -> Response<Full<Bytes>> {
    let (mut head, body) = request.into_parts();
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    head.uri = format!("http://{}{path}", shared.to).parse().unwrap();
    head.headers.insert("host", shared.to.to_string().parse().unwrap());
    let body = body.collect().await.unwrap().to_bytes();
    let request = Request::from_parts(head, Full::new(body));
    if twice {
        let first = shared.http.request(request.clone()).await.unwrap();
        assert_eq!(first.status(), 200);
    }
    let answer = shared.http.request(request).await.unwrap();
    let (head, body) = answer.into_parts();
    Response::from_parts(head, Full::new(body.collect().await.unwrap().to_bytes()))
}

/// Leaves out the rollback, as often as that is to be done.
async fn without_rollback(shared: &Shared, answer: Response<Full<Bytes>>) -> Response<Full<Bytes>> {
    let (mut head, body) = answer.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let mut told: Value = serde_json::from_slice(&body).unwrap();
    let rollback = told["deploymentInfo"].get("rollbackInfo").is_some();
    let mut left = shared.silent.lock().unwrap();
    if !rollback || *left == 0 {
        return Response::from_parts(head, Full::new(body));
    }
    *left -= 1;
    told["deploymentInfo"].as_object_mut().unwrap().remove("rollbackInfo");
    head.headers.remove("content-length");
    Response::from_parts(head, Full::new(told.to_string().into()))
}
