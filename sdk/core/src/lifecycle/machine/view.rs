//! What a deployment says about itself when it is asked.

use super::Lifecycle;
use crate::lifecycle::Settings;
use crate::lifecycle::phase::Phase;
use crate::{
    DeploymentStatus, ErrorInformation, LifecycleEvent, Percent, RollbackInfo, TaskSetLabel, Timestamp,
};

impl Lifecycle {
    /// What the deployment was created with.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Where the deployment stands.
    #[must_use]
    pub const fn status(&self) -> DeploymentStatus {
        self.status
    }

    /// Whether nothing can happen any more.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.phase == Phase::Ended
    }

    /// The lifecycle events, in order.
    #[must_use]
    pub fn lifecycle_events(&self) -> &[LifecycleEvent] {
        self.events.as_slice()
    }

    /// The replacement's share of production requests.
    #[must_use]
    pub const fn green_weight(&self) -> Percent {
        self.green
    }

    /// The task set that is the primary one, as far as this deployment has brought it.
    #[must_use]
    pub fn primary(&self) -> TaskSetLabel {
        if self.green == Percent::ALL { TaskSetLabel::Green } else { TaskSetLabel::Blue }
    }

    /// When the deployment was accepted, began and ended.
    #[must_use]
    pub const fn times(&self) -> (Timestamp, Option<Timestamp>, Option<Timestamp>) {
        (self.created, self.started, self.completed)
    }

    /// Whether the wait before the original task set is deleted has begun.
    #[must_use]
    pub const fn termination_wait_started(&self) -> bool {
        self.termination_wait_started
    }

    /// Why it failed or was stopped, in the service's words.
    #[must_use]
    pub const fn error(&self) -> Option<&ErrorInformation> {
        self.error.as_ref()
    }

    /// Why it failed or was stopped, as precisely as is known.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// Its rollback, or the deployment that it rolls back.
    #[must_use]
    pub const fn rollback(&self) -> Option<&RollbackInfo> {
        self.rollback.as_ref()
    }
}
