//! All that a hook function talks to, on two ports of the loopback address: Lambda's Runtime API on one, CodeDeploy and the
//! release under test on the other, for the Lambda host lets no plugin reach the Runtime API, whatever it is granted.
//!
//! Answers are made at once and noted with the time, so that what is measured is the function.
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::{
    convert::Infallible,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::oneshot};

use crate::{codedeploy_answers, own_thread::OwnThread};

/// The name of every function here.
pub const FUNCTION: &str = "CodeDeployHook_check";

/// How long a function is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// The server. It ends when this is dropped.
#[derive(Debug)]
pub struct LambdaApi {
    addresses: Addresses,
    state: Arc<State>,
    seen: mpsc::Receiver<Seen>,
    _thread: OwnThread,
}

/// Where it serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// Lambda's Runtime API.
    pub runtime_api: SocketAddr,
    /// CodeDeploy, and the release under test.
    pub services: SocketAddr,
}

/// What a function did.
#[derive(Clone, Debug, PartialEq)]
enum Seen {
    /// It was given its event.
    Invoked(Instant),
    /// Its report to CodeDeploy is there.
    Reported { at: Instant, status: String, execution: String },
    /// It has answered the invocation: so, or with an error.
    Answered(Result<(), String>),
}

/// One hook, from the function's point of view.
#[derive(Clone, Copy, Debug)]
pub struct HookTimes {
    /// When the event was handed over.
    pub invoked: Instant,
    /// When the report was there.
    pub reported: Instant,
}

/// A function that did not do its work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HookError {
    /// It did nothing for a minute.
    #[error("the function did not report within {} s; its output is above", PATIENCE.as_secs())]
    Silent,
    /// It reported something else than that the release is well.
    #[error("the function reported {status} for {execution}, expected Succeeded")]
    Wrong {
        /// What it reported.
        status: String,
        /// For which execution.
        execution: String,
    },
    /// It answered the invocation with an error.
    #[error("the function failed: {0}")]
    Failed(String),
}

struct State {
    /// The request for the next event that waits, or the event that waits for the request.
    next: Mutex<Next>,
    seen: mpsc::Sender<Seen>,
}

#[derive(Default)]
struct Next {
    asked: Option<oneshot::Sender<Bytes>>,
    event: Option<Bytes>,
}

impl LambdaApi {
    /// Starts the server on a thread of its own.
    ///
    /// # Errors
    ///
    /// When there is no thread or not two ports.
    pub fn start() -> io::Result<Self> {
        let thread = OwnThread::start("services")?;
        let (sender, seen) = mpsc::channel();
        let state = Arc::new(State { next: Mutex::default(), seen: sender });
        let served = Arc::clone(&state);
        let addresses = thread.run(async move {
            let runtime_api = serve(Arc::clone(&served)).await?;
            Ok::<_, io::Error>(Addresses { runtime_api, services: serve(served).await? })
        })??;
        Ok(Self { addresses, state, seen, _thread: thread })
    }

    /// Where it serves.
    #[must_use]
    pub const fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// Forgets what a function that has ended had asked for.
    pub fn reset(&self) {
        *self.state.next() = Next::default();
        while self.seen.try_recv().is_ok() {}
    }

    /// Hands over the event of one hook, now or as soon as a function asks, and waits until it is reported as succeeded and
    /// the invocation is answered.
    ///
    /// # Errors
    ///
    /// [`HookError`], when anything else happens.
    pub fn hook(&self, deployment: &str, execution: &str) -> Result<HookTimes, HookError> {
        let event =
            json!({ "DeploymentId": deployment, "LifecycleEventHookExecutionId": execution }).to_string();
        self.state.offer(event.into());
        let (mut invoked, mut reported) = (None, None);
        loop {
            match self.seen.recv_timeout(PATIENCE).map_err(|_| HookError::Silent)? {
                Seen::Invoked(at) => invoked = Some(at),
                Seen::Reported { at, status, execution: of } if status == "Succeeded" && of == execution => {
                    reported = Some(at);
                }
                Seen::Reported { status, execution, .. } => {
                    return Err(HookError::Wrong { status, execution });
                }
                Seen::Answered(Ok(())) => {
                    return match (invoked, reported) {
                        (Some(invoked), Some(reported)) => Ok(HookTimes { invoked, reported }),
                        _ => Err(HookError::Failed("it answered without a report".to_owned())),
                    };
                }
                Seen::Answered(Err(error)) => return Err(HookError::Failed(error)),
            }
        }
    }
}

impl State {
    fn next(&self) -> MutexGuard<'_, Next> {
        self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn offer(&self, event: Bytes) {
        let mut next = self.next();
        match next.asked.take() {
            // A function that has gone away asks no more: the event waits for the next one.
            Some(asked) => next.event = asked.send(event).err(),
            None => next.event = Some(event),
        }
    }

    /// The next event, when there is one. Nothing when another function asked later.
    async fn event(&self) -> Option<Bytes> {
        let asked = {
            let mut next = self.next();
            if let Some(event) = next.event.take() {
                return Some(event);
            }
            let (sender, asked) = oneshot::channel();
            next.asked = Some(sender);
            asked
        };
        asked.await.ok()
    }

    fn see(&self, seen: Seen) {
        // Nobody looks any more when the benchmark ends.
        let _ = self.seen.send(seen);
    }
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").finish_non_exhaustive()
    }
}

async fn serve(state: Arc<State>) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if stream.set_nodelay(true).is_ok() {
                let state = Arc::clone(&state);
                let service = service_fn(move |request| answer(request, Arc::clone(&state)));
                // Functions are killed: a broken connection is no news.
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        }
    });
    Ok(address)
}

async fn answer(request: Request<Incoming>, state: Arc<State>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let path = head.uri.path();
    if path.ends_with("/invocation/next") {
        return Ok(next(&state).await);
    }
    if path.ends_with("/response") {
        state.see(Seen::Answered(Ok(())));
        return Ok(accepted());
    }
    if path.ends_with("/error") {
        state.see(Seen::Answered(Err(String::from_utf8_lossy(&body).into_owned())));
        return Ok(accepted());
    }
    let target = head.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let Some(operation) = target.and_then(|target| target.rsplit('.').next()) else {
        // The release: well, whatever is asked.
        return Ok(Response::new(Full::new(Bytes::from_static(b"{\"version\":\"1\"}"))));
    };
    if operation == "PutLifecycleEventHookExecutionStatus" {
        let at = Instant::now();
        let input: Value = serde_json::from_slice(&body).unwrap_or_default();
        let member = |name: &str| input.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (status, execution) = (member("status"), member("lifecycleEventHookExecutionId"));
        state.see(Seen::Reported { at, status, execution });
    }
    Ok(codedeploy_answers::answer(operation))
}

async fn next(state: &State) -> Response<Full<Bytes>> {
    let Some(event) = state.event().await else { return accepted() };
    let deadline = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default() + PATIENCE;
    let mut response = Response::new(Full::new(event));
    for (name, value) in [
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned()),
        ("lambda-runtime-deadline-ms", deadline.as_millis().to_string()),
        (
            "lambda-runtime-invoked-function-arn",
            format!("arn:aws:lambda:us-east-1:123456789012:function:{FUNCTION}"),
        ),
        ("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0".to_owned()),
        ("content-type", "application/json".to_owned()),
    ] {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    state.see(Seen::Invoked(Instant::now()));
    response
}

fn accepted() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = hyper::StatusCode::ACCEPTED;
    response
}
