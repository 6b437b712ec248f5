//! What a deployment says about itself when it is asked.

use super::Lifecycle;
use crate::lifecycle::phase::Phase;
use crate::lifecycle::{FailedEventDiagnostics, Settings};
use crate::{
    DeploymentStatus, Diagnostics, ErrorInformation, LifecycleErrorCode, LifecycleEvent, LifecycleEventName,
    LifecycleEventStatus, Percent, RollbackInfo, TargetStatus, TaskSetLabel, Timestamp,
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

    /// Where the deployment's only target stands: the service, or the function.
    ///
    /// ```
    /// use greenlight_core::lifecycle::{Lifecycle, Settings};
    /// use greenlight_core::{TargetStatus, Timestamp, TrafficRouting};
    ///
    /// let settings = Settings::forward("d-1NNWZG91L".parse()?, TrafficRouting::AllAtOnce);
    /// let lifecycle = Lifecycle::new(settings, Timestamp::EPOCH);
    /// assert_eq!(lifecycle.target_status(), TargetStatus::Pending);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn target_status(&self) -> TargetStatus {
        match self.status {
            DeploymentStatus::Created | DeploymentStatus::Queued => TargetStatus::Pending,
            DeploymentStatus::InProgress | DeploymentStatus::Baking => TargetStatus::InProgress,
            DeploymentStatus::Ready => self.settings.behaviour.ready_target_status,
            DeploymentStatus::Succeeded => TargetStatus::Succeeded,
            DeploymentStatus::Failed | DeploymentStatus::Stopped if self.started.is_none() => {
                TargetStatus::Skipped
            }
            DeploymentStatus::Failed | DeploymentStatus::Stopped => TargetStatus::Failed,
        }
    }

    /// The diagnostics of the event of this name: of the one that failed alone, and only where
    /// [`Behaviour::failed_event_diagnostics`](crate::lifecycle::Behaviour::failed_event_diagnostics) wants them.
    #[must_use]
    pub fn diagnostics(&self, name: LifecycleEventName) -> Option<Diagnostics> {
        let failed =
            |event: &&LifecycleEvent| event.name == name && event.status == LifecycleEventStatus::Failed;
        self.lifecycle_events().iter().find(failed)?;
        let text = &self.error.as_ref()?.message;
        let message = match self.settings.behaviour.failed_event_diagnostics {
            FailedEventDiagnostics::None => return None,
            FailedEventDiagnostics::ServiceText => text,
            FailedEventDiagnostics::Reason => self.reason.as_ref().unwrap_or(text),
        };
        let code = match name.hook_event() {
            Some(_) if self.status == DeploymentStatus::Failed => LifecycleErrorCode::ScriptFailed,
            _ => LifecycleErrorCode::UnknownError,
        };
        Some(Diagnostics { code, message: message.clone() })
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
