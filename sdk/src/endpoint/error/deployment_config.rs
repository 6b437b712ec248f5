//! Errors of deployment configurations.

use std::fmt;

use super::ServiceError;

impl ServiceError {
    /// `deploymentConfigName` is absent or empty.
    pub(crate) fn deployment_config_name_required() -> Self {
        Self::modelled(
            "DeploymentConfigNameRequiredException",
            "A deployment configuration name must be specified.",
        )
    }

    /// The name breaks the rules of names; `why` says which.
    pub(crate) fn invalid_deployment_config_name(name: &str, why: impl fmt::Display) -> Self {
        Self::modelled(
            "InvalidDeploymentConfigNameException",
            format!("{name:?} is not a valid deployment configuration name: {why}."),
        )
    }

    /// There is a configuration of this name already.
    pub(crate) fn deployment_config_already_exists(name: &str) -> Self {
        Self::modelled(
            "DeploymentConfigAlreadyExistsException",
            format!("Deployment configuration {name} already exists."),
        )
    }

    /// There is no configuration of this name.
    pub(crate) fn deployment_config_does_not_exist(name: &str) -> Self {
        Self::modelled(
            "DeploymentConfigDoesNotExistException",
            format!("No Deployment Configuration found for name: {name}"),
        )
    }

    /// The account has as many custom configurations as it can have.
    pub(crate) fn deployment_config_limit_exceeded(limit: usize) -> Self {
        Self::modelled(
            "DeploymentConfigLimitExceededException",
            format!("The account has {limit} custom deployment configurations, and can have no more."),
        )
    }

    /// A deployment group uses it.
    pub(crate) fn deployment_config_in_use(name: &str, group: &str) -> Self {
        Self::modelled(
            "DeploymentConfigInUseException",
            format!("Deployment configuration {name} is in use by deployment group {group}."),
        )
    }

    /// The service's own configurations stay.
    pub(crate) fn deployment_config_is_built_in(name: &str) -> Self {
        Self::modelled(
            "InvalidOperationException",
            format!("{name} is a predefined deployment configuration, and cannot be deleted."),
        )
    }

    /// `minimumHealthyHosts` is not as its compute platform needs it.
    pub(crate) fn invalid_minimum_healthy_hosts(why: &str) -> Self {
        Self::modelled(
            "InvalidMinimumHealthyHostValueException",
            format!("Invalid minimumHealthyHosts: {why}."),
        )
    }

    /// `trafficRoutingConfig` is not as its compute platform needs it.
    pub(crate) fn invalid_traffic_routing(why: impl fmt::Display) -> Self {
        Self::modelled(
            "InvalidTrafficRoutingConfigurationException",
            format!("Invalid trafficRoutingConfig: {why}."),
        )
    }

    /// `zonalConfig` is not as it must be, or not for this compute platform.
    pub(crate) fn invalid_zonal_config(why: &str) -> Self {
        Self::modelled("InvalidZonalDeploymentConfigurationException", format!("Invalid zonalConfig: {why}."))
    }
}
