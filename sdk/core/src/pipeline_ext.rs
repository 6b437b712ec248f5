//! Conveniences over any pipeline.

use async_trait::async_trait;

use crate::error::{PlanError, QueryError, StartError};
use crate::{
    DeploymentEvent, DeploymentId, DeploymentPipeline, DeploymentRequest, EventKind, LifecycleEventName,
    LifecycleEventStatus, Outcome, Percent, Watch, WatchPosition,
};

/// What every [`DeploymentPipeline`] can do, made of its operations alone.
#[async_trait]
pub trait DeploymentPipelineExt: DeploymentPipeline {
    /// Follows a deployment, and its rollback, from the first event to the final outcome.
    fn watch(&self, id: &DeploymentId) -> Watch<'_, Self> {
        Watch::new(self, id.clone())
    }

    /// Goes on with a watch from where it was, in this program or an earlier one.
    fn resume_watch(&self, position: WatchPosition) -> Watch<'_, Self> {
        Watch::resume(self, position)
    }

    /// Plans, starts, and waits for the end of a deployment and of its rollback.
    ///
    /// # Errors
    ///
    /// When it could not be planned or started, or not be followed to its end. A deployment that fails is no error
    /// but an [`Outcome`].
    async fn deploy(&self, request: &DeploymentRequest) -> Result<Outcome, DeployError> {
        let plan = self.plan(request).await?;
        let id = self.start(plan).await?;
        Ok(self.watch(&id).finish().await?)
    }

    /// Waits until the deployment has reached `goal`, or has ended without it.
    ///
    /// # Errors
    ///
    /// When the pipeline cannot be asked.
    async fn wait_until(&self, id: &DeploymentId, goal: WaitGoal) -> Result<Waited, WatchError> {
        let mut watch = self.watch(id);
        while let Some(event) = watch.next().await {
            let event = event?;
            if goal.is_reached_by(&event, id) {
                return Ok(Waited::Reached);
            }
            if let EventKind::Finished(outcome) = event.kind {
                return Ok(Waited::Finished(outcome));
            }
        }
        Err(WatchError::Unfinished { id: id.clone() })
    }
}

impl<P: DeploymentPipeline + ?Sized> DeploymentPipelineExt for P {}

/// A point to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaitGoal {
    /// The deployment waits to be continued.
    Ready,
    /// This lifecycle event has succeeded.
    LifecycleEvent(LifecycleEventName),
    /// All production requests reach the replacement.
    TrafficShifted,
    /// The deployment has succeeded, the termination wait included.
    Succeeded,
}

/// What a wait came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waited {
    /// The goal was reached.
    Reached,
    /// The deployment ended, and its rollback with it, and the goal can not be reached any more.
    Finished(Outcome),
}

impl WaitGoal {
    /// Whether deployment `id` has reached the goal with this event of its watch. For whoever follows a [`Watch`] himself;
    /// [`wait_until`](DeploymentPipelineExt::wait_until) does so otherwise.
    #[must_use]
    pub fn is_reached_by(self, event: &DeploymentEvent, id: &DeploymentId) -> bool {
        if event.deployment != *id {
            return false;
        }
        match (self, &event.kind) {
            (Self::Ready, EventKind::Ready { .. }) => true,
            (Self::LifecycleEvent(goal), EventKind::LifecycleEvent { name, to, .. }) => {
                goal == *name && *to == LifecycleEventStatus::Succeeded
            }
            (Self::TrafficShifted, EventKind::Traffic { green, .. }) => *green == Percent::ALL,
            (Self::Succeeded, EventKind::Finished(outcome)) => outcome.outcome == crate::Verdict::Succeeded,
            _ => false,
        }
    }
}

/// Why a deployment could not be followed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WatchError {
    /// Go on watching: it continues without a gap.
    #[error("deployment {id} cannot be followed just now")]
    Query {
        /// The deployment, or its rollback.
        id: DeploymentId,
        /// What went wrong.
        #[source]
        source: QueryError,
    },
    /// The pipeline stopped telling before the deployment ended.
    #[error("the events of deployment {id} broke off before its end")]
    Unfinished {
        /// The deployment.
        id: DeploymentId,
    },
}

/// Why [`deploy`](DeploymentPipelineExt::deploy) has no outcome.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeployError {
    /// Nothing was changed.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// No deployment was started.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The deployment is under way.
    #[error(transparent)]
    Watch(#[from] WatchError),
}
