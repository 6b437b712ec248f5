//! What came of the cases, as one JSON object. Times are in milliseconds (`_ms`) or microseconds (`_us`), sizes in bytes.

use std::collections::BTreeMap;
use std::time::Duration;

use greenlight_hook_runtime::testing::{CaseReport, Expectation, ExpectedVerdict, Mismatch, Seen};
use greenlight_hook_runtime::{CheckOutcome, HookReport, Limits};
use serde::Serialize;

use super::super::shown;
use super::Tested;

/// All cases of one run.
#[derive(Serialize)]
pub(super) struct All<'a> {
    plugin: &'a str,
    file: String,
    sha256: &'a str,
    cases_file: String,
    as_expected: usize,
    not_as_expected: usize,
    not_run: Vec<&'a str>,
    cases: Vec<One<'a>>,
}

impl<'a> All<'a> {
    pub(super) fn of(tested: &'a Tested<'_>) -> Self {
        Self {
            plugin: tested.hook.name(),
            file: shown(&tested.input.plugin),
            sha256: tested.hook.digest(),
            cases_file: shown(&tested.input.file),
            as_expected: tested.reports.iter().filter(|report| report.is_as_expected()).count(),
            not_as_expected: tested.not_as_expected().count(),
            not_run: tested.not_run().iter().map(|case| case.name.as_str()).collect(),
            cases: tested.reports.iter().map(One::of).collect(),
        }
    }
}

#[derive(Serialize)]
struct One<'a> {
    name: &'a str,
    as_expected: bool,
    verdict: ExpectedVerdict,
    reason: String,
    mismatches: &'a [Mismatch],
    expected: Expected<'a>,
    test_url: Option<&'a str>,
    production_url: Option<&'a str>,
    limits: LimitsInUnits,
    uncovered: &'a [Seen],
    waited_ms: f64,
    elapsed_ms: f64,
    attempts: Vec<&'a HookReport>,
}

#[derive(Serialize)]
struct Expected<'a> {
    verdict: ExpectedVerdict,
    reason: Option<&'a str>,
    checks: &'a BTreeMap<String, CheckOutcome>,
    requests: Vec<String>,
    in_order: bool,
    attempts: Option<u32>,
}

/// [`Limits`] by names that say their units.
#[derive(Serialize)]
struct LimitsInUnits {
    wall_clock_ms: f64,
    cpu_ms: f64,
    memory_bytes: usize,
    requests: u32,
    request_bytes: u64,
    response_bytes: u64,
    total_response_bytes: u64,
    log_bytes: usize,
}

impl<'a> One<'a> {
    fn of(report: &'a CaseReport) -> Self {
        Self {
            name: &report.name,
            as_expected: report.is_as_expected(),
            verdict: ExpectedVerdict::of(report.last.status()),
            reason: report.last.reason(),
            mismatches: &report.mismatches,
            expected: Expected::of(&report.expected),
            test_url: report.test_url.as_deref(),
            production_url: report.production_url.as_deref(),
            limits: LimitsInUnits::of(&report.limits),
            uncovered: &report.uncovered,
            waited_ms: millis(report.waited),
            elapsed_ms: millis(report.elapsed),
            attempts: report.attempts().collect(),
        }
    }
}

impl<'a> Expected<'a> {
    fn of(expected: &'a Expectation) -> Self {
        Self {
            verdict: expected.verdict,
            reason: expected.reason.as_deref(),
            checks: &expected.checks,
            requests: expected.requests.iter().map(ToString::to_string).collect(),
            in_order: expected.in_order,
            attempts: expected.attempts,
        }
    }
}

impl LimitsInUnits {
    fn of(limits: &Limits) -> Self {
        Self {
            wall_clock_ms: millis(limits.wall_clock),
            cpu_ms: millis(limits.cpu),
            memory_bytes: limits.memory,
            requests: limits.http.max_requests,
            request_bytes: limits.http.max_request_bytes,
            response_bytes: limits.http.max_response_bytes,
            total_response_bytes: limits.http.max_total_response_bytes,
            log_bytes: limits.log_bytes,
        }
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
