//! The events of one deployment, kept for whoever follows it, however late.

use std::sync::Arc;

use greenlight_core::{DeploymentEvent, DeploymentId, EventKind, Timestamp};
use tokio::sync::Notify;

use super::Observer;

/// The events so far.
#[derive(Debug, Default)]
pub(super) struct Journal {
    events: Vec<DeploymentEvent>,
    /// How many of them are kept outside.
    kept: usize,
    closed: bool,
    grown: Arc<Notify>,
}

impl Journal {
    /// The events that were kept outside.
    pub(super) fn restored(events: Vec<DeploymentEvent>) -> Self {
        let closed = events.last().is_some_and(|event| matches!(event.kind, EventKind::Ended { .. }));
        Self { kept: events.len(), events, closed, grown: Arc::default() }
    }

    /// The events that are not kept outside yet, with their numbers; from now on they count as kept.
    pub(super) fn take_unkept(&mut self) -> impl Iterator<Item = (usize, &DeploymentEvent)> {
        let from = std::mem::replace(&mut self.kept, self.events.len());
        self.events.iter().enumerate().skip(from)
    }

    /// Adds an event. After the one that says that the deployment ended, nothing is added any more; only the observer is
    /// still told what a hook function prints, for many say how they came out when they have reported it.
    pub(super) fn push(
        &mut self,
        deployment: &DeploymentId,
        time: Timestamp,
        kind: EventKind,
        observer: Option<&Observer>,
    ) {
        if self.closed {
            let printed = matches!(kind, EventKind::HookLog { .. });
            if let Some(observer) = observer.filter(|_| printed) {
                observer.tell(&DeploymentEvent { time, deployment: deployment.clone(), kind });
            }
            return;
        }
        self.closed = matches!(kind, EventKind::Ended { .. });
        // A deadline takes effect at its own time, and perhaps after something was told at a later one.
        let time = self.events.last().map_or(time, |last| last.time.max(time));
        let event = DeploymentEvent { time, deployment: deployment.clone(), kind };
        if let Some(observer) = observer {
            observer.tell(&event);
        }
        self.events.push(event);
        self.wake_all();
    }

    /// Makes everybody who waits for more look again.
    pub(super) fn wake_all(&self) {
        self.grown.notify_waiters();
    }

    /// The events from number `from` on, or none when there are not so many.
    pub(super) fn from(&self, from: usize) -> Option<&[DeploymentEvent]> {
        self.events.get(from..)
    }

    /// How many events there are.
    pub(super) const fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether nothing will be added.
    pub(super) const fn is_closed(&self) -> bool {
        self.closed
    }

    /// Told when there is more.
    pub(super) fn grown(&self) -> Arc<Notify> {
        Arc::clone(&self.grown)
    }
}
