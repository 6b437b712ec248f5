//! What a deployment is given when it is created, and never changes.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Behaviour;
use crate::{
    AutoRollback, DeploymentId, FunctionName, HookEvent, HookExecutionId, LifecycleEventName, Percent,
    TrafficRouting,
};

/// Everything that one deployment's lifecycle depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Settings {
    /// The deployment's id.
    pub id: DeploymentId,
    /// Forward, or the rollback of another one.
    pub kind: Kind,
    /// Whether there is a test listener: eight events or six.
    pub test_listener: bool,
    /// How production traffic is shifted.
    pub routing: TrafficRouting,
    /// The hooks by event. Those on events that this deployment does not have never run.
    pub hooks: BTreeMap<HookEvent, HookSettings>,
    /// The hooks of the last successful revision, for a rollback. Without effect unless
    /// [`Behaviour::hooks_in_rollback`] is set.
    pub rollback_hooks: BTreeMap<HookEvent, HookSettings>,
    /// The wait before production traffic is shifted.
    pub ready: ReadyWait,
    /// What becomes of the original task set.
    pub termination: Termination,
    /// When to roll back by itself.
    pub auto_rollback: AutoRollback,
    /// The id that a rollback will have; absent when there is no revision to go back to.
    pub rollback_id: Option<DeploymentId>,
    /// Open points of the service's behaviour.
    pub behaviour: Behaviour,
}

/// Forward, or back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Brings a new revision into service.
    Forward,
    /// Brings the original task set back.
    Rollback {
        /// The deployment that is rolled back.
        of: DeploymentId,
        /// The replacement's share of production traffic when that one ended.
        green: Percent,
    },
}

/// One hook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookSettings {
    /// The function to invoke.
    pub function: FunctionName,
    /// The id under which it reports. Drawn at random by whoever creates the deployment.
    pub execution: HookExecutionId,
}

/// The wait before production traffic is shifted (`deploymentReadyOption`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReadyWait {
    /// What happens when it runs out.
    pub action: ReadyAction,
    /// How long it is. Without effect unless the action is to stop.
    pub wait: Duration,
}

/// What happens without `ContinueDeployment` (`actionOnTimeout`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReadyAction {
    /// Go on at once: there is no wait.
    #[default]
    ContinueDeployment,
    /// Wait, and stop when nobody continued.
    StopDeployment,
}

/// What becomes of the original task set (`terminateBlueInstancesOnDeploymentSuccess`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Termination {
    /// It is deleted after this wait.
    Terminate(Duration),
    /// It is kept.
    KeepAlive,
}

impl Settings {
    /// A forward deployment with a test listener, no hooks, no waits and no rollback.
    #[must_use]
    pub fn forward(id: DeploymentId, routing: TrafficRouting) -> Self {
        Self {
            id,
            kind: Kind::Forward,
            test_listener: true,
            routing,
            hooks: BTreeMap::new(),
            rollback_hooks: BTreeMap::new(),
            ready: ReadyWait::default(),
            termination: Termination::Terminate(Duration::ZERO),
            auto_rollback: AutoRollback::disabled(),
            rollback_id: None,
            behaviour: Behaviour::default(),
        }
    }

    /// Whether this is a rollback.
    #[must_use]
    pub const fn is_rollback(&self) -> bool {
        matches!(self.kind, Kind::Rollback { .. })
    }

    /// The events of this deployment, in order.
    pub fn events(&self) -> impl Iterator<Item = LifecycleEventName> + use<> {
        LifecycleEventName::of_ecs_deployment(self.test_listener)
    }

    /// The hook that runs at `event`, if there is one.
    pub(super) fn hook(&self, event: LifecycleEventName) -> Option<(HookEvent, &HookSettings)> {
        let event = event.hook_event()?;
        Some((event, self.hooks.get(&event)?))
    }

    /// How long the ready wait is, when there is one.
    pub(super) fn ready_wait(&self) -> Option<Duration> {
        let waits = !self.is_rollback()
            && self.ready.action == ReadyAction::StopDeployment
            && !self.ready.wait.is_zero();
        waits.then_some(self.ready.wait)
    }
}
