//! The deployment configuration of a group, or of one deployment.

use greenlight_core::ComputePlatform;

use crate::endpoint::catalogue::{DeploymentConfig, Tables};
use crate::endpoint::error::ServiceError;
use crate::endpoint::operations::deployment_config::checked_name;

/// The configuration of this name, if deployments of the platform can use it.
///
/// # Errors
///
/// `InvalidDeploymentConfigNameException`, `DeploymentConfigDoesNotExistException`.
pub(crate) fn named(
    tables: &Tables,
    name: String,
    platform: ComputePlatform,
) -> Result<DeploymentConfig, ServiceError> {
    let name = checked_name(Some(name))?;
    let config = tables.deployment_config(&name)?;
    if config.platform() == platform {
        return Ok(config);
    }
    let why =
        format!("it is for the compute platform {}, and the application for {platform}", config.platform());
    Err(ServiceError::invalid_deployment_config_name(&name, why))
}
