//! What happens after the last lifecycle event.

use greenlight_core::lifecycle::Platform;
use greenlight_core::{DeploymentStatus, EventKind, TaskSetLabel, TaskSetState};

use super::{Place, Timeline};
use crate::aws::seen::{Facts, Seen};

impl Timeline {
    /// Tells of the wait before the original task set is deleted, and of the end.
    pub(super) fn end(&mut self, seen: &Seen, facts: &Facts) -> Option<()> {
        let deployment = &seen.deployment;
        if deployment.termination_wait_started
            && !seen.is_rollback()
            && let Some(wait) = facts.termination_wait
        {
            let since = seen.last_end();
            self.push(
                seen,
                Place::TERMINATION_WAIT,
                since,
                EventKind::TerminationWait { until: since + wait },
            );
        }
        seen.closed.then_some(())?;
        let last = self.events.last().map_or(deployment.created, |(_, last)| last.time);
        let completed = deployment.completed.unwrap_or(last);
        if let Some(task_set) = stopped(seen, facts) {
            let state = TaskSetState::Stopped;
            let kind = EventKind::TaskSet { task_set, state, address: None, detail: None };
            self.push(seen, Place::TASK_SET_STOPPED, completed, kind);
        }
        if let Some(info) = &deployment.rollback
            && let Some(id) = info.rollback_deployment.clone()
        {
            let kind = EventKind::Rollback { id, message: info.message.clone() };
            self.push(seen, Place::ROLLBACK, completed, kind);
        }
        self.push(
            seen,
            Place::ENDED,
            completed,
            EventKind::Ended {
                status: deployment.status,
                error: deployment.error.clone(),
                reason: deployment.reason.clone(),
            },
        );
        self.ended = true;
        Some(())
    }
}

/// The task set that a deployment deleted at its end.
fn stopped(seen: &Seen, facts: &Facts) -> Option<TaskSetLabel> {
    let succeeded = seen.deployment.status == DeploymentStatus::Succeeded;
    if !succeeded || facts.platform == Platform::Lambda {
        None
    } else if seen.is_rollback() {
        Some(TaskSetLabel::Green)
    } else {
        facts.termination_wait.map(|_| TaskSetLabel::Blue)
    }
}
