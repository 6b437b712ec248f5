//! Errors of deployments.

use greenlight_core::{DeploymentId, DeploymentStatus};

use super::ServiceError;

impl ServiceError {
    /// `deploymentId` is absent or empty.
    pub(crate) fn deployment_id_required() -> Self {
        Self::modelled("DeploymentIdRequiredException", "A deployment ID must be specified.")
    }

    /// The text cannot be the id of a deployment.
    pub(crate) fn invalid_deployment_id(given: &str) -> Self {
        Self::modelled(
            "InvalidDeploymentIdException",
            format!("{given:?} is not a deployment ID: d- and nine upper-case letters or digits."),
        )
    }

    /// There is no deployment of this id.
    pub(crate) fn deployment_does_not_exist(id: &DeploymentId) -> Self {
        Self::modelled("DeploymentDoesNotExistException", format!("The deployment {id} could not be found."))
    }

    /// The group has a deployment under way.
    pub(crate) fn deployment_group_is_busy(group: &str, active: &DeploymentId) -> Self {
        Self::modelled(
            "DeploymentLimitExceededException",
            format!("The Deployment Group '{group}' already has an active Deployment '{active}'"),
        )
    }

    /// The account has as many deployments under way as it can have.
    pub(crate) fn deployment_limit_exceeded(limit: usize) -> Self {
        Self::modelled(
            "DeploymentLimitExceededException",
            format!("The account has {limit} active deployments, and can have no more."),
        )
    }

    /// The deployment has ended, or cannot be stopped any more.
    pub(crate) fn deployment_already_completed(id: &DeploymentId, status: DeploymentStatus) -> Self {
        Self::modelled(
            "DeploymentAlreadyCompletedException",
            if status.is_terminal() {
                format!("The deployment {id} has already completed: it is {status}.")
            } else {
                format!("The deployment {id} is {status}, and past the point at which it can be stopped.")
            },
        )
    }

    /// The deployment has not begun, or not that part of it.
    pub(crate) fn deployment_not_started(why: impl Into<String>) -> Self {
        Self::modelled("DeploymentNotStartedException", why)
    }

    /// The deployment is not in the wait that is to be ended.
    pub(crate) fn deployment_is_not_in_ready_state(why: impl Into<String>) -> Self {
        Self::modelled("DeploymentIsNotInReadyStateException", why)
    }

    /// The platform has no such action.
    pub(crate) fn unsupported_action(why: impl Into<String>) -> Self {
        Self::modelled("UnsupportedActionForDeploymentTypeException", why)
    }

    /// `deploymentWaitType` is neither of the two.
    pub(crate) fn invalid_deployment_wait_type(given: &str) -> Self {
        Self::modelled(
            "InvalidDeploymentWaitTypeException",
            format!("{given:?} is not a type of waits: use READY_WAIT or TERMINATION_WAIT."),
        )
    }

    /// A status to list by is not one.
    pub(crate) fn invalid_deployment_status(given: &str) -> Self {
        let known: Vec<&str> = DeploymentStatus::ALL.iter().map(|status| status.as_str()).collect();
        Self::modelled(
            "InvalidDeploymentStatusException",
            format!("{given:?} is not a status of deployments: use {}.", known.join(", ")),
        )
    }

    /// The end of a range of time is before its start.
    pub(crate) fn invalid_time_range() -> Self {
        Self::modelled("InvalidTimeRangeException", "The end of the time range is before its start.")
    }

    /// An external id is not one.
    pub(crate) fn invalid_external_id(given: &str) -> Self {
        Self::modelled(
            "InvalidExternalIdException",
            format!("{given:?} is not an external ID: it must not be empty or have blanks."),
        )
    }

    /// Instances are named, where there are none.
    pub(crate) fn invalid_target_instances(platform: &str) -> Self {
        Self::modelled(
            "InvalidTargetInstancesException",
            format!("Target instances cannot be specified for the {platform} compute platform."),
        )
    }

    /// A member that is for instances alone is set.
    pub(crate) fn invalid_ignore_application_stop_failures(platform: &str) -> Self {
        Self::modelled(
            "InvalidIgnoreApplicationStopFailuresValueException",
            format!("ignoreApplicationStopFailures must be false for the {platform} compute platform."),
        )
    }

    /// A member that is for instances alone is set.
    pub(crate) fn invalid_update_outdated_instances_only(platform: &str) -> Self {
        Self::modelled(
            "InvalidUpdateOutdatedInstancesOnlyValueException",
            format!("updateOutdatedInstancesOnly must be false for the {platform} compute platform."),
        )
    }

    /// `fileExistsBehavior` is none of the three.
    pub(crate) fn invalid_file_exists_behavior(given: &str) -> Self {
        Self::modelled(
            "InvalidFileExistsBehaviorException",
            format!(
                "{given:?} is not what can be done with files that exist: use DISALLOW, OVERWRITE or RETAIN."
            ),
        )
    }
}
