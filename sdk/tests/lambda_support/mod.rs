//! Hook functions as processes, and what a test sees of their calls.

use std::path::Path;
use std::sync::{Arc, Mutex};

use greenlight::local::{HookAnswer, HookCall, HookFunction as _, HookProgress, LambdaProcess};
use greenlight_core::HookExecutionId;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;

use crate::local_support::{Calls, Services, in_virtual_time, play, request};
use crate::router_support::soon;

/// A runtime in a few lines: `ask` makes one request of the Runtime API, `take` waits for an event.
const RUNTIME: &str = r#"
import http.client, json, os, sys, time
api = os.environ["AWS_LAMBDA_RUNTIME_API"]
connection = http.client.HTTPConnection(api)
def ask(method, path, body=None, headers={}):
    connection.request(method, "/2018-06-01/runtime/" + path, body, headers)
    response = connection.getresponse()
    return response.status, response.headers, response.read().decode()
def take():
    status, headers, event = ask("GET", "invocation/next")
    assert status == 200, event
    return headers, event
def answer(headers, body="null"):
    return ask("POST", "invocation/" + headers["Lambda-Runtime-Aws-Request-Id"] + "/response", body)
def say(*words):
    print(*words, flush=True)
"#;

/// A function whose runtime is [`RUNTIME`] and then this script.
pub(crate) fn scripted(script: &str) -> LambdaProcess {
    LambdaProcess::new("judge", ["python3", "-c", &format!("{RUNTIME}\n{script}")])
}

/// A function that does this with every event, of which the headers are `headers` and the text is `event`.
pub(crate) fn serving(each: &str) -> LambdaProcess {
    let body: String = each.lines().map(|line| format!("    {line}\n")).collect();
    scripted(&format!("while True:\n    headers, event = take()\n{body}"))
}

/// Calls as the engine makes them, each for an execution of its own.
pub(crate) struct Caller {
    call: HookCall,
    made: usize,
}

/// How one call ended, and the lines that it logged: level and text.
#[derive(Debug)]
pub(crate) struct Called {
    pub(crate) answer: HookAnswer,
    pub(crate) lines: Vec<(String, String)>,
}

impl Caller {
    pub(crate) async fn new() -> Self {
        let services = Services::start().await;
        let calls = Calls::default();
        let hook = calls.answered(|_| HookAnswer::Succeeded);
        let local = in_virtual_time(services.group()).with_hook("judge", hook).build().await.unwrap();
        play(&local, &request(&[("AfterInstall", "judge")])).await;
        Self { call: calls.all().remove(0), made: 0 }
    }

    /// A call for a new execution.
    pub(crate) fn next(&mut self) -> HookCall {
        self.made += 1;
        let mut call = self.call.clone();
        call.execution.execution = HookExecutionId::new(format!("execution-{}", self.made));
        call
    }

    /// Calls for a new execution.
    pub(crate) async fn call(&mut self, function: &LambdaProcess) -> Called {
        let call = self.next();
        made(function, call).await
    }
}

/// Makes a call and keeps what it logs.
pub(crate) async fn made(function: &LambdaProcess, mut call: HookCall) -> Called {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&lines);
    call.progress = Arc::new(move |progress| {
        let HookProgress::Log { level, text } = progress else { panic!("{progress:?}") };
        seen.lock().unwrap().push((level, text));
    });
    let answer = soon("the end of the call", function.invoke(call)).await;
    let lines = lines.lock().unwrap().clone();
    Called { answer, lines }
}

/// Begins a call, and gives the lines that it logs as they come.
pub(crate) fn begun(
    function: impl Into<Arc<LambdaProcess>>,
    mut call: HookCall,
) -> (JoinHandle<HookAnswer>, UnboundedReceiver<String>) {
    let (sender, lines) = unbounded_channel();
    call.progress = Arc::new(move |progress| {
        let HookProgress::Log { text, .. } = progress else { panic!("{progress:?}") };
        // The test may have seen enough.
        let _ = sender.send(text);
    });
    let function = function.into();
    (tokio::spawn(async move { function.invoke(call).await }), lines)
}

impl Called {
    pub(crate) fn texts(&self) -> Vec<&str> {
        self.lines.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// The only line.
    pub(crate) fn text(&self) -> &str {
        let [text] = *self.texts() else { panic!("{self:?}") };
        text
    }

    /// The lines of a call that ended well.
    pub(crate) fn done(&self) -> Vec<&str> {
        assert_eq!(self.answer, HookAnswer::WillReport, "{:?}", self.lines);
        self.texts()
    }
}

/// Writes a file of a function.
pub(crate) fn write(directory: &Path, name: &str, text: &str) {
    let path = directory.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}
