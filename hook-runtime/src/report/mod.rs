//! What came of one run.

mod check;
mod log;
mod usage;
mod verdict;

use std::fmt;

use serde::Serialize;

pub use self::{
    check::{Check, CheckOutcome, Metric},
    log::{LogLevel, LogLine, LogSource},
    usage::{Dropped, HttpUsage, Timings},
    verdict::{HookStatus, Outcome, Verdict},
};
use crate::{Fault, http::HttpRecord};

/// Everything that is known of one run, however it ended: [`Hook::run`](crate::Hook::run) never fails
/// otherwise. What a plugin recorded before it died is here.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HookReport {
    /// The plugin's name.
    pub plugin: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The checks that it recorded, in order.
    pub checks: Vec<Check>,
    /// Its log, standard output and standard error, in order.
    pub logs: Vec<LogLine>,
    /// The values that it measured, in order.
    pub metrics: Vec<Metric>,
    /// Its HTTP requests, those that were denied included, in the order in which they began.
    pub requests: Vec<HttpRecord>,
    /// What those requests took together.
    pub http: HttpUsage,
    /// Where the time went.
    pub timings: Timings,
    /// The largest size of its memories together, in bytes.
    pub peak_memory: u64,
    /// What it recorded beyond the limits.
    pub dropped: Dropped,
}

impl HookReport {
    /// How it ended, in one word.
    #[must_use]
    pub const fn status(&self) -> HookStatus {
        match &self.outcome {
            Outcome::Verdict(Verdict::Pass) => HookStatus::Passed,
            Outcome::Verdict(Verdict::Fail { .. }) => HookStatus::Failed,
            Outcome::Verdict(Verdict::Pending { .. }) => HookStatus::Pending,
            Outcome::Fault(_) => HookStatus::Faulted,
        }
    }

    /// The plugin's answer, if it gave one.
    #[must_use]
    pub const fn verdict(&self) -> Option<&Verdict> {
        match &self.outcome {
            Outcome::Verdict(verdict) => Some(verdict),
            Outcome::Fault(_) => None,
        }
    }

    /// Why it gave no answer, if so.
    #[must_use]
    pub const fn fault(&self) -> Option<&Fault> {
        match &self.outcome {
            Outcome::Verdict(_) => None,
            Outcome::Fault(fault) => Some(fault),
        }
    }

    /// Why it ended as it did: one sentence for people, never empty.
    ///
    /// A plugin that failed or died after a request was denied may not know that it lacks a grant; the
    /// sentence then says which.
    #[must_use]
    pub fn reason(&self) -> String {
        let reason = match &self.outcome {
            Outcome::Verdict(Verdict::Pass) => return self.passed(),
            Outcome::Verdict(pending @ Verdict::Pending { .. }) => {
                return format!("plugin \"{}\" is not sure yet ({pending})", self.plugin);
            }
            Outcome::Verdict(Verdict::Fail { reason }) if !reason.is_empty() => reason.clone(),
            Outcome::Verdict(Verdict::Fail { .. }) => self.failed_without_reason(),
            Outcome::Fault(fault) => fault.to_string(),
        };
        match self.missing_grant() {
            Some(grant) if !reason.contains(grant) => format!("{reason} ({grant})"),
            _ => reason,
        }
    }

    fn passed(&self) -> String {
        match self.checks.iter().filter(|check| check.outcome == CheckOutcome::Pass).count() {
            0 => format!("plugin \"{}\" passed", self.plugin),
            1 => format!("plugin \"{}\" passed with 1 check", self.plugin),
            checks => format!("plugin \"{}\" passed with {checks} checks", self.plugin),
        }
    }

    fn failed_without_reason(&self) -> String {
        match self.checks.iter().find(|check| check.outcome == CheckOutcome::Fail) {
            Some(Check { name, detail, .. }) if detail.is_empty() => format!("check \"{name}\" failed"),
            Some(Check { name, detail, .. }) => format!("check \"{name}\" failed: {detail}"),
            None => format!("plugin \"{}\" failed and gave no reason", self.plugin),
        }
    }

    fn missing_grant(&self) -> Option<&str> {
        let denied = self.requests.iter().find(|request| request.denied)?;
        denied.error.as_ref().map(|error| error.sentence.as_str())
    }
}

impl fmt::Display for HookReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} after {}: {}", self.status(), crate::units::time(self.timings.total), self.reason())
    }
}
