//! The trait that every pipeline implements.

use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::error::{ControlError, PlanError, QueryError, ReportError, StartError};
use crate::{
    Deployment, DeploymentEvent, DeploymentId, DeploymentRequest, HookExecution, HookStatus, Plan, Reported,
    Rollback, StopOutcome, WaitKind,
};

/// Blue/green deployments of an ECS service, wherever they are carried out.
///
/// The trait is the contract and holds nothing that an implementation could inherit by accident; conveniences are
/// in [`DeploymentPipelineExt`](crate::DeploymentPipelineExt), for every implementation alike.
///
/// # Contract
///
/// * [`plan`](Self::plan) changes nothing, however often it is called.
/// * [`start`](Self::start) can be called again with the same plan after its answer was lost: it returns the
///   deployment that the first call created as long as that one is under way.
/// * [`events`](Self::events) gives every event of one deployment exactly once and in order to who follows the
///   cursors, however many follow and whenever they begin. Events are kept at least until the deployment and its
///   rollback have ended.
/// * Operations of one pipeline can be called at the same time from any task.
/// * A future that is dropped may have had its effect or not, as with a lost answer; nothing is left half done.
///
/// Every pipeline can name itself (`Display`), for logs and errors.
#[async_trait]
pub trait DeploymentPipeline: fmt::Debug + fmt::Display + Send + Sync {
    /// Makes every check that can be made before anything changes.
    ///
    /// # Errors
    ///
    /// When the application or group does not exist, or the pipeline cannot be asked. What is wrong with the
    /// deployment itself is no error but a finding of the plan.
    async fn plan(&self, request: &DeploymentRequest) -> Result<Plan, PlanError>;

    /// Starts the deployment that was planned and returns its id, without waiting for it.
    ///
    /// # Errors
    ///
    /// When the plan holds errors, another deployment of the group is active, or the pipeline cannot be reached.
    async fn start(&self, plan: Plan) -> Result<DeploymentId, StartError>;

    /// The deployment as it stands.
    ///
    /// # Errors
    ///
    /// When there is no such deployment, or the pipeline cannot be reached.
    async fn describe(&self, id: &DeploymentId) -> Result<Deployment, QueryError>;

    /// The events of one deployment after `cursor`: waits until there is one, or the deployment has ended.
    ///
    /// # Errors
    ///
    /// When there is no such deployment, the cursor is none of its own, or the pipeline cannot be reached after
    /// repeated attempts.
    async fn events(&self, id: &DeploymentId, cursor: &Cursor) -> Result<EventPage, QueryError>;

    /// Ends a wait of the deployment early (`ContinueDeployment`).
    ///
    /// # Errors
    ///
    /// When there is no such deployment, it has ended, or it is not in that wait.
    async fn proceed(&self, id: &DeploymentId, wait: WaitKind) -> Result<(), ControlError>;

    /// Stops the deployment (`StopDeployment`).
    ///
    /// # Errors
    ///
    /// When there is no such deployment, or it has ended.
    async fn stop(&self, id: &DeploymentId, rollback: Rollback) -> Result<StopOutcome, ControlError>;

    /// Reports the end of a hook (`PutLifecycleEventHookExecutionStatus`).
    ///
    /// # Errors
    ///
    /// When the execution is unknown or has ended; the latter is success for who reports a second time.
    async fn report(&self, hook: &HookExecution, status: HookStatus) -> Result<Reported, ReportError>;
}

/// A place in the events of one deployment. Opaque: made by a pipeline, understood by that pipeline alone.
///
/// The default is the place before the first event.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(Option<String>);

impl Cursor {
    /// The place before the first event.
    #[must_use]
    pub const fn start() -> Self {
        Self(None)
    }

    /// A place that a pipeline can find again by this text.
    #[must_use]
    pub fn at(place: impl Into<String>) -> Self {
        Self(Some(place.into()))
    }

    /// The text of a place other than the start.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.place().unwrap_or("start"))
    }
}

/// Some events, and where to go on.
#[derive(Debug, Clone, PartialEq)]
pub struct EventPage {
    /// The events after the cursor that was asked for, in order. Empty only when the deployment has ended.
    pub events: Vec<DeploymentEvent>,
    /// The place after the last of them.
    pub next: Cursor,
    /// Whether nothing will follow.
    pub ended: bool,
}
