//! The wait to be continued.

use std::time::Duration;

use greenlight_core::{EventKind, LifecycleEvent, LifecycleEventName, LifecycleEventStatus, Timestamp};

use super::{Place, Timeline};
use crate::aws::seen::{Facts, Seen};

/// A gap between events that is longer than this was a wait; the service itself goes on within a second.
const A_GAP: Duration = Duration::from_secs(2);

/// The same for whoever was there and has not been told of a wait. It is longer than the pauses between two questions: a wait
/// that is not seen for as long was one all the same, in bad weather.
const AN_UNSEEN_GAP: Duration = Duration::from_secs(30);

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
            // The service has said so.
            _ if seen.ready.before == Some(event.name) => {}
            // Whether it waits already, or is about to begin the event, is not known before the service says so.
            LifecycleEventStatus::Pending if seen.closed => return Some(()),
            LifecycleEventStatus::Pending => return None,
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
    if let Some(known) = seen.ready.before {
        return known;
    }
    let gap = |name| {
        let began = seen.event(name).and_then(|event| event.started);
        began.map_or(Duration::ZERO, |began| began.since(end_before(seen, name)))
    };
    let (test, production) =
        (gap(LifecycleEventName::AfterAllowTestTraffic), gap(LifecycleEventName::BeforeAllowTraffic));
    let a_wait = if seen.ready.followed { AN_UNSEEN_GAP } else { A_GAP };
    if test > a_wait && test >= production {
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
