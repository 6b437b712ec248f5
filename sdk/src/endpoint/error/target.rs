//! Errors of deployment targets and of the reports of hooks.

use greenlight_core::DeploymentId;

use super::ServiceError;

impl ServiceError {
    /// `targetId` is absent or empty.
    pub(crate) fn deployment_target_id_required() -> Self {
        Self::modelled("DeploymentTargetIdRequiredException", "A deployment target ID must be specified.")
    }

    /// The text cannot be the id of a target.
    pub(crate) fn invalid_deployment_target_id(given: &str) -> Self {
        Self::modelled(
            "InvalidDeploymentTargetIdException",
            format!("{given:?} is not a target ID. That of an ECS service has the form cluster:service."),
        )
    }

    /// The deployment has no such target.
    pub(crate) fn deployment_target_does_not_exist(id: &DeploymentId, target: &str) -> Self {
        Self::modelled(
            "DeploymentTargetDoesNotExistException",
            format!("The deployment {id} has no target {target}."),
        )
    }

    /// Too many targets are named.
    pub(crate) fn deployment_target_list_size_exceeded(limit: usize) -> Self {
        Self::modelled(
            "DeploymentTargetListSizeExceededException",
            format!("A request can name at most {limit} targets."),
        )
    }

    /// The name of a filter is not one.
    pub(crate) fn invalid_target_filter_name(given: &str) -> Self {
        Self::modelled(
            "InvalidTargetFilterNameException",
            format!("{given:?} is not a filter of targets: use TargetStatus or ServerInstanceLabel."),
        )
    }

    /// A status to list by is not one.
    pub(crate) fn invalid_instance_status(given: &str) -> Self {
        Self::modelled(
            "InvalidInstanceStatusException",
            format!(
                "{given:?} is not a status of targets: use Pending, InProgress, Succeeded, Failed, Skipped, Unknown or \
                 Ready."
            ),
        )
    }

    /// A label to list by is not one.
    pub(crate) fn invalid_instance_type(given: &str) -> Self {
        Self::modelled(
            "InvalidInstanceTypeException",
            format!("{given:?} is not a label: use BLUE or GREEN."),
        )
    }

    /// A hook reports something else than the two.
    pub(crate) fn invalid_hook_status(given: &str) -> Self {
        Self::modelled(
            "InvalidLifecycleEventHookExecutionStatusException",
            format!("{given:?} is not a result of a validation test: use Succeeded or Failed."),
        )
    }

    /// No hook of the deployment has this execution id. It is not told: it may be that of another deployment.
    pub(crate) fn invalid_hook_execution_id(id: &DeploymentId) -> Self {
        Self::modelled(
            "InvalidLifecycleEventHookExecutionIdException",
            format!("The deployment {id} has no lifecycle event hook with this execution ID."),
        )
    }

    /// The hook has reported already, or its time ran out.
    pub(crate) fn lifecycle_event_already_completed(id: &DeploymentId) -> Self {
        Self::modelled(
            "LifecycleEventAlreadyCompletedException",
            format!("The lifecycle event of the deployment {id} has already completed."),
        )
    }
}
