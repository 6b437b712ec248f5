//! Events as short lines, so that a test shows a whole deployment.

use greenlight_core::{DeploymentEvent, EventKind, HookState, Timestamp};

/// Seconds since the epoch, at which virtual time begins in these tests.
pub(crate) fn seconds(time: Timestamp) -> f64 {
    // Below 2^53 milliseconds nothing is lost.
    time.as_millis() as f64 / 1000.0
}

/// One line for each event: its time in seconds and what happened. Ids, addresses and details are left out.
pub(crate) fn lines(events: &[DeploymentEvent]) -> Vec<String> {
    events.iter().map(|event| format!("{} {}", seconds(event.time), words(&event.kind))).collect()
}

/// Compares texts of several lines, and shows both whole when they differ.
#[track_caller]
pub(crate) fn assert_text(seen: &str, expected: &str) {
    assert!(seen == expected, "seen:\n{seen}\n\nexpected:\n{expected}");
}

fn words(kind: &EventKind) -> String {
    match kind {
        EventKind::Started { rolls_back: Some(_), deployment_config, .. } => {
            format!("rollback started, {deployment_config}")
        }
        EventKind::Started { deployment_config, .. } => format!("started, {deployment_config}"),
        EventKind::LifecycleEvent { name, to, .. } => format!("{name} {to}"),
        EventKind::TaskSet { task_set, state, .. } => format!("{} {state:?}", task_set),
        EventKind::TestTraffic { to } => format!("test traffic to {}", to),
        EventKind::Traffic { blue, green } => format!("traffic {blue} {green}"),
        EventKind::Hook { function, state, attempt, reason, .. } => {
            let reason = reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
            let attempt = if *state == HookState::Invoked { format!(" {attempt}") } else { String::new() };
            format!("hook {function} {state:?}{attempt}{reason}")
        }
        EventKind::Check { name, detail, .. } => format!("check {name}: {detail}"),
        EventKind::Metric { name, value, unit, .. } => format!("metric {name}: {value} {unit}"),
        EventKind::HookLog { level, text, .. } => format!("log {level}: {text}"),
        EventKind::Ready { until } => format!("ready until {}", seconds(*until)),
        EventKind::TerminationWait { until } => format!("termination wait until {}", seconds(*until)),
        EventKind::Rollback { .. } => "rollback created".to_owned(),
        EventKind::Ended { status, .. } => format!("ended {status}"),
        EventKind::Finished(outcome) => format!("finished: {outcome}"),
        other => format!("{other:?}"),
    }
}
