//! What a deployment has of its own instead of its group's.

use greenlight_core::ComputePlatform;

use crate::endpoint::catalogue::DeploymentGroup;
use crate::endpoint::catalogue::deployment_group::{Alarms, AutoRollbackSettings};
use crate::endpoint::error::ServiceError;
use crate::endpoint::operations::deployment_group::{read_alarms, read_auto_rollback};
use crate::endpoint::shapes::deployment::CreateDeploymentInput;

/// What is done with files that exist, when nothing is said. It is about instances; answers have it always.
const DISALLOW: &str = "DISALLOW";

/// What is in force, and what of it is the deployment's own.
#[derive(Debug)]
pub(super) struct Overrides {
    /// In force.
    pub(super) auto_rollback: Option<AutoRollbackSettings>,
    /// In force.
    pub(super) alarms: Option<Alarms>,
    /// The deployment's own.
    pub(super) override_alarms: Option<Alarms>,
    pub(super) file_exists_behavior: String,
}

/// Reads what a request says instead of its group, and refuses what is for instances alone.
///
/// # Errors
///
/// Those of the members, as the model has them for `CreateDeployment`.
pub(super) fn read(
    input: &mut CreateDeploymentInput,
    group: &DeploymentGroup,
    platform: ComputePlatform,
) -> Result<Overrides, ServiceError> {
    let platform = platform.as_str();
    if input.target_instances.is_some() {
        return Err(ServiceError::invalid_target_instances(platform));
    }
    let override_alarms = input.override_alarm_configuration.take().map(read_alarms).transpose()?;
    let own = input.auto_rollback_configuration.take().map(read_auto_rollback).transpose()?;
    let file_exists_behavior = input.file_exists_behavior.take().unwrap_or_else(|| DISALLOW.to_owned());
    if ![DISALLOW, "OVERWRITE", "RETAIN"].contains(&file_exists_behavior.as_str()) {
        return Err(ServiceError::invalid_file_exists_behavior(&file_exists_behavior));
    }
    if input.update_outdated_instances_only == Some(true) {
        return Err(ServiceError::invalid_update_outdated_instances_only(platform));
    }
    if input.ignore_application_stop_failures == Some(true) {
        return Err(ServiceError::invalid_ignore_application_stop_failures(platform));
    }
    match input.deployment_mode.as_deref() {
        None | Some("STANDARD") => {}
        Some(other) => {
            return Err(ServiceError::invalid_input(format!(
                "{other:?} is not a deployment mode of the {platform} compute platform: use STANDARD."
            )));
        }
    }
    Ok(Overrides {
        auto_rollback: own.or_else(|| group.auto_rollback.clone()),
        alarms: override_alarms.clone().or_else(|| group.alarms.clone()),
        override_alarms,
        file_exists_behavior,
    })
}
