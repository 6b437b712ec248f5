//! What the endpoint does with the engine: deployments without a plan, told as the service would tell them.

use std::collections::BTreeSet;
use std::sync::Arc;

use greenlight_core::lifecycle::{Input, Lifecycle, Refusal};
use greenlight_core::{
    Clock, Deployment, DeploymentId, HookExecution, HookExecutionId, HookState, HookStatus, Timestamp,
};

use super::Engine;
use super::group_key::GroupKey;
use super::hooks::HookEnd;
use super::new_deployment::NewDeployment;
use super::state::State;

/// A deployment as it stands, with what its creator wanted to be kept with it.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) group: GroupKey,
    pub(crate) deployment: Deployment,
    /// Its machine, for what a deployment does not tell: target status, diagnostics, weights.
    pub(crate) lifecycle: Arc<Lifecycle>,
    pub(crate) task_definition: Option<String>,
    pub(crate) details: Arc<serde_json::Value>,
    /// When something last happened to it.
    pub(crate) updated: Timestamp,
}

impl Engine {
    /// Begins a deployment, unless its group has one under way; that one is told then.
    ///
    /// # Errors
    ///
    /// The deployment that the group has under way.
    pub(crate) fn begin(self: &Arc<Self>, new: NewDeployment) -> Result<(), DeploymentId> {
        let mut state = self.state();
        if let Some(active) = state.active_of(&new.group) {
            return Err(active.clone());
        }
        self.accept_and_start(&mut state, new);
        Ok(())
    }

    /// A deployment as it stands.
    pub(crate) fn seen(&self, id: &DeploymentId) -> Option<Seen> {
        let state = self.state();
        let record = state.record(id)?;
        let deployment = record.describe(id);
        Some(Seen {
            group: record.group.clone(),
            updated: record.journal.updated().unwrap_or(deployment.created),
            deployment,
            lifecycle: Arc::clone(&record.lifecycle),
            task_definition: record.task_definition.clone(),
            details: Arc::clone(&record.details),
        })
    }

    /// How many deployments are under way.
    pub(crate) fn active_count(&self) -> usize {
        self.state().active().count()
    }

    /// The deployment that a group has under way.
    pub(crate) fn active_deployment(&self, group: &GroupKey) -> Option<DeploymentId> {
        self.state().active_of(group).cloned()
    }

    /// Tells a machine what an operator wants. A deployment that there is not is told as
    /// [`None`].
    ///
    /// # Errors
    ///
    /// When the machine refuses it.
    pub(crate) fn told(self: &Arc<Self>, id: &DeploymentId, input: Input) -> Option<Result<(), Refusal>> {
        let mut state = self.state();
        state.record(id)?;
        Some(self.drive(&mut state, id, input))
    }

    /// Takes a hook's report. A deployment that there is not is told as [`None`].
    ///
    /// # Errors
    ///
    /// When the machine refuses it.
    pub(crate) fn reported(
        self: &Arc<Self>,
        hook: &HookExecution,
        status: HookStatus,
    ) -> Option<Result<(), Refusal>> {
        let mut state = self.state();
        state.record(&hook.deployment)?;
        Some(self.take_report(&mut state, hook, status))
    }

    pub(super) fn take_report(
        self: &Arc<Self>,
        state: &mut State,
        hook: &HookExecution,
        status: HookStatus,
    ) -> Result<(), Refusal> {
        let end = match status {
            HookStatus::Succeeded => HookState::Succeeded,
            HookStatus::Failed => HookState::Failed,
        };
        let input = Input::HookReported { execution: hook.execution.clone(), status, reason: None };
        self.end_hook(state, hook, HookEnd::new(end), input)
    }

    /// An id that no deployment has.
    pub(crate) fn new_deployment_id(&self) -> DeploymentId {
        let state = self.state();
        loop {
            let id = self.ids.deployment();
            if state.record(&id).is_none() {
                return id;
            }
        }
    }

    /// An id that nobody can guess.
    pub(crate) fn new_hook_execution_id(&self) -> HookExecutionId {
        self.ids.hook_execution()
    }

    /// The time.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The alarms that are set now.
    pub(crate) fn alarms(&self) -> BTreeSet<String> {
        self.state().alarms.clone()
    }
}
