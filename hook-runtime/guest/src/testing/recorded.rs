//! What a validation function reported.

use crate::check::Outcome;
use crate::http;
use crate::log::Level;
use crate::verdict::Verdict;

/// Everything that a validation function reported.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Recorded {
    /// What it answered, checks counted.
    pub verdict: Verdict,
    /// Its checks in order.
    pub checks: Vec<CheckEntry>,
    /// Its metrics in order.
    pub metrics: Vec<MetricEntry>,
    /// Its log lines in order.
    pub logs: Vec<(Level, String)>,
    /// The requests that it sent, in order.
    pub requests: Vec<http::Request>,
}

/// One check as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckEntry {
    /// Its name.
    pub name: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What was seen.
    pub detail: String,
}

/// One measured value as it was recorded.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MetricEntry {
    /// Its name.
    pub name: String,
    /// The value.
    pub value: f64,
    /// Its CloudWatch unit.
    pub unit: String,
}

/// What was reported so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Reported {
    pub(super) checks: Vec<CheckEntry>,
    pub(super) metrics: Vec<MetricEntry>,
    pub(super) logs: Vec<(Level, String)>,
    pub(super) requests: Vec<http::Request>,
}
