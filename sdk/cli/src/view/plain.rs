//! One line an event, for pipes, files and continuous integration.
//!
//! Each line is the time since the start, what it is about, and what happened, two spaces apart. What belongs to the
//! rollback deployment begins with `rollback/`. The outcome comes last, and on a failure the reason after it.

use std::fmt;
use std::io::{self, Write};

use greenlight_core::finding::Counts;
use greenlight_core::{DeploymentEvent, DeploymentId, EventKind, Outcome, Plan, Timestamp};

use super::closing::Closing;
use super::{Now, View, clean, span, words};

/// The view without a terminal.
pub(super) struct PlainLines {
    out: Box<dyn Write + Send>,
    now: Now,
    /// The first event's time and deployment.
    start: Option<(Timestamp, DeploymentId)>,
    outcome: Option<Outcome>,
    failed: Option<io::Error>,
}

impl PlainLines {
    pub(super) fn new(out: Box<dyn Write + Send>, now: Now) -> Self {
        Self { out, now, start: None, outcome: None, failed: None }
    }

    fn line(&mut self, line: &str) {
        if self.failed.is_none() {
            self.failed = writeln!(self.out, "{line}").and_then(|()| self.out.flush()).err();
        }
    }
}

impl View for PlainLines {
    fn plan(&mut self, plan: &Plan) {
        for finding in &plan.findings {
            self.line(&clean::one_line(&finding.to_string()));
            if let Some(fix) = &finding.fix {
                self.line(&format!("  fix: {}", clean::one_line(fix)));
            }
        }
        if !plan.can_start() {
            self.line(&format!("cannot be deployed, {}", Counts::of(&plan.findings)));
        } else if let Some(budget) = plan.budget {
            self.line(&format!("plan  {budget}"));
        }
    }

    fn event(&mut self, event: &DeploymentEvent) {
        let (start, forward) = self.start.get_or_insert_with(|| (event.time, event.deployment.clone()));
        if let EventKind::Finished(outcome) = &event.kind {
            self.outcome = Some(outcome.clone());
            return;
        }
        let start = *start;
        let of_rollback = if event.deployment == *forward { "" } else { "rollback/" };
        let at = span::offset(event.time.since(start));
        let sentence = Sentence { start: Some(start), event }.to_string();
        self.line(&format!("{at}  {of_rollback}{}", clean::one_line(&sentence)));
    }

    fn note(&mut self, text: &str) {
        let at = self.start.as_ref().map(|(start, _)| span::offset((self.now)().since(*start)) + "  ");
        self.line(&format!("{}note  {}", at.unwrap_or_default(), clean::one_line(text)));
    }

    fn close(&mut self) -> io::Result<()> {
        if let Some(outcome) = self.outcome.take() {
            let closing = Closing::of(&outcome);
            self.line(&closing.sentence);
            if let Some(reason) = closing.reason {
                self.line(&format!("reason: {reason}"));
            }
        }
        self.failed.take().map_or(Ok(()), Err)
    }
}

impl Drop for PlainLines {
    fn drop(&mut self) {
        // Who drops a view without closing it does not ask for its error.
        drop(self.close());
    }
}

impl fmt::Debug for PlainLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlainLines").field("outcome", &self.outcome).finish_non_exhaustive()
    }
}

/// One line of a log of many deployments: the time of day, the deployment, and what happened.
pub(super) fn log_line(event: &DeploymentEvent) -> String {
    let sentence = Sentence { start: None, event }.to_string();
    format!("{}  {}  {}", event.time, event.deployment, clean::one_line(&sentence))
}

/// An event in words, without its time.
struct Sentence<'e> {
    /// What times are told from; by themselves without it.
    start: Option<Timestamp>,
    event: &'e DeploymentEvent,
}

impl Sentence<'_> {
    fn at(&self, time: Timestamp) -> String {
        self.start.map_or_else(|| time.to_string(), |start| span::offset(time.since(start)))
    }
}

impl fmt::Display for Sentence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.event.kind {
            EventKind::Started { application, deployment_group, deployment_config, .. } => {
                let id = &self.event.deployment;
                write!(f, "started  {id}  {application}/{deployment_group}  {deployment_config}")
            }
            EventKind::LifecycleEvent { name, from, to } => write!(f, "{name}  {from} -> {to}"),
            EventKind::TaskSet { task_set, state, address, detail } => {
                write!(f, "task-set  {} {}", task_set, words::task_set_state(*state))?;
                address.map_or(Ok(()), |address| write!(f, "  {address}"))?;
                detail.as_ref().map_or(Ok(()), |detail| write!(f, "  {detail}"))
            }
            EventKind::TestTraffic { to } => write!(f, "test-traffic  {}", to),
            EventKind::Traffic { blue, green } => write!(f, "traffic  blue {blue}  green {green}"),
            EventKind::Hook { lifecycle_event, function, state, attempt, reason, duration_ms } => {
                write!(f, "hook  {lifecycle_event}  {function}  {}", words::hook_state(*state))?;
                if *attempt > 1 {
                    write!(f, "  attempt {attempt}")?;
                }
                duration_ms.map_or(Ok(()), |millis| write!(f, "  {millis} ms"))?;
                reason.as_ref().map_or(Ok(()), |reason| write!(f, "  {reason}"))
            }
            EventKind::Check { lifecycle_event, function, name, outcome, detail } => {
                let outcome = words::check_outcome(*outcome);
                write!(f, "check  {lifecycle_event}  {function}  {outcome}  {name}: {detail}")
            }
            EventKind::Metric { lifecycle_event, function, name, value, unit } => {
                let value = words::measured(*value, unit);
                write!(f, "metric  {lifecycle_event}  {function}  {name} {value}")
            }
            EventKind::HookLog { lifecycle_event, function, level, text } => {
                write!(f, "log  {lifecycle_event}  {function}  {level}  {text}")
            }
            EventKind::Ready { until } => {
                write!(f, "ready  waits to be continued until {}", self.at(*until))
            }
            EventKind::TerminationWait { until } => {
                write!(f, "termination-wait  blue is kept until {}", self.at(*until))
            }
            EventKind::Rollback { id, message } => write!(f, "rollback  {id}  {message}"),
            EventKind::Ended { status, error, reason } => {
                write!(f, "ended  {}  {status}", self.event.deployment)?;
                error.as_ref().map_or(Ok(()), |error| write!(f, "  {}: {}", error.code, error.message))?;
                reason.as_ref().map_or(Ok(()), |reason| write!(f, "  {reason}"))
            }
            EventKind::Finished(outcome) => outcome.fmt(f),
            other => write!(f, "{other:?}"),
        }
    }
}
