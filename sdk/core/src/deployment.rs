//! A deployment as it stands at one moment.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use crate::{
    DeploymentCreator, DeploymentId, DeploymentStatus, ErrorCode, LifecycleErrorCode, LifecycleEventName,
    LifecycleEventStatus, Percent, RollbackInfo, TaskSetLabel, TaskSetStatus, Timestamp,
};

/// A deployment as it stands: what `GetDeployment` and `GetDeploymentTarget` say together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Deployment {
    /// Its id.
    pub id: DeploymentId,
    /// The application.
    pub application: String,
    /// The deployment group.
    pub deployment_group: String,
    /// The deployment configuration in force.
    pub deployment_config: String,
    /// The lower-case hexadecimal SHA-256 of the AppSpec's text.
    pub revision: String,
    /// Who created it.
    pub creator: DeploymentCreator,
    /// Where it stands.
    pub status: DeploymentStatus,
    /// When it was accepted.
    pub created: Timestamp,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub completed: Option<Timestamp>,
    /// Its lifecycle events in order: eight with a test listener, six without, three of a Lambda function.
    pub lifecycle_events: Vec<LifecycleEvent>,
    /// The task sets that are there.
    pub task_sets: Vec<TaskSetInfo>,
    /// Whether the wait before the original task set is deleted has begun.
    pub termination_wait_started: bool,
    /// Why it failed or was stopped, in the service's words.
    pub error: Option<ErrorInformation>,
    /// Why it failed or was stopped, as precisely as is known: a hook's own reason, a process's last words.
    pub reason: Option<String>,
    /// Its rollback, or the deployment that it rolls back.
    pub rollback: Option<RollbackInfo>,
}

/// The parts of a [`Deployment`] that are known when it is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DeploymentHead {
    /// See [`Deployment::application`].
    pub application: String,
    /// See [`Deployment::deployment_group`].
    pub deployment_group: String,
    /// See [`Deployment::deployment_config`].
    pub deployment_config: String,
    /// See [`Deployment::revision`].
    pub revision: String,
}

impl Deployment {
    /// A deployment that was just accepted; everything else is filled in by its pipeline.
    #[must_use]
    pub fn accepted(
        id: DeploymentId,
        head: DeploymentHead,
        creator: DeploymentCreator,
        created: Timestamp,
    ) -> Self {
        let DeploymentHead { application, deployment_group, deployment_config, revision } = head;
        Self {
            id,
            application,
            deployment_group,
            deployment_config,
            revision,
            creator,
            status: DeploymentStatus::Created,
            created,
            started: None,
            completed: None,
            lifecycle_events: Vec::new(),
            task_sets: Vec::new(),
            termination_wait_started: false,
            error: None,
            reason: None,
            rollback: None,
        }
    }

    /// The task set that gets most production requests: blue when they are even or unknown.
    #[must_use]
    pub fn serving(&self) -> TaskSetLabel {
        let weight = |label| {
            self.task_sets
                .iter()
                .find(|set| set.label == label)
                .map_or(Percent::ZERO, |set| set.traffic_weight)
        };
        if weight(TaskSetLabel::Green) > weight(TaskSetLabel::Blue) {
            TaskSetLabel::Green
        } else {
            TaskSetLabel::Blue
        }
    }
}

/// One lifecycle event of a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LifecycleEvent {
    /// Which event.
    pub name: LifecycleEventName,
    /// Where it stands.
    pub status: LifecycleEventStatus,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
}

/// What the service says about the end of a lifecycle event (`diagnostics`), where it says anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Diagnostics {
    /// How it ended.
    pub code: LifecycleErrorCode,
    /// What happened.
    pub message: String,
}

/// One task set of the service (`ECSTaskSet`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct TaskSetInfo {
    /// Blue or green.
    pub label: TaskSetLabel,
    /// What it is to the service.
    pub status: TaskSetStatus,
    /// Its share of production requests.
    pub traffic_weight: Percent,
    /// Where it answers, when that is known.
    pub address: Option<SocketAddr>,
}

/// Why a deployment failed or was stopped, in the service's words (`errorInformation`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct ErrorInformation {
    /// The service's code.
    pub code: ErrorCode,
    /// The service's text.
    pub message: String,
}

/// What became of a request to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StopOutcome {
    /// The stop is under way, or whether the deployment is rolled back is not known yet.
    Pending,
    /// The deployment is stopped.
    Stopped {
        /// Whether a rollback deployment was started.
        rolling_back: bool,
    },
}

/// What became of a hook's report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reported {
    /// It was taken, and the deployment goes on or stops by it.
    Accepted,
}
