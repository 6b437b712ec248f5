//! Another AWS service, answered by the test itself.

use std::convert::Infallible;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use crate::eventually;

/// What a [`FakeService`] was asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The path, with its query.
    pub path: String,
    /// The operation, where the protocol has it in `X-Amz-Target`; empty otherwise.
    pub operation: String,
    /// How a function is to be invoked, where the request is an invocation; empty otherwise.
    pub invocation_type: String,
    /// Who asked, and with which signature; empty where nobody signed.
    pub authorization: String,
    /// The body; null when it is no JSON.
    pub body: Value,
}

type Answer = dyn Fn(&Asked) -> (u16, Value) + Send + Sync;

/// A service of AWS that the test plays: it answers what the test says, and remembers what it was asked.
pub struct FakeService {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    accepting: JoinHandle<()>,
}

impl FakeService {
    /// Starts it on a free port. `answer` gives the status and the body of each answer.
    ///
    /// # Panics
    ///
    /// When there is no port.
    pub async fn start(answer: impl Fn(&Asked) -> (u16, Value) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let accepting = tokio::spawn(accept(listener, Arc::new(answer), Arc::clone(&asked)));
        Self { address, asked, accepting }
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it was asked, in the order of the requests.
    ///
    /// # Panics
    ///
    /// When the service has panicked.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Waits until it was asked so often, and gives the last of these requests.
    ///
    /// # Panics
    ///
    /// When that takes too long.
    pub async fn nth(&self, number: usize) -> Asked {
        eventually(&format!("{number} requests have come"), || self.asked().len() >= number).await;
        self.asked()[number - 1].clone()
    }
}

/// A Lambda that takes every invocation and never runs a function. At `/invocations` it tells the events that it was
/// given, for clients in processes of their own.
///
/// # Panics
///
/// When there is no port.
pub async fn silent_lambda() -> FakeService {
    let events = Mutex::new(Vec::new());
    FakeService::start(move |asked| {
        let mut events = events.lock().unwrap();
        if asked.path == "/invocations" {
            return (200, events.clone().into());
        }
        let is_invocation = asked.path.starts_with("/2015-03-31/functions/");
        if !is_invocation || asked.invocation_type != "Event" {
            return (400, json!({ "Message": format!("no asynchronous invocation: {asked:?}") }));
        }
        events.push(asked.body.clone());
        (202, Value::Null)
    })
    .await
}

impl fmt::Debug for FakeService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fake service at {}, which was asked {:?}", self.url(), self.asked())
    }
}

impl Drop for FakeService {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, answer: Arc<Answer>, asked: Arc<Mutex<Vec<Asked>>>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let (answer, all) = (Arc::clone(&answer), Arc::clone(&asked));
        let service = service_fn(move |request: Request<Incoming>| {
            let (answer, all) = (Arc::clone(&answer), Arc::clone(&all));
            async move {
                let asked = read(request).await;
                let (status, body) = answer(&asked);
                // An answer is only known to the other side after this.
                all.lock().unwrap().push(asked);
                let body = if body.is_null() { String::new() } else { body.to_string() };
                let response = Response::builder()
                    .status(status)
                    .header("content-type", "application/x-amz-json-1.1")
                    .header("x-amzn-requestid", "00000000-0000-4000-8000-000000000000");
                Ok::<_, Infallible>(response.body(Full::new(Bytes::from(body))).unwrap())
            }
        });
        // A client that breaks off is no matter of ours.
        connections.spawn(async move {
            drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await)
        });
    }
}

async fn read(request: Request<Incoming>) -> Asked {
    let header = |name: &str| {
        let value = request.headers().get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let operation = header("x-amz-target").rsplit('.').next().unwrap_or_default().to_owned();
    let invocation_type = header("x-amz-invocation-type");
    let authorization = header("authorization");
    let path = request.uri().to_string();
    let bytes = request.into_body().collect().await.map(http_body_util::Collected::to_bytes);
    let body = serde_json::from_slice(&bytes.unwrap_or_default()).unwrap_or(Value::Null);
    Asked { path, operation, invocation_type, authorization, body }
}
