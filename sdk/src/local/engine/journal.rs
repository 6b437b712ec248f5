//! The events of one deployment, kept for whoever follows it, however late.

use std::sync::Arc;

use greenlight_core::{DeploymentEvent, DeploymentHead, DeploymentId, EventKind, Timestamp};
use tokio::sync::Notify;

use super::Observer;
use super::told::Told;

/// The events so far.
#[derive(Debug, Default)]
pub(super) struct Journal {
    events: Vec<(Timestamp, Told)>,
    /// How many of them are kept outside.
    kept: usize,
    closed: bool,
    /// There when somebody waited for more.
    grown: Option<Arc<Notify>>,
}

/// Whose journal it is: what events tell that is the same in all of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owner<'a> {
    pub(super) id: &'a DeploymentId,
    pub(super) head: &'a DeploymentHead,
}

impl Owner<'_> {
    fn event(self, time: Timestamp, told: &Told) -> DeploymentEvent {
        DeploymentEvent { time, deployment: self.id.clone(), kind: told.kind(self.head) }
    }
}

impl Journal {
    /// A journal with room for this many events.
    pub(super) fn expecting(events: usize) -> Self {
        Self { events: Vec::with_capacity(events), ..Self::default() }
    }

    /// The events of the deployment with this head that were kept outside.
    pub(super) fn restored(events: Vec<DeploymentEvent>, head: &DeploymentHead) -> Self {
        let closed = events.last().is_some_and(|event| matches!(event.kind, EventKind::Ended { .. }));
        let told = |DeploymentEvent { time, kind, .. }| (time, Told::restored(kind, head));
        let events: Vec<_> = events.into_iter().map(told).collect();
        Self { kept: events.len(), events, closed, grown: None }
    }

    /// The events that are not kept outside yet, with their numbers; from now on they count as kept.
    pub(super) fn take_unkept(&mut self, owner: Owner<'_>) -> impl Iterator<Item = (usize, DeploymentEvent)> {
        let from = std::mem::replace(&mut self.kept, self.events.len());
        let unkept = self.events.iter().enumerate().skip(from);
        unkept.map(move |(number, (time, told))| (number, owner.event(*time, told)))
    }

    /// Adds an event. After the one that says that the deployment ended, nothing is added any more; only the observer is
    /// still told what a hook function prints, for many say how they came out when they have reported it.
    pub(super) fn push(
        &mut self,
        owner: Owner<'_>,
        time: Timestamp,
        told: impl Into<Told>,
        observer: Option<&Observer>,
    ) {
        let told = told.into();
        if self.closed {
            if let Some(observer) = observer.filter(|_| told.is_printed()) {
                observer.tell(&owner.event(time, &told));
            }
            return;
        }
        self.closed = told.is_end();
        // A deadline takes effect at its own time, and perhaps after something was told at a later one.
        let time = self.updated().map_or(time, |last| last.max(time));
        if let Some(observer) = observer {
            observer.tell(&owner.event(time, &told));
        }
        self.events.push((time, told));
        if self.closed {
            self.events.shrink_to_fit();
        }
        self.wake_all();
    }

    /// Makes everybody who waits for more look again.
    pub(super) fn wake_all(&self) {
        if let Some(grown) = &self.grown {
            grown.notify_waiters();
        }
    }

    /// The events from number `from` on, or none when there are not so many.
    pub(super) fn from(&self, owner: Owner<'_>, from: usize) -> Option<Vec<DeploymentEvent>> {
        let events = self.events.get(from..)?;
        Some(events.iter().map(|(time, told)| owner.event(*time, told)).collect())
    }

    /// When the last event happened.
    pub(super) fn updated(&self) -> Option<Timestamp> {
        self.events.last().map(|(time, _)| *time)
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
    pub(super) fn grown(&mut self) -> Arc<Notify> {
        Arc::clone(self.grown.get_or_insert_default())
    }
}
