//! A hook, from its invocation to its end, with what it wrote meanwhile.

use greenlight_core::{
    DeploymentStatus, ErrorCode, EventKind, HookEvent, HookState, LifecycleEventStatus, Timestamp,
};

use super::Place;
use super::event::{DONE, Telling, WORK};

/// In the service's sentence about a hook that did not report within the hour.
const NO_REPORT: &str = "status callback";

impl Telling<'_> {
    /// Tells of the event's hook, if it has one. As long as its log may have more lines, its end is not told.
    pub(super) fn hook(&mut self, hook: HookEvent, began: Timestamp) -> Option<()> {
        let Some(function) = self.facts.hooks.get(&hook) else { return Some(()) };
        let function = function.name().to_owned();
        let told = |state, reason, duration_ms| EventKind::Hook {
            lifecycle_event: hook,
            function: function.clone(),
            state,
            attempt: 1,
            reason,
            duration_ms,
        };
        self.push(WORK, began, told(HookState::Invoked, None, None));
        let log = self.logs.of(hook);
        let at = Place::of_event(self.index, WORK);
        for line in log.into_iter().flat_map(|log| log.lines()) {
            let (time, number) = line.place;
            let place = at.line(time.as_millis(), number);
            self.timeline.push(self.seen, place, line.time, line.kind(hook, &function));
        }
        let runs = self.event.status == LifecycleEventStatus::InProgress && !self.seen.closed;
        if runs || log.is_some_and(|log| !log.settled) {
            return None;
        }
        let state = if self.has_succeeded() {
            HookState::Succeeded
        } else {
            // Why it ended is told by the deployment, which was asked before its target.
            self.seen.is_terminal().then_some(())?;
            self.state_of_end()
        };
        let reason = (state == HookState::Failed)
            .then(|| log.and_then(|log| log.reason()).or_else(|| self.seen.diagnostics.clone()))
            .flatten();
        let duration = self.ended().since(began).as_millis();
        self.push(DONE, self.ended(), told(state, reason, duration.try_into().ok()));
        Some(())
    }

    /// How a hook ended whose event did not succeed: by what it reported, or with the deployment.
    fn state_of_end(&self) -> HookState {
        let deployment = &self.seen.deployment;
        let by_itself = deployment.error.as_ref().is_some_and(|error| {
            matches!(error.code, ErrorCode::HookExecutionFailure | ErrorCode::IamRolePermissions)
                && !error.message.contains(NO_REPORT)
        });
        if deployment.status == DeploymentStatus::Failed && by_itself {
            HookState::Failed
        } else {
            HookState::Cancelled
        }
    }
}
