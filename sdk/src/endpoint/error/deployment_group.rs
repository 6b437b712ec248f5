//! Errors of deployment groups.

use std::fmt::Display;

use super::ServiceError;

impl ServiceError {
    /// A deployment group's name is absent or empty.
    pub(crate) fn deployment_group_name_required() -> Self {
        Self::modelled("DeploymentGroupNameRequiredException", "A deployment group name must be specified.")
    }

    /// The name breaks the rules of names; `why` says which.
    pub(crate) fn invalid_deployment_group_name(name: &str, why: impl Display) -> Self {
        Self::modelled(
            "InvalidDeploymentGroupNameException",
            format!("{name:?} is not a valid deployment group name: {why}."),
        )
    }

    /// The application has a group of this name already.
    pub(crate) fn deployment_group_already_exists(application: &str, name: &str) -> Self {
        Self::modelled(
            "DeploymentGroupAlreadyExistsException",
            format!("Deployment group {name} already exists for application {application}."),
        )
    }

    /// There is no deployment group of this name.
    pub(crate) fn deployment_group_does_not_exist(name: &str) -> Self {
        Self::modelled(
            "DeploymentGroupDoesNotExistException",
            format!("No Deployment Group found for name: {name}"),
        )
    }

    /// The application has as many groups as it can have.
    pub(crate) fn deployment_group_limit_exceeded(application: &str, limit: usize) -> Self {
        Self::modelled(
            "DeploymentGroupLimitExceededException",
            format!("Application {application} has {limit} deployment groups, and can have no more."),
        )
    }

    /// `serviceRoleArn` is absent or empty.
    pub(crate) fn role_required() -> Self {
        Self::modelled("RoleRequiredException", "A service role ARN must be specified.")
    }

    /// `serviceRoleArn` is not the ARN of a role.
    pub(crate) fn invalid_role(given: &str) -> Self {
        Self::modelled(
            "InvalidRoleException",
            format!("{given:?} is not the ARN of a role. Use the form arn:aws:iam::123456789012:role/name."),
        )
    }

    /// A trigger is not one; `why` says what is wrong, as a whole sentence.
    pub(crate) fn invalid_trigger_config(why: impl Into<String>) -> Self {
        Self::modelled("InvalidTriggerConfigException", why)
    }

    /// Too many triggers.
    pub(crate) fn trigger_targets_limit_exceeded(limit: usize) -> Self {
        Self::modelled(
            "TriggerTargetsLimitExceededException",
            format!("A deployment group can have at most {limit} triggers."),
        )
    }

    /// The alarms cannot be used as they are; `why` says what is wrong, as a whole sentence.
    pub(crate) fn invalid_alarm_config(why: impl Into<String>) -> Self {
        Self::modelled("InvalidAlarmConfigException", why)
    }

    /// Too many alarms.
    pub(crate) fn alarms_limit_exceeded(limit: usize) -> Self {
        Self::modelled(
            "AlarmsLimitExceededException",
            format!("A deployment group can have at most {limit} alarms."),
        )
    }

    /// The events of automatic rollbacks are not to be used; `why` says what is wrong, as a whole sentence.
    pub(crate) fn invalid_auto_rollback_config(why: impl Into<String>) -> Self {
        Self::modelled("InvalidAutoRollbackConfigException", why)
    }

    /// The load balancer's part cannot be used; `why` says what is wrong, as a whole sentence.
    pub(crate) fn invalid_load_balancer_info(why: impl Into<String>) -> Self {
        Self::modelled("InvalidLoadBalancerInfoException", why)
    }

    /// The pair of target groups is not one; `why` says what is wrong, as a whole sentence.
    pub(crate) fn invalid_target_group_pair(why: impl Into<String>) -> Self {
        Self::modelled("InvalidTargetGroupPairException", why)
    }

    /// Not blue/green with traffic control.
    pub(crate) fn invalid_deployment_style(platform: &str) -> Self {
        Self::modelled(
            "InvalidDeploymentStyleException",
            format!(
                "The {platform} compute platform supports only the deployment type BLUE_GREEN with the deployment \
                 option WITH_TRAFFIC_CONTROL."
            ),
        )
    }

    /// The blue/green part cannot be used; `why` says what is wrong, as a whole sentence.
    pub(crate) fn invalid_blue_green_configuration(why: impl Into<String>) -> Self {
        Self::modelled("InvalidBlueGreenDeploymentConfigurationException", why)
    }

    /// The ECS service cannot be used; `why` says what is wrong, as a whole sentence.
    pub(crate) fn invalid_ecs_service(why: impl Into<String>) -> Self {
        Self::modelled("InvalidECSServiceException", why)
    }

    /// The ECS service belongs to another group.
    pub(crate) fn ecs_service_mapping_limit_exceeded(cluster: &str, service: &str, group: &str) -> Self {
        Self::modelled(
            "ECSServiceMappingLimitExceededException",
            format!(
                "The ECS service {service} of cluster {cluster} belongs to deployment group {group} already, and can \
                 belong to one alone."
            ),
        )
    }

    /// A member has a value that it cannot have; `why` says which, as a whole sentence.
    pub(crate) fn invalid_input(why: impl Into<String>) -> Self {
        Self::modelled("InvalidInputException", why)
    }
}
