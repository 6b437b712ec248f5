//! One lifecycle event, from its begin to its end.

use greenlight_core::lifecycle::Platform;
use greenlight_core::{
    DeploymentStatus, EventKind, LifecycleEvent, LifecycleEventName, LifecycleEventStatus, Percent,
    TaskSetLabel, TaskSetState, Timestamp,
};

use super::{Place, Timeline};
use crate::aws::logs::HookLogs;
use crate::aws::seen::{Facts, Seen};

/// Parts of an event's places.
pub(super) const BEGIN: u32 = 1;
pub(super) const WORK: u32 = 2;
pub(super) const DONE: u32 = 3;
const STEPS: u32 = 10;
const END: u32 = 999;

/// An event that is told.
pub(super) struct Telling<'a> {
    pub(super) timeline: &'a mut Timeline,
    pub(super) seen: &'a Seen,
    pub(super) facts: &'a Facts,
    pub(super) logs: &'a HookLogs,
    pub(super) index: u32,
    pub(super) event: &'a LifecycleEvent,
}

impl Telling<'_> {
    /// Tells it, up to what is not known yet, which gives none.
    pub(super) fn tell(mut self) -> Option<()> {
        let Some(began) = self.event.started else { return self.never_begun() };
        self.status(BEGIN, began, LifecycleEventStatus::Pending, LifecycleEventStatus::InProgress);
        match self.event.name {
            LifecycleEventName::Install => self.install(began),
            LifecycleEventName::AllowTestTraffic => self.test_traffic(),
            LifecycleEventName::AllowTraffic => self.traffic(began)?,
            name => {
                if let Some(hook) = name.hook_event() {
                    self.hook(hook, began)?;
                }
            }
        }
        match self.event.status {
            // The service did not say what became of it, and will not.
            LifecycleEventStatus::InProgress if self.seen.closed => return Some(()),
            LifecycleEventStatus::InProgress => None,
            // Why is told by the deployment, which was asked before its target.
            LifecycleEventStatus::Succeeded => Some(()),
            _ => self.seen.is_terminal().then_some(()),
        }?;
        self.status(END, self.ended(), LifecycleEventStatus::InProgress, self.event.status);
        Some(())
    }

    fn never_begun(&mut self) -> Option<()> {
        self.seen.is_terminal().then_some(())?;
        self.status(END, self.ended(), LifecycleEventStatus::Pending, self.event.status);
        Some(())
    }

    fn install(&mut self, began: Timestamp) {
        if self.facts.platform == Platform::Lambda || self.seen.is_rollback() {
            return;
        }
        let green = |state| {
            let task_set = TaskSetLabel::Green;
            EventKind::TaskSet { task_set, state, address: None, detail: None }
        };
        self.push(WORK, began, green(TaskSetState::Starting));
        if self.has_succeeded() {
            self.push(DONE, self.ended(), green(TaskSetState::Healthy));
        }
    }

    fn test_traffic(&mut self) {
        if self.has_succeeded() {
            self.push(DONE, self.ended(), EventKind::TestTraffic { to: self.target() });
        }
    }

    /// The steps of the shift, each at the time at which it was due. The service tells no times of them.
    fn traffic(&mut self, began: Timestamp) -> Option<()> {
        if self.has_failed() && self.seen.deployment.rollback.is_none() && !self.seen.closed {
            // Whether its shares were taken back meanwhile is not known yet.
            return None;
        }
        self.steps(began);
        Some(())
    }

    fn steps(&mut self, began: Timestamp) {
        if self.seen.is_rollback() {
            if self.has_succeeded() && self.facts.rolls_back_from != Percent::ZERO {
                self.share(0, self.ended(), Percent::ZERO);
            }
            return;
        }
        let mut last = Percent::ZERO;
        let routing = self.facts.routing;
        for step in 0..routing.map_or(0, |routing| routing.steps()) {
            let Some(routing) = routing else { break };
            let (share, due) = (routing.share_after(step), began + routing.delay_of(step));
            let reached = self.has_succeeded()
                || self.seen.green >= share
                || (self.is_undone() && share != Percent::ALL && due < self.ended());
            if !reached {
                return;
            }
            let time = self.event.ended.map_or(due, |ended| due.min(ended));
            self.share(step, time, share);
            last = share;
        }
        // Of a configuration that is not known, or was not followed: what is seen at the end.
        if self.has_succeeded() && last != Percent::ALL {
            self.share(100, self.ended(), Percent::ALL);
        }
    }

    /// Whether the shift was stopped and taken back, so that its shares are not seen any more: what was due by then is taken for
    /// done. Not so the last step, with which the shift would have succeeded, and not where a step itself failed.
    fn is_undone(&self) -> bool {
        let deployment = &self.seen.deployment;
        let rolled_back = deployment.rollback.as_ref().is_some_and(|info| info.rollback_deployment.is_some());
        self.has_failed() && rolled_back && deployment.status == DeploymentStatus::Stopped
    }

    fn share(&mut self, step: u32, time: Timestamp, green: Percent) {
        self.push(STEPS + step, time, EventKind::Traffic { blue: green.rest(), green });
    }

    fn status(&mut self, part: u32, time: Timestamp, from: LifecycleEventStatus, to: LifecycleEventStatus) {
        self.push(part, time, EventKind::LifecycleEvent { name: self.event.name, from, to });
    }

    pub(super) fn push(&mut self, part: u32, time: Timestamp, kind: EventKind) {
        self.timeline.push(self.seen, Place::of_event(self.index, part), time, kind);
    }

    /// When it ended; of one that the service tells no time of, when the deployment did.
    pub(super) fn ended(&self) -> Timestamp {
        let deployment = &self.seen.deployment;
        let known = self.event.ended.or(deployment.completed).or(self.event.started);
        known.unwrap_or(deployment.created)
    }

    pub(super) fn has_succeeded(&self) -> bool {
        self.event.status == LifecycleEventStatus::Succeeded
    }

    pub(super) fn has_failed(&self) -> bool {
        self.event.status == LifecycleEventStatus::Failed
    }

    /// Where traffic goes.
    fn target(&self) -> TaskSetLabel {
        if self.seen.is_rollback() { TaskSetLabel::Blue } else { TaskSetLabel::Green }
    }
}
