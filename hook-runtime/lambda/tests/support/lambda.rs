//! Lambda's Invoke API: each event that it takes has a process of its own.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::function::{Answer, Function};

/// The one function that it has.
const INVOCATIONS: &str = "/2015-03-31/functions/CodeDeployHook_check/invocations";

/// A Lambda with the function of a bundle.
pub(crate) struct Lambda {
    url: String,
    variables: Variables,
    ended: mpsc::UnboundedReceiver<Ended>,
}

type Variables = Arc<Mutex<Vec<(String, String)>>>;

/// An invocation that is over.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) event: Value,
    pub(crate) answer: Answer,
    /// What its process logged.
    pub(crate) lines: Vec<Value>,
}

/// What a new process needs.
struct Deployed {
    bundle: PathBuf,
    timeout: Duration,
    variables: Variables,
    ended: mpsc::UnboundedSender<Ended>,
}

impl Lambda {
    /// Serves the function of a bundle; `timeout` is the function's.
    pub(crate) async fn start(bundle: &Path, timeout: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let variables: Variables = Arc::default();
        let (sender, ended) = mpsc::unbounded_channel();
        let function =
            Deployed { bundle: bundle.to_owned(), timeout, variables: Arc::clone(&variables), ended: sender };
        tokio::spawn(serve(listener, Arc::new(function)));
        let lambda = Self { url, variables, ended };
        lambda.set("AWS_ENDPOINT_URL_LAMBDA", &lambda.url);
        lambda
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Sets a variable of the function.
    pub(crate) fn set(&self, name: &str, value: &str) {
        self.variables.lock().unwrap().push((name.to_owned(), value.to_owned()));
    }

    /// The invocations that are over, in that order, when there are as many.
    pub(crate) async fn ended(&mut self, number: usize) -> Vec<Ended> {
        let mut all = Vec::new();
        while all.len() < number {
            let next = tokio::time::timeout(Duration::from_secs(60), self.ended.recv()).await;
            all.push(next.unwrap_or_else(|_| panic!("only {} of {number}: {all:#?}", all.len())).unwrap());
        }
        all
    }

    /// Whether there was an invocation more.
    pub(crate) fn has_more(&mut self) -> bool {
        self.ended.try_recv().is_ok()
    }
}

async fn serve(listener: TcpListener, function: Arc<Deployed>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let function = Arc::clone(&function);
        let service = service_fn(move |request| take(request, Arc::clone(&function)));
        tokio::spawn(async move {
            // A process that hands over ends soon afterwards, with its connection.
            drop(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await,
            );
        });
    }
}

/// Takes an event, and has it worked on.
async fn take(
    request: Request<Incoming>,
    function: Arc<Deployed>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let asked = (request.uri().path().to_owned(), request.headers().get("x-amz-invocation-type").cloned());
    assert_eq!(asked, (INVOCATIONS.to_owned(), Some("Event".parse().unwrap())));
    let event: Value =
        serde_json::from_slice(&request.into_body().collect().await.unwrap().to_bytes()).unwrap();
    tokio::spawn(async move {
        let variables = function.variables.lock().unwrap().clone();
        let process = Function::start(&function.bundle, |_| variables).await;
        let answer = process.invoke(event.to_string(), function.timeout).await;
        let lines = process.end().await;
        // The test may have seen enough.
        let _ = function.ended.send(Ended { event, answer, lines });
    });
    Ok(Response::builder().status(202).body(Full::default()).unwrap())
}
