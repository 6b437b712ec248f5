//! The list of a deployment's lifecycle events, and the only ways in which it changes.

use serde::{Deserialize, Serialize};

use super::Output;
use crate::{EventKind, LifecycleEvent, LifecycleEventName, LifecycleEventStatus, Timestamp};

/// The lifecycle events of one deployment, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Events(Vec<LifecycleEvent>);

impl Events {
    pub(super) fn new(names: impl Iterator<Item = LifecycleEventName>) -> Self {
        let pending =
            |name| LifecycleEvent { name, status: LifecycleEventStatus::Pending, started: None, ended: None };
        Self(names.map(pending).collect())
    }

    pub(super) fn as_slice(&self) -> &[LifecycleEvent] {
        &self.0
    }

    pub(super) fn name(&self, index: usize) -> Option<LifecycleEventName> {
        self.0.get(index).map(|event| event.name)
    }

    /// The index of the event in progress.
    pub(super) fn current(&self) -> Option<usize> {
        self.0.iter().position(|event| event.status == LifecycleEventStatus::InProgress)
    }

    pub(super) fn begin(&mut self, index: usize, at: Timestamp, outputs: &mut Vec<Output>) {
        self.change(index, LifecycleEventStatus::InProgress, at, outputs);
    }

    /// Ends the event in progress well and returns the index of the one after it.
    pub(super) fn succeed_current(&mut self, at: Timestamp, outputs: &mut Vec<Output>) -> usize {
        let Some(index) = self.current() else { return self.0.len() };
        self.change(index, LifecycleEventStatus::Succeeded, at, outputs);
        index + 1
    }

    /// Fails the event in progress and skips all that have not begun.
    pub(super) fn abort(&mut self, at: Timestamp, outputs: &mut Vec<Output>) {
        if let Some(index) = self.current() {
            self.change(index, LifecycleEventStatus::Failed, at, outputs);
        }
        for index in 0..self.0.len() {
            if self.0.get(index).is_some_and(|event| event.status == LifecycleEventStatus::Pending) {
                self.change(index, LifecycleEventStatus::Skipped, at, outputs);
            }
        }
    }

    fn change(&mut self, index: usize, to: LifecycleEventStatus, at: Timestamp, outputs: &mut Vec<Output>) {
        let Some(event) = self.0.get_mut(index) else { return };
        let from = std::mem::replace(&mut event.status, to);
        match to {
            LifecycleEventStatus::InProgress => event.started = Some(at),
            LifecycleEventStatus::Succeeded | LifecycleEventStatus::Failed => event.ended = Some(at),
            _ => {}
        }
        outputs.push(Output::Event(at, EventKind::LifecycleEvent { name: event.name, from, to }));
    }
}
