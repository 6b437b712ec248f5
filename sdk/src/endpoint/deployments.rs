//! The deployments of the engine, as the endpoint's operations see them.
//!
//! Everything that changes with time is the engine's. What only the service's answers need is given to the engine
//! with the deployment, as [`Details`], so that both are kept together.

mod details;
mod history;

pub(crate) use self::details::{Deployed, Details, TaskSetName};
pub(crate) use self::history::{History, Targets};

use greenlight_core::{DeploymentCreator, DeploymentId};
use serde::Deserialize as _;

use super::catalogue::Location;
use super::context::Context;
use super::error::ServiceError;
use crate::local::engine::Seen;

/// A deployment as it stands.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) seen: Seen,
    pub(crate) details: Details,
}

impl Found {
    /// The deployment of this id.
    ///
    /// # Errors
    ///
    /// `DeploymentIdRequiredException`, `InvalidDeploymentIdException`, `DeploymentDoesNotExistException`.
    pub(crate) fn required(context: &Context, id: Option<String>) -> Result<Self, ServiceError> {
        let id = checked_id(id)?;
        Self::by_id(context, &id)?.ok_or_else(|| ServiceError::deployment_does_not_exist(&id))
    }

    /// The deployment of this id, if there is one.
    pub(crate) fn by_id(context: &Context, id: &DeploymentId) -> Result<Option<Self>, ServiceError> {
        let Some(seen) = context.engine.seen(id) else { return Ok(None) };
        let details = Details::deserialize(&*seen.details).map_err(ServiceError::internal)?;
        Ok(Some(Self { seen, details }))
    }

    /// Whether it rolls another one back. It has that one's details.
    pub(crate) fn is_rollback(&self) -> bool {
        self.seen.deployment.creator == DeploymentCreator::CodeDeployRollback
    }

    /// What it deploys.
    pub(crate) fn revision(&self) -> &Location {
        match &self.details.previous {
            Some(previous) if self.is_rollback() => previous,
            _ => &self.details.revision,
        }
    }

    /// What was deployed before it.
    pub(crate) fn previous_revision(&self) -> Option<&Location> {
        if self.is_rollback() { Some(&self.details.revision) } else { self.details.previous.as_ref() }
    }
}

/// The id of a deployment, if it can be one.
///
/// # Errors
///
/// `DeploymentIdRequiredException`, `InvalidDeploymentIdException`.
pub(crate) fn checked_id(id: Option<String>) -> Result<DeploymentId, ServiceError> {
    let id = id.filter(|id| !id.is_empty()).ok_or_else(ServiceError::deployment_id_required)?;
    id.parse().map_err(|_| ServiceError::invalid_deployment_id(&id))
}
