//! What happened in a deployment, told from what the service says of it now.
//!
//! The service has no stream of events: it tells how things stand, with the times of the lifecycle events. From one such answer
//! everything that led to it is told again, in the order in which it happened. So whoever begins late is told what
//! whoever was there from the beginning was told; a later answer tells the same and more. A line of a hook's log that
//! CloudWatch Logs brings late is told to whoever is there after what was told already, and to whoever begins later in its place.

mod ending;
mod event;
mod hook;
mod place;
mod ready;

use greenlight_core::{DeploymentEvent, EventKind, LifecycleEventStatus, Timestamp};

use self::event::Telling;
pub(super) use self::place::Place;
use super::logs::HookLogs;
use super::seen::{Facts, Seen};

/// Everything that can be told now.
pub(super) fn tell(seen: &Seen, facts: &Facts, logs: &HookLogs) -> Timeline {
    let mut timeline = Timeline { events: Vec::new(), ended: false };
    // Where something is not known yet, nothing of what comes after it is told.
    let _ = timeline.fill(seen, facts, logs);
    timeline
}

/// Events with their places, in order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Timeline {
    events: Vec<(Place, DeploymentEvent)>,
    /// Whether nothing will follow.
    pub(super) ended: bool,
}

impl Timeline {
    /// The events after a place.
    pub(super) fn after(&self, place: Place) -> &[(Place, DeploymentEvent)] {
        let at = self.events.partition_point(|(known, _)| *known <= place);
        self.events.get(at..).unwrap_or_default()
    }

    /// Fills it up to the first thing that is not known yet, which gives none.
    fn fill(&mut self, seen: &Seen, facts: &Facts, logs: &HookLogs) -> Option<()> {
        let deployment = &seen.deployment;
        self.push(
            seen,
            Place::STARTED,
            deployment.created,
            EventKind::Started {
                application: deployment.application.clone(),
                deployment_group: deployment.deployment_group.clone(),
                deployment_config: deployment.deployment_config.clone(),
                rolls_back: deployment.rollback.as_ref().and_then(|info| info.triggering_deployment.clone()),
            },
        );
        for (index, event) in (0..).zip(seen.events()) {
            self.before(seen, facts, index, event)?;
            if event.status == LifecycleEventStatus::Pending {
                // The service did not say what became of it, and will not.
                seen.closed.then_some(())?;
                continue;
            }
            Telling { timeline: self, seen, facts, logs, index, event }.tell()?;
        }
        self.end(seen, facts)
    }

    /// Adds what happened, never before what happened before it: the clocks behind the service's times are several.
    fn push(&mut self, seen: &Seen, place: Place, time: Timestamp, kind: EventKind) {
        let time = self.events.last().map_or(time, |(_, last)| last.time.max(time));
        self.events.push((place, DeploymentEvent { time, deployment: seen.deployment.id.clone(), kind }));
    }
}

#[cfg(test)]
mod tests;
