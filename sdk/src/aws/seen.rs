//! What the service has told of one deployment.

use std::collections::BTreeMap;
use std::time::Duration;

use greenlight_core::lifecycle::Platform;
use greenlight_core::{
    AutoRollback, AutoRollbackEvent, Deployment, DeploymentStatus, FunctionName, HookEvent, LifecycleEvent,
    LifecycleEventName, LifecycleEventStatus, Percent, TaskSetLabel, Timestamp, TrafficRouting,
};

/// A deployment as it was told last. What never changes is in [`Facts`].
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Seen {
    /// Without the parts that its target tells, until that was asked.
    pub(super) deployment: Deployment,
    /// What the service wrote to the event that failed.
    pub(super) diagnostics: Option<String>,
    /// When the target changed last, as far as it was told.
    pub(super) target_updated: Option<Timestamp>,
    /// The replacement's share of production.
    pub(super) green: Percent,
    /// What was seen of the wait to be continued, by this answer and those before it.
    pub(super) ready: ReadySeen,
    /// Whether it has ended, and no more will be learned of it.
    pub(super) closed: bool,
}

/// What was seen of the wait to be continued.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ReadySeen {
    /// The event before which the service said that it waits.
    pub(super) before: Option<LifecycleEventName>,
    /// Whether it was asked after before `AfterAllowTestTraffic` began, so that a wait there could be seen.
    pub(super) followed: bool,
}

/// The events before which it may wait to be continued; AWS does not document which.
const MAY_WAIT_BEFORE: [LifecycleEventName; 2] =
    [LifecycleEventName::AfterAllowTestTraffic, LifecycleEventName::BeforeAllowTraffic];

/// What is known of a deployment once and for all.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Facts {
    pub(super) platform: Platform,
    /// How long it waits to be continued, if it does.
    pub(super) ready_wait: Option<Duration>,
    /// How long the original task set is kept, if it is deleted.
    pub(super) termination_wait: Option<Duration>,
    pub(super) auto_rollback: AutoRollback,
    /// How production is shifted; absent where that could not be found out.
    pub(super) routing: Option<TrafficRouting>,
    /// The hooks of its AppSpec; none where that could not be had, and in a rollback.
    pub(super) hooks: BTreeMap<HookEvent, FunctionName>,
    /// In a rollback, the replacement's share when it began.
    pub(super) rolls_back_from: Percent,
}

impl Seen {
    pub(super) const fn is_terminal(&self) -> bool {
        self.deployment.status.is_terminal()
    }

    /// Takes over what the target told before.
    pub(super) fn keep_target_of(&mut self, before: &Self) {
        self.deployment.lifecycle_events.clone_from(&before.deployment.lifecycle_events);
        self.deployment.task_sets.clone_from(&before.deployment.task_sets);
        self.diagnostics.clone_from(&before.diagnostics);
        self.target_updated = before.target_updated;
        self.green = before.green;
        self.ready = before.ready;
    }

    /// Keeps what this answer says of the wait to be continued, which later ones do not say any more.
    pub(super) fn note_ready(&mut self) {
        self.ready.before = self.ready.before.or_else(|| self.waits_before());
        let test = self.event(LifecycleEventName::AfterAllowTestTraffic);
        self.ready.followed |= test.is_some_and(|event| event.status == LifecycleEventStatus::Pending);
    }

    /// The event before which it waits to be continued, if it does.
    fn waits_before(&self) -> Option<LifecycleEventName> {
        (self.deployment.status == DeploymentStatus::Ready).then_some(())?;
        let succeeded = |event: &LifecycleEvent| event.status == LifecycleEventStatus::Succeeded;
        // Begun already, it was let go on between the question for its status and that for its events.
        let mut next = MAY_WAIT_BEFORE.into_iter().filter_map(|name| self.event(name));
        let next = next.find(|event| !succeeded(event))?.name;
        let mut before = self.events().iter().take_while(|event| event.name != next);
        before.all(succeeded).then_some(next)
    }

    pub(super) fn is_rollback(&self) -> bool {
        self.deployment.rollback.as_ref().is_some_and(|info| info.triggering_deployment.is_some())
    }

    /// The event in progress.
    pub(super) fn current(&self) -> Option<&LifecycleEvent> {
        self.events().iter().find(|event| event.status == LifecycleEventStatus::InProgress)
    }

    pub(super) fn events(&self) -> &[LifecycleEvent] {
        &self.deployment.lifecycle_events
    }

    pub(super) fn event(&self, name: LifecycleEventName) -> Option<&LifecycleEvent> {
        self.events().iter().find(|event| event.name == name)
    }

    /// Whether every event has ended.
    pub(super) fn all_events_ended(&self) -> bool {
        let ended = |event: &LifecycleEvent| {
            !matches!(event.status, LifecycleEventStatus::Pending | LifecycleEventStatus::InProgress)
        };
        !self.events().is_empty() && self.events().iter().all(ended)
    }

    /// Whether an event ended otherwise than well: then so does the deployment.
    pub(super) fn any_event_failed(&self) -> bool {
        let failed = |event: &LifecycleEvent| {
            matches!(event.status, LifecycleEventStatus::Failed | LifecycleEventStatus::Skipped)
        };
        self.events().iter().any(failed)
    }

    /// When the last of the events that have ended did so, or the deployment began.
    pub(super) fn last_end(&self) -> Timestamp {
        let begun = self.deployment.started.unwrap_or(self.deployment.created);
        self.events().iter().filter_map(|event| event.ended).fold(begun, Timestamp::max)
    }

    /// Whether a rollback is to be expected that the service has not told of yet: by the deployment's settings, or because it
    /// was `asked` for with a stop.
    pub(super) fn misses_rollback(&self, facts: &Facts, asked: bool) -> bool {
        let trigger = match (self.deployment.status, self.deployment.error.as_ref().map(|error| error.code)) {
            (DeploymentStatus::Failed, _) => AutoRollbackEvent::DeploymentFailure,
            (DeploymentStatus::Stopped, Some(greenlight_core::ErrorCode::AlarmActive)) => {
                AutoRollbackEvent::StopOnAlarm
            }
            (DeploymentStatus::Stopped, _) => AutoRollbackEvent::StopOnRequest,
            _ => return false,
        };
        let expected =
            facts.auto_rollback.covers(trigger) || (asked && trigger == AutoRollbackEvent::StopOnRequest);
        self.deployment.rollback.is_none() && expected
    }

    /// The replacement's share as its task set has it.
    pub(super) fn green_of_task_sets(deployment: &Deployment) -> Option<Percent> {
        let of = |label| deployment.task_sets.iter().find(|set| set.label == label);
        let green = of(TaskSetLabel::Green).map(|set| set.traffic_weight);
        green.or_else(|| of(TaskSetLabel::Blue).map(|set| set.traffic_weight.rest()))
    }
}
