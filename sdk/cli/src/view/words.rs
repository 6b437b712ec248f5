//! States in one word, the same in every view.

use greenlight_core::{CheckOutcome, HookState, TaskSetState};

pub(super) const fn task_set_state(state: TaskSetState) -> &'static str {
    match state {
        TaskSetState::Starting => "starting",
        TaskSetState::Healthy => "healthy",
        TaskSetState::Failed => "FAILED",
        TaskSetState::Draining => "draining",
        TaskSetState::Stopped => "stopped",
        _ => "changed",
    }
}

pub(super) const fn hook_state(state: HookState) -> &'static str {
    match state {
        HookState::Invoked => "invoked",
        HookState::Pending => "pending",
        HookState::Succeeded => "ok",
        HookState::Failed => "FAILED",
        HookState::Cancelled => "cancelled",
        _ => "changed",
    }
}

/// A failure is in capitals: the one word that an eye looks for in a long log.
pub(super) const fn check_outcome(outcome: CheckOutcome) -> &'static str {
    match outcome {
        CheckOutcome::Pass => "ok",
        CheckOutcome::Fail => "FAILED",
        CheckOutcome::Warn => "warning",
        CheckOutcome::Skip => "skipped",
    }
}

/// A measured value with CloudWatch's unit as people write it: `12.5 ms`. An uncommon unit keeps its name.
pub(super) fn measured(value: f64, unit: &str) -> String {
    let short = match unit {
        "None" | "Count" | "" => return value.to_string(),
        "Seconds" => " s",
        "Milliseconds" => " ms",
        "Microseconds" => " µs",
        "Percent" => "%",
        "Bytes" => " B",
        other => return format!("{value} {other}"),
    };
    format!("{value}{short}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measured_value_has_the_unit_that_people_write() {
        assert_eq!(measured(12.5, "Milliseconds"), "12.5 ms");
        assert_eq!(measured(3.0, "Count"), "3");
        assert_eq!(measured(99.0, "Percent"), "99%");
        assert_eq!(measured(0.5, "Gigabytes/Second"), "0.5 Gigabytes/Second");
    }
}
