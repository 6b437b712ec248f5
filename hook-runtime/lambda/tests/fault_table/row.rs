//! One fault in one whole deployment.

use std::time::{Duration, Instant};

use greenlight::core::{EventKind, LifecycleEventStatus};
use greenlight::endpoint::Endpoint;
use greenlight::local::LambdaProcess;
use serde_json::Value;
use tempfile::TempDir;

use super::sentences;
use crate::support::endpoint::{EVENT, FUNCTION, begin, built};
use crate::support::proxy::{Proxy, Trouble};
use crate::support::seen::{Seen, came_to, lines};

/// How long things may take beside what is measured: starting a process on a busy machine, mostly.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);

/// How the lifecycle event has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    Succeeded,
    Failed,
}

/// A fault, what it is caused by, and what has to come of it.
pub(super) struct Row {
    fault: &'static str,
    bundle: TempDir,
    ends: Ends,
    command: Vec<String>,
    timeout: Duration,
    environment: Vec<(&'static str, String)>,
    trouble: Box<Trouble>,
    not_before: Duration,
    also: Vec<&'static str>,
}

/// What came of a fault.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    pub(super) fault: &'static str,
    /// The status of the lifecycle event, or how else it ended.
    pub(super) ends: String,
    /// From the delivery of the event to that.
    pub(super) time: Duration,
    /// What the host said last.
    pub(super) sentence: String,
}

impl Row {
    /// A fault of a minute's function with this bundle, and nothing else.
    pub(super) fn new(fault: &'static str, bundle: TempDir, ends: Ends) -> Self {
        Self {
            fault,
            bundle,
            ends,
            command: vec![env!("CARGO_BIN_EXE_bootstrap").to_owned()],
            timeout: Duration::from_secs(60),
            environment: Vec::new(),
            trouble: Box::new(|_| None),
            not_before: Duration::ZERO,
            also: Vec::new(),
        }
    }

    /// The function's timeout; a minute otherwise.
    pub(super) const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// What happens to calls on their way to CodeDeploy.
    pub(super) fn trouble(mut self, trouble: Box<Trouble>) -> Self {
        self.trouble = trouble;
        self
    }

    /// The fault lasts so long, and nothing can come of it before.
    pub(super) const fn not_before(mut self, time: Duration) -> Self {
        self.not_before = time;
        self
    }

    /// A variable of the function.
    pub(super) fn env(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// Another program than the `bootstrap`.
    pub(super) fn command(mut self, command: Vec<String>) -> Self {
        self.command = command;
        self
    }

    /// Another line that the host has to log, with this in it.
    pub(super) fn also_logs(mut self, part: &'static str) -> Self {
        self.also.push(part);
        self
    }

    /// Deploys, and holds what comes against what has to.
    pub(super) async fn run(self) -> Measured {
        let proxy = Proxy::start(self.trouble).await;
        let mut process = LambdaProcess::new(FUNCTION, self.command)
            .with_directory(self.bundle.path())
            .with_timeout(self.timeout)
            .with_env("AWS_ENDPOINT_URL_CODEDEPLOY", proxy.url());
        for (name, value) in self.environment {
            process = process.with_env(name, value);
        }
        let seen = Seen::new();
        let builder = Endpoint::builder().with_lambda_process(FUNCTION, process);
        let endpoint = built(builder.with_observer(seen.observer())).await;
        proxy.lead_to(&endpoint.url());
        begin(&endpoint).await;
        let ended = seen.until(self.fault, self.timeout + PATIENCE, ended).await;
        let last = seen.until(self.fault, PATIENCE, verdict).await;
        let (status, at) = ended;
        let events = seen.all();
        let time = at - delivered(&events).unwrap();
        endpoint.shutdown().await;

        let bundle = self.bundle.path().display().to_string();
        let sentence = last["message"].as_str().unwrap().replace(&bundle, "/var/task");
        sentences::expect(self.fault, &sentence);
        assert_eq!(status, self.ends, "{sentence}");
        assert!(time <= self.timeout, "{}: {EVENT} was in progress for {time:?}", self.fault);
        assert!(time >= self.not_before, "{}: after {time:?}, which is too soon", self.fault);
        for part in self.also {
            let logged = lines(&events).any(|(_, line)| line.to_string().contains(part));
            assert!(logged, "{}: no line has {part}; {events:#?}", self.fault);
        }
        Measured { fault: self.fault, ends: format!("{status:?}"), time, sentence }
    }
}

type Events = [(Instant, EventKind)];

/// When the event of the function had come.
pub(super) fn ended(events: &Events) -> Option<(Ends, Instant)> {
    let to = |status| came_to(events, EVENT, status);
    let failed = to(LifecycleEventStatus::Failed).map(|at| (Ends::Failed, at));
    failed.or_else(|| to(LifecycleEventStatus::Succeeded).map(|at| (Ends::Succeeded, at)))
}

/// When the function got the event: of that its first line tells.
pub(super) fn delivered(events: &Events) -> Option<Instant> {
    let first =
        |line: &Value| line["message"].as_str().is_some_and(|text| text.starts_with("a hook of deployment"));
    lines(events).find(|(_, line)| first(line)).map(|(at, _)| at)
}

/// The last line of the hook.
pub(super) fn verdict(events: &Events) -> Option<Value> {
    lines(events).find(|(_, line)| line["kind"] == "verdict").map(|(_, line)| line)
}
