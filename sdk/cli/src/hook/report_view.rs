//! The report of one run, for people: how it ended, what it found out, said and asked, and what it used of its limits.

use std::io::{self, Write};
use std::time::Duration;

use greenlight_hook_runtime::http::HttpRecord;
use greenlight_hook_runtime::units::{bytes, time};
use greenlight_hook_runtime::{CheckOutcome, HookReport, HookStatus, Limits, LogLine};

use crate::view::clean::one_line;

/// Shows one run. Texts of the plugin reach the terminal only cleaned.
pub(super) struct ReportView<'a> {
    report: &'a HookReport,
    limits: &'a Limits,
    remark: &'a dyn Fn(&HttpRecord) -> Option<&'static str>,
}

impl<'a> ReportView<'a> {
    /// A run that was allowed `limits`.
    pub(super) fn new(report: &'a HookReport, limits: &'a Limits) -> Self {
        Self { report, limits, remark: &|_| None }
    }

    /// Has a remark added to the line of a request.
    pub(super) fn with_remarks(mut self, remark: &'a dyn Fn(&HttpRecord) -> Option<&'static str>) -> Self {
        self.remark = remark;
        self
    }

    /// Writes how it ended, and the details; each line indented by two blanks.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let report = self.report;
        rows(out, "verdict", [format!("{}: {}", word(report.status()), report.reason())])?;
        self.write_details(out)
    }

    /// The same without how it ended.
    pub(super) fn write_details(&self, out: &mut dyn Write) -> io::Result<()> {
        let report = self.report;
        let checks = report.checks.iter().map(|check| {
            let outcome = outcome(check.outcome);
            match check.detail.as_str() {
                "" => format!("{outcome:8} {}", check.name),
                detail => format!("{outcome:8} {}: {detail}", check.name),
            }
        });
        rows(out, "checks", checks)?;
        rows(out, "metrics", report.metrics.iter().map(ToString::to_string))?;
        rows(out, "log", report.logs.iter().map(log_line))?;
        rows(out, "requests", report.requests.iter().map(|request| self.request(request)))?;
        rows(out, "used", used(report, self.limits))?;
        let backtrace = report.fault().map_or(&[][..], |fault| &fault.backtrace);
        rows(out, "backtrace", backtrace.iter().map(ToString::to_string))
    }

    fn request(&self, request: &HttpRecord) -> String {
        let elapsed = time(Duration::from_micros(request.elapsed_us));
        let HttpRecord { method, url, .. } = request;
        let ended = match (&request.error, request.status) {
            (Some(error), _) if request.denied => format!("DENIED {}", error.sentence),
            (Some(error), Some(status)) => format!("{status}, then {} after {elapsed}", error.sentence),
            (Some(error), None) => format!("{} after {elapsed}", error.sentence),
            (None, Some(status)) => format!("{status} {} in {elapsed}", bytes(request.response_bytes)),
            (None, None) => format!("not answered after {elapsed}"),
        };
        match (self.remark)(request) {
            Some(remark) => format!("{method} {url} {ended} ({remark})"),
            None => format!("{method} {url} {ended}"),
        }
    }
}

/// What was used of what was allowed.
fn used(report: &HookReport, limits: &Limits) -> Vec<String> {
    let (timings, http, allowed) = (&report.timings, &report.http, &limits.http);
    let of_time = |used, allowed| format!("{} of {}", time(used), time(allowed));
    let of_bytes = |used, allowed| format!("{} of {}", bytes(used), bytes(allowed));
    let ran = timings.instantiate + timings.call;
    let requests =
        format!("{} of {}, {} waiting for them", http.requests, allowed.max_requests, time(http.waited));
    let largest = of_bytes(http.largest_response_bytes, allowed.max_response_bytes);
    let sent =
        format!("{}, {} allowed in one request", bytes(http.request_bytes), bytes(allowed.max_request_bytes));
    let mut used = vec![
        format!("time      {}", of_time(ran, limits.wall_clock)),
        format!("cpu       {}", of_time(timings.cpu, limits.cpu)),
        format!("memory    {}", of_bytes(report.peak_memory, limits.memory as u64)),
        format!("requests  {requests}"),
        format!("received  {}", of_bytes(http.response_bytes, allowed.max_total_response_bytes)),
        format!("largest   {largest} in one response"),
        format!("sent      {sent}"),
    ];
    if report.dropped.log_bytes > 0 {
        let (dropped, kept) = (bytes(report.dropped.log_bytes), bytes(limits.log_bytes as u64));
        used.push(format!("log       {dropped} dropped, {kept} allowed"));
    }
    used
}

fn log_line(line: &LogLine) -> String {
    format!("{:>8} {line}", time(line.after))
}

/// How a run ended, in the words of the contract.
pub(super) const fn word(status: HookStatus) -> &'static str {
    match status {
        HookStatus::Passed => "pass",
        HookStatus::Failed => "fail",
        HookStatus::Pending => "pending",
        HookStatus::Faulted => "fault",
    }
}

const fn outcome(outcome: CheckOutcome) -> &'static str {
    match outcome {
        CheckOutcome::Pass => "ok",
        CheckOutcome::Fail => "FAILED",
        CheckOutcome::Warn => "warning",
        CheckOutcome::Skip => "skipped",
    }
}

/// Rows of a word and what is said of it; nothing at all when nothing is said.
fn rows(out: &mut dyn Write, word: &str, said: impl IntoIterator<Item = String>) -> io::Result<()> {
    for (at, said) in said.into_iter().enumerate() {
        writeln!(out, "  {:9} {}", if at == 0 { word } else { "" }, one_line(&said))?;
    }
    Ok(())
}
