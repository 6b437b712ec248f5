//! The last line of a hook, with its metrics.
//!
//! The metrics are in CloudWatch's embedded format: the line itself makes them, without any call.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use std::time::Duration;

use serde_json::{Value, json};

use super::plugin::millis;
use super::{Level, Log};
use crate::plugins::Judgement;

/// The namespace of all metrics.
const NAMESPACE: &str = "Greenlight";

/// What the last line of an invocation says.
#[derive(Debug)]
pub(crate) struct VerdictLine<'a> {
    /// `Succeeded`, `Failed` or `Pending`.
    pub(crate) verdict: &'a str,
    /// Why, in a sentence.
    pub(crate) reason: &'a str,
    /// What became of the report, in a sentence.
    pub(crate) report: &'a str,
    /// Whether the service knows what it has to know; if not, somebody should look.
    pub(crate) arrived: bool,
    pub(crate) event: &'a str,
    pub(crate) function: &'a str,
    pub(crate) judgement: &'a Judgement,
    pub(crate) duration: Duration,
    pub(crate) cold_start: bool,
}

/// Writes it.
pub(crate) fn verdict(log: &Log, line: &VerdictLine<'_>) {
    let VerdictLine { verdict, reason, report, arrived, event, function, judgement, duration, cold_start } =
        line;
    let counted = |verdict: &str| u8::from(*verdict == *line.verdict);
    let level = if counted("Failed") == 1 || !arrived { Level::Error } else { Level::Info };
    let more = [
        ("kind", Value::from("verdict")),
        ("verdict", (*verdict).into()),
        ("reason", (*reason).into()),
        ("report", (*report).into()),
        ("runs", judgement.runs().into()),
        ("_aws", metrics(log.clock().millis())),
        ("FunctionName", (*function).into()),
        ("Event", (*event).into()),
        ("Duration", millis(*duration).into()),
        ("ColdStart", u8::from(*cold_start).into()),
        ("Succeeded", counted("Succeeded").into()),
        ("Failed", counted("Failed").into()),
        ("Pending", counted("Pending").into()),
        ("Checks", judgement.checks().into()),
        ("PeakMemory", judgement.peak_memory().into()),
    ];
    log.write(level, &format_args!("{verdict} at {event}: {reason}; {report}"), &more);
}

fn metrics(now: u64) -> Value {
    let units = [
        ("Duration", "Milliseconds"),
        ("ColdStart", "Count"),
        ("Succeeded", "Count"),
        ("Failed", "Count"),
        ("Pending", "Count"),
        ("Checks", "Count"),
        ("PeakMemory", "Bytes"),
    ];
    let metrics: Vec<Value> =
        units.iter().map(|(name, unit)| json!({ "Name": name, "Unit": unit })).collect();
    json!({
        "Timestamp": now,
        "CloudWatchMetrics": [{
            "Namespace": NAMESPACE,
            "Dimensions": [["FunctionName"], ["FunctionName", "Event"]],
            "Metrics": metrics,
        }],
    })
}
