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
