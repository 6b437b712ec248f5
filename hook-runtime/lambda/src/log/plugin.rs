//! Lines of plugins and about them.

use greenlight_hook_runtime::{CheckOutcome, HookReport, HookStatus, LogLevel, Observation, Observer};
use serde_json::Value;

use super::{Level, Log};

/// Writes what a plugin says as it comes: what it said before the function died is in the log. Its text is cleaned by the
/// runtime.
pub(crate) fn observer(log: Log) -> impl Observer + 'static {
    move |seen: &Observation| match seen {
        Observation::Log(line) => {
            let level = match line.level {
                LogLevel::Trace | LogLevel::Debug => Level::Debug,
                LogLevel::Info => Level::Info,
                LogLevel::Warn => Level::Warn,
                LogLevel::Error => Level::Error,
            };
            log.write(level, &line.text, &[("source", line.source.to_string().into())]);
        }
        Observation::Check(check) => {
            let level = match check.outcome {
                CheckOutcome::Pass | CheckOutcome::Skip => Level::Info,
                CheckOutcome::Warn => Level::Warn,
                CheckOutcome::Fail => Level::Error,
            };
            let more = [
                ("source", Value::from("plugin")),
                ("kind", "check".into()),
                ("outcome", check.outcome.to_string().into()),
            ];
            log.write(level, check, &more);
        }
        Observation::Metric(metric) => {
            let more = [
                ("source", Value::from("plugin")),
                ("kind", "metric".into()),
                ("metric", metric.name.clone().into()),
                ("value", metric.value.into()),
                ("unit", metric.unit.clone().into()),
            ];
            log.write(Level::Info, metric, &more);
        }
        // A kind of observation that this version does not know has no words.
        _ => {}
    }
}

/// Writes one line about each request that policy denied, and one about the run as a whole.
pub(crate) fn ran(log: &Log, report: &HookReport, run: u32) {
    for request in report.requests.iter().filter(|request| request.denied) {
        log.write(Level::Warn, request, &[("kind", "denied".into())]);
    }
    let level = match report.status() {
        HookStatus::Passed | HookStatus::Pending => Level::Info,
        HookStatus::Failed | HookStatus::Faulted => Level::Error,
    };
    let count = |outcome| report.checks.iter().filter(|check| check.outcome == outcome).count();
    let mut more = vec![
        ("kind", Value::from("run")),
        ("status", report.status().to_string().into()),
        ("run", run.into()),
        ("duration_ms", millis(report.timings.total).into()),
        ("cpu_ms", millis(report.timings.cpu).into()),
        ("peak_memory_bytes", report.peak_memory.into()),
        ("requests", report.requests.len().into()),
        ("checks_passed", count(CheckOutcome::Pass).into()),
        ("checks_failed", count(CheckOutcome::Fail).into()),
    ];
    if report.dropped.log_bytes > 0 {
        more.push(("dropped_log_bytes", report.dropped.log_bytes.into()));
    }
    if let Some(fault) = report.fault()
        && let Ok(frames) = serde_json::to_value(&fault.backtrace)
    {
        more.push(("backtrace", frames));
    }
    log.write(level, report, &more);
}

pub(super) fn millis(time: std::time::Duration) -> f64 {
    time.as_micros() as f64 / 1000.0
}
