//! What a deployment is given when it is created, and never changes.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Behaviour, Platform};
use crate::string_enum::string_enum;
use crate::traffic::{ECS_ALL_AT_ONCE, LAMBDA_ALL_AT_ONCE};
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
    /// What traffic is shifted between.
    pub platform: Platform,
    /// Whether there is a test listener: eight events or six. Without effect on Lambda.
    pub test_listener: bool,
    /// How production traffic is shifted.
    pub routing: TrafficRouting,
    /// The hooks by event. Those on events that this deployment does not have never run.
    pub hooks: BTreeMap<HookEvent, HookSettings>,
    /// The hooks of the last successful revision, for a rollback. Without effect unless
    /// [`Behaviour::hooks_in_rollback`] is set.
    pub rollback_hooks: BTreeMap<HookEvent, HookSettings>,
    /// The wait before production traffic is shifted. Without effect on Lambda.
    pub ready: ReadyWait,
    /// What becomes of the original task set. Without effect on Lambda.
    pub termination: Termination,
    /// When to roll back by itself.
    pub auto_rollback: AutoRollback,
    /// The id that a rollback will have; absent when there is no revision to go back to.
    pub rollback_id: Option<DeploymentId>,
    /// The ARN of the role that the service assumes to invoke hooks, for the text of a failure to do so.
    pub service_role: Option<String>,
    /// Open points of the service's behaviour.
    pub behaviour: Behaviour,
}

/// Forward, or back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Brings a new revision into service.
    Forward,
    /// Brings the original task set, or version, back.
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

string_enum! {
    /// What happens without `ContinueDeployment` (`DeploymentReadyAction`, `actionOnTimeout`).
    #[derive(Default)]
    pub enum ReadyAction {
        /// Go on at once: there is no wait.
        #[default]
        ContinueDeployment = "CONTINUE_DEPLOYMENT",
        /// Wait, and stop when nobody continued.
        StopDeployment = "STOP_DEPLOYMENT",
    }
}

/// What becomes of the original task set (`terminateBlueInstancesOnDeploymentSuccess`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Termination {
    /// It is deleted after this wait.
    Terminate(Duration),
    /// It is kept.
    KeepAlive,
}

string_enum! {
    /// What becomes of the original task set, as the service names it (`InstanceAction`).
    pub enum InstanceAction {
        /// It is deleted.
        Terminate = "TERMINATE",
        /// It is kept.
        KeepAlive = "KEEP_ALIVE",
    }
}

impl Termination {
    /// The service's name for it.
    #[must_use]
    pub const fn action(self) -> InstanceAction {
        match self {
            Self::Terminate(_) => InstanceAction::Terminate,
            Self::KeepAlive => InstanceAction::KeepAlive,
        }
    }
}

impl Settings {
    /// A forward deployment of an ECS service with a test listener, no hooks, no waits and no rollback.
    #[must_use]
    pub fn forward(id: DeploymentId, routing: TrafficRouting) -> Self {
        Self {
            id,
            kind: Kind::Forward,
            platform: Platform::Ecs,
            test_listener: true,
            routing,
            hooks: BTreeMap::new(),
            rollback_hooks: BTreeMap::new(),
            ready: ReadyWait::default(),
            termination: Termination::Terminate(Duration::ZERO),
            auto_rollback: AutoRollback::disabled(),
            rollback_id: None,
            service_role: None,
            behaviour: Behaviour::default(),
        }
    }

    /// A forward deployment of a Lambda function, no hooks and no rollback.
    ///
    /// ```
    /// use greenlight_core::TrafficRouting;
    /// use greenlight_core::lifecycle::Settings;
    ///
    /// let settings = Settings::lambda("d-1NNWZG91L".parse()?, TrafficRouting::canary(10, 5)?);
    /// assert_eq!(settings.events().count(), 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn lambda(id: DeploymentId, routing: TrafficRouting) -> Self {
        Self { platform: Platform::Lambda, test_listener: false, ..Self::forward(id, routing) }
    }

    /// Whether this is a rollback.
    #[must_use]
    pub const fn is_rollback(&self) -> bool {
        matches!(self.kind, Kind::Rollback { .. })
    }

    /// The name of the deployment configuration that a rollback of this deployment has, which itself has `own`.
    ///
    /// ```
    /// use greenlight_core::TrafficRouting;
    /// use greenlight_core::lifecycle::Settings;
    ///
    /// let own = "CodeDeployDefault.LambdaCanary10Percent5Minutes";
    /// let settings = Settings::lambda("d-1NNWZG91L".parse()?, TrafficRouting::canary(10, 5)?);
    /// assert_eq!(settings.config_of_rollback(own), "CodeDeployDefault.LambdaAllAtOnce");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn config_of_rollback<'a>(&self, own: &'a str) -> &'a str {
        match self.platform {
            Platform::Ecs => ECS_ALL_AT_ONCE,
            Platform::Lambda if self.behaviour.lambda_rollback_keeps_config => own,
            Platform::Lambda => LAMBDA_ALL_AT_ONCE,
        }
    }

    /// The events of this deployment, in order.
    pub fn events(&self) -> impl Iterator<Item = LifecycleEventName> + use<> {
        let (ecs, lambda) = match self.platform {
            Platform::Ecs => (Some(LifecycleEventName::of_ecs_deployment(self.test_listener)), None),
            Platform::Lambda => (None, Some(LifecycleEventName::of_lambda_deployment())),
        };
        ecs.into_iter().flatten().chain(lambda.into_iter().flatten())
    }

    /// The hook that runs at `event`, if there is one.
    pub(super) fn hook(&self, event: LifecycleEventName) -> Option<(HookEvent, &HookSettings)> {
        let event = event.hook_event()?;
        Some((event, self.hooks.get(&event)?))
    }

    /// How long the ready wait is, when there is one.
    pub(super) fn ready_wait(&self) -> Option<Duration> {
        let waits = self.platform == Platform::Ecs
            && !self.is_rollback()
            && self.ready.action == ReadyAction::StopDeployment
            && !self.ready.wait.is_zero();
        waits.then_some(self.ready.wait)
    }
}
