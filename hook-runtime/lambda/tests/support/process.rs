//! The real `bootstrap` as a process, under a Runtime API of its own.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::convert::Infallible;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;

use super::ARN;

/// What a function answers: its result, or its error with `errorType` and `errorMessage`.
pub(crate) type Answer = Result<Value, Value>;

/// A process of the function, which has one event at a time.
pub(crate) struct Process {
    child: Child,
    offers: mpsc::UnboundedSender<Offer>,
    serving: JoinHandle<()>,
    lines: JoinHandle<Vec<Value>>,
    timeout: Duration,
}

/// An event for the process.
struct Offer {
    event: Value,
    deadline: SystemTime,
    answer: oneshot::Sender<Answer>,
}

impl Process {
    /// Starts the function of a bundle; `timeout` is the function's.
    pub(crate) async fn start(bundle: &Path, timeout: Duration, variables: &[(String, String)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (offers, offered) = mpsc::unbounded_channel();
        let serving = tokio::spawn(serve(listener, Arc::new(Mutex::new(offered))));
        let mut command = Command::new(env!("CARGO_BIN_EXE_bootstrap"));
        command.env_clear().current_dir(bundle).kill_on_drop(true).stdout(Stdio::piped());
        command.envs([
            ("AWS_LAMBDA_RUNTIME_API", address.to_string().as_str()),
            ("AWS_LAMBDA_FUNCTION_NAME", "CodeDeployHook_check"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ]);
        command.envs(variables.iter().cloned());
        let mut child = command.spawn().unwrap();
        let mut printed = BufReader::new(child.stdout.take().unwrap()).lines();
        let lines = tokio::spawn(async move {
            let mut lines = Vec::new();
            while let Some(line) = printed.next_line().await.unwrap() {
                lines.push(serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}")));
            }
            lines
        });
        Self { child, offers, serving, lines, timeout }
    }

    /// Gives it an event. One that is not answered within the function's timeout fails the test, as Lambda kills it.
    pub(crate) async fn invoke(&self, event: Value) -> Answer {
        let (answer, answered) = oneshot::channel();
        let deadline = SystemTime::now() + self.timeout;
        assert!(self.offers.send(Offer { event, deadline, answer }).is_ok(), "its Runtime API has ended");
        let answered = tokio::time::timeout(self.timeout, answered).await;
        answered.unwrap_or_else(|_| panic!("Lambda kills it after {:?}", self.timeout)).unwrap()
    }

    /// Its id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Ends it, and gives what it logged.
    pub(crate) async fn end(mut self) -> Vec<Value> {
        self.child.kill().await.unwrap();
        self.serving.abort();
        self.lines.await.unwrap()
    }
}

type Offered = Arc<Mutex<mpsc::UnboundedReceiver<Offer>>>;

async fn serve(listener: TcpListener, offered: Offered) {
    let current = Arc::new(Mutex::new(None));
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let (offered, current) = (Arc::clone(&offered), Arc::clone(&current));
        let service = service_fn(move |request| answer(request, Arc::clone(&offered), Arc::clone(&current)));
        tokio::spawn(async move {
            // The process ends in the middle of a request for work.
            drop(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await,
            );
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    offered: Offered,
    current: Arc<Mutex<Option<oneshot::Sender<Answer>>>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    if path.ends_with("/invocation/next") {
        let Some(offer) = offered.lock().await.recv().await else { return Ok(status(410)) };
        *current.lock().await = Some(offer.answer);
        let deadline = offer.deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis();
        let response = Response::builder()
            .header("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
            .header("lambda-runtime-deadline-ms", deadline.to_string())
            .header("lambda-runtime-invoked-function-arn", ARN);
        return Ok(response.body(Full::new(offer.event.to_string().into())).unwrap());
    }
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let value = serde_json::from_slice(&body).unwrap_or_else(|_| panic!("{path}: no JSON: {body:?}"));
    let answer = if path.ends_with("/response") { Ok(value) } else { Err(value) };
    if let Some(waiting) = current.lock().await.take() {
        // Whoever asked may have given up.
        let _ = waiting.send(answer);
    }
    Ok(status(202))
}

fn status(status: u16) -> Response<Full<Bytes>> {
    Response::builder().status(status).body(Full::default()).unwrap()
}
