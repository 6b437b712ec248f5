//! One deployment on the screen: its lifecycle events and what happened in each.

use std::time::Duration;

use greenlight_core::{
    DeploymentId, DeploymentStatus, HookState, LifecycleEventName, LifecycleEventStatus, Timestamp,
};

use super::results::Results;

/// A deployment, forward or rollback.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) id: DeploymentId,
    pub(super) began: Timestamp,
    pub(super) ended: Option<(Timestamp, DeploymentStatus)>,
    /// In order. Eight until it is known that there are six.
    pub(super) stages: Vec<Stage>,
}

/// A lifecycle event.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    pub(super) name: LifecycleEventName,
    pub(super) status: LifecycleEventStatus,
    pub(super) began: Option<Timestamp>,
    pub(super) ended: Option<Timestamp>,
    pub(super) hook: Option<Hook>,
    pub(super) results: Results,
}

/// The hook of a lifecycle event, as it stands.
#[derive(Debug, Clone)]
pub(super) struct Hook {
    pub(super) function: String,
    pub(super) state: HookState,
    pub(super) attempt: u32,
    pub(super) reason: Option<String>,
    /// Real time.
    pub(super) ran: Option<Duration>,
}

impl Run {
    pub(super) fn new(id: DeploymentId, began: Timestamp) -> Self {
        let stages = LifecycleEventName::of_ecs_deployment(true).map(Stage::pending).collect();
        Self { id, began, ended: None, stages }
    }

    /// Moves a lifecycle event on. Events come in order, so one that was passed over does not exist here.
    pub(super) fn change(&mut self, name: LifecycleEventName, to: LifecycleEventStatus, at: Timestamp) {
        self.stages.retain(|stage| stage.name >= name || stage.status != LifecycleEventStatus::Pending);
        let Some(stage) = self.stage(name) else { return };
        stage.status = to;
        match to {
            LifecycleEventStatus::InProgress => stage.began = Some(at),
            LifecycleEventStatus::Succeeded | LifecycleEventStatus::Failed => stage.ended = Some(at),
            _ => {}
        }
    }

    pub(super) fn end(&mut self, status: DeploymentStatus, at: Timestamp) {
        self.stages.retain(|stage| stage.status != LifecycleEventStatus::Pending);
        self.ended = Some((at, status));
    }

    pub(super) fn stage(&mut self, name: LifecycleEventName) -> Option<&mut Stage> {
        self.stages.iter_mut().find(|stage| stage.name == name)
    }

    /// The lifecycle event under way.
    pub(super) fn current(&self) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.status == LifecycleEventStatus::InProgress)
    }

    /// How long it has run at `now`.
    pub(super) fn elapsed(&self, now: Timestamp) -> Duration {
        self.ended.map_or(now, |(at, _)| at).since(self.began)
    }
}

impl Stage {
    fn pending(name: LifecycleEventName) -> Self {
        Self {
            name,
            status: LifecycleEventStatus::Pending,
            began: None,
            ended: None,
            hook: None,
            results: Results::default(),
        }
    }

    /// How long it has run at `now`; none where it never began.
    pub(super) fn elapsed(&self, now: Timestamp) -> Option<Duration> {
        Some(self.ended.unwrap_or(now).since(self.began?))
    }
}
