//! Troubles on the way to the endpoint: an HTTP proxy that answers some calls itself.

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::uri::{Parts, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::fake::PUT;

/// A call on its way.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) operation: &'a str,
    /// How many of this operation came before.
    pub(crate) before: usize,
    /// How long ago the first report came.
    pub(crate) since_first_report: Duration,
}

/// An answer instead of the endpoint's: status, error and message.
pub(crate) type Trouble = dyn Fn(&Call<'_>) -> Option<(u16, &'static str, &'static str)> + Send + Sync;

/// Reports are not taken, in this way, for so long after the first one.
pub(crate) fn reports_refused_for(
    time: Duration,
    errors: &'static [(u16, &'static str, &'static str)],
) -> Box<Trouble> {
    Box::new(move |call| {
        (call.operation == PUT && call.since_first_report < time).then(|| errors[call.before % errors.len()])
    })
}

/// A proxy, which ends with the test's executor.
#[derive(Clone)]
pub(crate) struct Proxy {
    url: String,
    shared: Arc<Shared>,
}

struct Shared {
    trouble: Box<Trouble>,
    endpoint: OnceLock<String>,
    first_report: OnceLock<Instant>,
    answered: Mutex<Vec<(String, u16)>>,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Proxy {
    pub(crate) async fn start(trouble: Box<Trouble>) -> Self {
        Self::start_at(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap(), trouble)
    }

    /// One at an address that was chosen before.
    pub(crate) fn start_at(listener: TcpListener, trouble: Box<Trouble>) -> Self {
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            trouble,
            endpoint: OnceLock::new(),
            first_report: OnceLock::new(),
            answered: Mutex::default(),
            client: Client::builder(TokioExecutor::new()).build_http(),
        });
        tokio::spawn(serve(listener, Arc::clone(&shared)));
        Self { url, shared }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Where calls go that it does not answer itself. To be said before the first one.
    pub(crate) fn lead_to(&self, endpoint: &str) {
        self.shared.endpoint.set(endpoint.trim_end_matches('/').to_owned()).unwrap();
    }

    /// The status of each answer to an operation.
    pub(crate) fn answered(&self, operation: &str) -> Vec<u16> {
        let answered = self.shared.answered.lock().unwrap();
        answered.iter().filter(|(asked, _)| asked == operation).map(|(_, status)| *status).collect()
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let service = service_fn(|request| answer(request, &shared));
            // A function may be killed at any time.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(request: Request<Incoming>, shared: &Shared) -> Result<Response<Full<Bytes>>, Infallible> {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
    let operation = target.and_then(|target| target.rsplit('.').next()).unwrap_or_default().to_owned();
    if operation == PUT {
        shared.first_report.get_or_init(Instant::now);
    }
    let before = {
        let answered = shared.answered.lock().unwrap();
        answered.iter().filter(|(asked, _)| *asked == operation).count()
    };
    let since_first_report = shared.first_report.get().map_or(Duration::ZERO, Instant::elapsed);
    let trouble = (shared.trouble)(&Call { operation: &operation, before, since_first_report });
    let response = match trouble {
        None => forward(request, shared).await,
        Some((status, name, message)) => {
            let body: Value = json!({ "__type": name, "message": message });
            let response =
                Response::builder().status(status).header("content-type", "application/x-amz-json-1.1");
            response.body(Full::new(body.to_string().into())).unwrap()
        }
    };
    shared.answered.lock().unwrap().push((operation, response.status().as_u16()));
    Ok(response)
}

async fn forward(request: Request<Incoming>, shared: &Shared) -> Response<Full<Bytes>> {
    let (mut head, body) = request.into_parts();
    let endpoint: Uri = shared.endpoint.get().unwrap().parse().unwrap();
    let mut parts = Parts::from(endpoint);
    parts.path_and_query = head.uri.path_and_query().cloned();
    head.uri = Uri::from_parts(parts).unwrap();
    // A function that is killed in the middle of a request has asked for nothing.
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    // An endpoint that is shut down while a call is under way answers nothing.
    let gone = || Response::builder().status(502).body(Full::default()).unwrap();
    let request = Request::from_parts(head, Full::new(body));
    let Ok(response) = shared.client.request(request).await else { return gone() };
    let (head, body) = response.into_parts();
    body.collect()
        .await
        .map_or_else(|_| gone(), |body| Response::from_parts(head, Full::new(body.to_bytes())))
}
