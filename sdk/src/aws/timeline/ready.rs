//! The wait to be continued.

use std::time::Duration;

use greenlight_core::{
    DeploymentStatus, EventKind, LifecycleEvent, LifecycleEventName, LifecycleEventStatus, Timestamp,
};

use super::{Place, Timeline};
use crate::aws::seen::{Facts, Seen};

/// A gap between events that is longer than this was a wait; the service itself goes on within a second.
const A_GAP: Duration = Duration::from_secs(2);

impl Timeline {
    /// What happened before the lifecycle event at `index` began: the wait to be continued, if this is its place.
    pub(super) fn before(
        &mut self,
        seen: &Seen,
        facts: &Facts,
        index: u32,
        event: &LifecycleEvent,
    ) -> Option<()> {
        let (Some(wait), false) = (facts.ready_wait, seen.is_rollback()) else { return Some(()) };
        if event.name != slot(seen) {
            return Some(());
        }
        match event.status {
            // Whether it waits already, or is about to begin the event, is not known before the service says so.
            LifecycleEventStatus::Pending if seen.closed => return Some(()),
            LifecycleEventStatus::Pending if seen.deployment.status != DeploymentStatus::Ready => {
                return None;
            }
            // Ended before it could wait.
            LifecycleEventStatus::Skipped if !went_well_before(seen, event) => return Some(()),
            _ => {}
        }
        let since = end_before(seen, event.name);
        self.push(seen, Place::of_event(index, 0), since, EventKind::Ready { until: since + wait });
        Some(())
    }
}

/// The event before which it waits. Where exactly that is, AWS does not document: before `BeforeAllowTraffic`, unless what is
/// seen says otherwise.
fn slot(seen: &Seen) -> LifecycleEventName {
    let test = seen.event(LifecycleEventName::AfterAllowTestTraffic);
    let waits_there = test.is_some_and(|test| match test.status {
        LifecycleEventStatus::Pending => {
            let routed = seen.event(LifecycleEventName::AllowTestTraffic);
            let routed = routed.is_some_and(|event| event.status == LifecycleEventStatus::Succeeded);
            seen.deployment.status == DeploymentStatus::Ready && routed
        }
        _ => test.started.is_some_and(|began| began.since(end_before(seen, test.name)) > A_GAP),
    });
    if waits_there {
        LifecycleEventName::AfterAllowTestTraffic
    } else {
        LifecycleEventName::BeforeAllowTraffic
    }
}

/// When the event before this one ended, or the deployment began.
fn end_before(seen: &Seen, name: LifecycleEventName) -> Timestamp {
    let begun = seen.deployment.started.unwrap_or(seen.deployment.created);
    let before = seen.events().iter().take_while(|event| event.name != name);
    before.filter_map(|event| event.ended).fold(begun, Timestamp::max)
}

fn went_well_before(seen: &Seen, event: &LifecycleEvent) -> bool {
    let mut before = seen.events().iter().take_while(|before| before.name != event.name);
    before.all(|event| event.status == LifecycleEventStatus::Succeeded)
}
