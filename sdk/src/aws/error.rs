//! What the service's refusals mean to whoever asked.

use greenlight_core::DeploymentId;
use greenlight_core::error::QueryError;

use super::api::Trouble;

/// Names by which the service says that there is no such deployment.
const NO_DEPLOYMENT: [&str; 2] = ["DeploymentDoesNotExist", "InvalidDeploymentId"];

/// Whether there is no such deployment.
pub(super) fn is_unknown(trouble: &Trouble) -> bool {
    NO_DEPLOYMENT.iter().any(|name| trouble.is(name))
}

/// Why a deployment could not be looked at.
pub(super) fn query(trouble: Trouble, id: &DeploymentId, pipeline: String) -> QueryError {
    if is_unknown(&trouble) {
        QueryError::NotFound { id: id.clone(), pipeline }
    } else {
        QueryError::Unavailable { pipeline, source: Box::new(trouble) }
    }
}
