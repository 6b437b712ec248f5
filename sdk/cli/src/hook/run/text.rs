//! What came of a run, for people. Texts of the plugin reach the terminal only cleaned.

use std::io::{self, Write};
use std::time::Duration;

use bytesize::ByteSize;
use greenlight_hook_runtime::http::HttpRecord;
use greenlight_hook_runtime::scalar::Span;
use greenlight_hook_runtime::{CheckOutcome, HookReport, Limits, Verdict};

use super::Args;
use crate::hook::table::Table;
use crate::view::clean::one_line;

pub(super) fn write(
    report: &HookReport,
    limits: &Limits,
    args: &Args,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{} at {} of {}", one_line(&report.plugin), one_line(&args.event), one_line(&args.url))?;
    section("checks", report.checks.len(), out)?;
    for check in &report.checks {
        let detail = if check.detail.is_empty() { String::new() } else { format!(": {}", check.detail) };
        writeln!(out, "  {:5} {}", outcome(check.outcome), one_line(&format!("{}{detail}", check.name)))?;
    }
    section("metrics", report.metrics.len(), out)?;
    for metric in &report.metrics {
        writeln!(out, "  {}", one_line(&format!("{} {} {}", metric.name, metric.value, metric.unit)))?;
    }
    section("log", report.logs.len(), out)?;
    for line in &report.logs {
        writeln!(out, "  {}", one_line(&line.to_string()))?;
    }
    section("requests", report.requests.len(), out)?;
    for request in &report.requests {
        writeln!(out, "  {}", one_line(&said(request)))?;
    }
    writeln!(out, "\nlimits")?;
    write_limits(report, limits, out)?;
    if let Some(fault) = report.fault() {
        section("backtrace", fault.backtrace.len(), out)?;
        for frame in &fault.backtrace {
            writeln!(out, "  {}", one_line(&frame.to_string()))?;
        }
    }
    writeln!(out, "\n{}: {}", report.status(), one_line(&report.reason()))?;
    match report.verdict() {
        Some(Verdict::Pending { state, .. }) if !state.is_empty() => {
            writeln!(out, "its state for the next attempt: {}", one_line(state))
        }
        _ => Ok(()),
    }
}

fn section(name: &str, rows: usize, out: &mut dyn Write) -> io::Result<()> {
    if rows == 0 { Ok(()) } else { writeln!(out, "\n{name}") }
}

const fn outcome(outcome: CheckOutcome) -> &'static str {
    match outcome {
        CheckOutcome::Pass => "ok",
        CheckOutcome::Fail => "FAIL",
        CheckOutcome::Warn => "warn",
        CheckOutcome::Skip => "skip",
    }
}

fn said(request: &HttpRecord) -> String {
    let HttpRecord { method, url, status, error, response_bytes, elapsed_us, .. } = request;
    match (error, status) {
        (Some(failure), _) => format!("{method} {url} failed: {}", failure.sentence),
        (None, Some(status)) => format!(
            "{method} {url} {status}, {} in {}",
            ByteSize(*response_bytes),
            time(Duration::from_micros(*elapsed_us))
        ),
        (None, None) => format!("{method} {url} was not answered"),
    }
}

/// What was used against what is allowed.
fn write_limits(report: &HookReport, limits: &Limits, out: &mut dyn Write) -> io::Result<()> {
    let received: u64 = report.requests.iter().map(|request| request.response_bytes).sum();
    let written: u64 = report.logs.iter().map(|line| line.text.len() as u64).sum();
    let mut table = Table::new(out);
    let timings = &report.timings;
    let ran = timings.instantiate + timings.call;
    table.row("time", &format!("{} of {}", time(ran), Span(limits.wall_clock)))?;
    table.row("computing", &format!("{} of {}", time(timings.cpu), Span(limits.cpu)))?;
    table
        .row("memory", &format!("{} of {}", ByteSize(report.peak_memory), ByteSize(limits.memory as u64)))?;
    table.row("requests", &format!("{} of {}", report.requests.len(), limits.http.max_requests))?;
    table.row(
        "received",
        &format!("{} of {}", ByteSize(received), ByteSize(limits.http.max_total_response_bytes)),
    )?;
    let dropped = match report.dropped.log_bytes {
        0 => String::new(),
        bytes => format!(", {} dropped", ByteSize(bytes)),
    };
    table.row("logs", &format!("{} of {}{dropped}", ByteSize(written), ByteSize(limits.log_bytes as u64)))
}

fn time(time: Duration) -> String {
    format!("{time:.1?}")
}
