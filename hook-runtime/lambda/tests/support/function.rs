//! The real `bootstrap` under a Lambda Runtime API of the test's own, which gives it whatever event the test likes.

use std::convert::Infallible;
use std::ffi::OsStr;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex as Locked};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

use super::ARN;

/// What is in the environment of every function, and must be in no log.
pub(crate) const SECRET: &str = "wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEY";

/// One process, killed with this value.
pub(crate) struct Function {
    process: Child,
    output: [JoinHandle<()>; 2],
    api: Arc<Api>,
    events: mpsc::UnboundedSender<Invocation>,
    answers: Mutex<mpsc::UnboundedReceiver<Answer>>,
    lines: Arc<Locked<Vec<String>>>,
}

/// What a function answers: its result, or its error with `errorType` and `errorMessage`.
pub(crate) type Answer = Result<Value, Value>;

struct Api {
    invocations: Mutex<mpsc::UnboundedReceiver<Invocation>>,
    answered: mpsc::UnboundedSender<Answer>,
    /// How often events were asked for while the process worked on one: its runtime never does so.
    intrusions: AtomicUsize,
    working: AtomicBool,
    /// When each event was handed out.
    delivered: Locked<Vec<Instant>>,
}

struct Invocation {
    event: Bytes,
    timeout: Duration,
}

impl Function {
    /// Starts `bootstrap` with a bundle. It has credentials, and the further variables that `more` gives for the
    /// address of its Runtime API.
    pub(crate) async fn start<N: AsRef<OsStr>>(
        bundle: &Path,
        more: impl FnOnce(SocketAddr) -> Vec<(N, String)>,
    ) -> Self {
        Self::start_under(Self::listener().await, bundle, more).await
    }

    /// An address for a Runtime API.
    pub(crate) async fn listener() -> TcpListener {
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap()
    }

    /// As [`start`](Self::start), with a Runtime API at an address that was chosen before.
    pub(crate) async fn start_under<N: AsRef<OsStr>>(
        listener: TcpListener,
        bundle: &Path,
        more: impl FnOnce(SocketAddr) -> Vec<(N, String)>,
    ) -> Self {
        let ((events, invocations), (answered, answers)) =
            (mpsc::unbounded_channel(), mpsc::unbounded_channel());
        let address = listener.local_addr().unwrap();
        let api = Arc::new(Api {
            invocations: Mutex::new(invocations),
            answered,
            intrusions: AtomicUsize::new(0),
            working: AtomicBool::new(false),
            delivered: Locked::default(),
        });
        tokio::spawn(serve(listener, Arc::clone(&api)));
        let mut process = Command::new(env!("CARGO_BIN_EXE_bootstrap"))
            .current_dir(bundle)
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", address.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "CodeDeployHook_check")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", SECRET)
            .env("LAMBDA_TASK_ROOT", bundle)
            .envs(more(address))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = Arc::default();
        let output = [
            keep(process.stdout.take().unwrap(), Arc::clone(&lines)),
            keep(process.stderr.take().unwrap(), Arc::clone(&lines)),
        ];
        Self { process, output, api, events, answers: Mutex::new(answers), lines }
    }

    /// Has it work on an event, and waits for the answer no longer than Lambda would.
    pub(crate) async fn invoke(&self, event: impl Into<Bytes>, timeout: Duration) -> Answer {
        let mut answers = self.answers.lock().await;
        self.events.send(Invocation { event: event.into(), timeout }).ok().unwrap();
        // The process has to start as well.
        let answer = tokio::time::timeout(timeout + Duration::from_secs(60), answers.recv()).await;
        let answer = answer.unwrap_or_else(|_| panic!("no answer; {:#?}", self.lines())).unwrap();
        let took = self.delivered().elapsed();
        assert!(
            took < timeout,
            "Lambda ends it after {timeout:?}, and it took {took:?}: {:#?}",
            self.lines()
        );
        answer
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id().unwrap()
    }

    /// Ends it, and gives all that it logged.
    pub(crate) async fn end(mut self) -> Vec<Value> {
        self.process.kill().await.unwrap();
        for output in self.output {
            output.await.unwrap();
        }
        let lines = self.lines.lock().unwrap();
        let json = |line: &String| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        lines.iter().map(json).collect()
    }

    /// When the process got the last event.
    pub(crate) fn delivered(&self) -> Instant {
        *self.api.delivered.lock().unwrap().last().unwrap()
    }

    /// How often somebody has asked for events who is not its runtime.
    pub(crate) fn intrusions(&self) -> usize {
        self.api.intrusions.load(Ordering::SeqCst)
    }

    /// All that it wrote.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    /// The lines with this `kind`.
    pub(crate) fn of_kind(&self, kind: &str) -> Vec<Value> {
        let lines = self.lines();
        let json = lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        json.filter(|line| line["kind"] == kind).collect()
    }

    /// The last line of the hook, when it has come, and with it all before it.
    pub(crate) async fn verdict(&self) -> Value {
        self.until("a verdict", || self.of_kind("verdict").pop()).await
    }

    /// A line with this in it, when it has come.
    pub(crate) async fn line_with(&self, part: &str) -> String {
        self.until(part, || self.lines().into_iter().find(|line| line.contains(part))).await
    }

    /// What it writes comes through a pipe, after the answer perhaps.
    async fn until<T>(&self, what: &str, find: impl Fn() -> Option<T>) -> T {
        let found = async {
            loop {
                if let Some(found) = find() {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let found = tokio::time::timeout(Duration::from_secs(60), found).await;
        found.unwrap_or_else(|_| panic!("no line has {what}: {:#?}", self.lines()))
    }
}

fn keep(from: impl AsyncRead + Unpin + Send + 'static, to: Arc<Locked<Vec<String>>>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut lines = BufReader::new(from).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            to.lock().unwrap().push(line);
        }
    })
}

async fn serve(listener: TcpListener, api: Arc<Api>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let api = Arc::clone(&api);
        tokio::spawn(async move {
            let service = service_fn(|request| answer(request, &api));
            // It ends with the process.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(request: Request<Incoming>, api: &Api) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    if head.method == Method::GET {
        if api.working.load(Ordering::SeqCst) {
            api.intrusions.fetch_add(1, Ordering::SeqCst);
        }
        let next = api.invocations.lock().await.recv().await;
        let Some(Invocation { event, timeout }) = next else { return std::future::pending().await };
        api.working.store(true, Ordering::SeqCst);
        api.delivered.lock().unwrap().push(Instant::now());
        let deadline = (SystemTime::now() + timeout).duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let response = Response::builder()
            .header("lambda-runtime-aws-request-id", "8476a536-e9f4-41e8-9739-2dfe598c3fcd")
            .header("lambda-runtime-deadline-ms", deadline.as_millis().to_string())
            .header("lambda-runtime-invoked-function-arn", ARN);
        return Ok(response.body(Full::new(event)).unwrap());
    }
    api.working.store(false, Ordering::SeqCst);
    let body = body.collect().await.unwrap().to_bytes();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let path = head.uri.path();
    let answered = if path.ends_with("/response") {
        Ok(body)
    } else {
        assert!(path.ends_with("/error"), "{path}");
        Err(body)
    };
    // The test may have seen enough.
    let _ = api.answered.send(answered);
    Ok(Response::builder().status(202).body(Full::default()).unwrap())
}
