//! Operations on deployment configurations.

mod rollout;

use super::application::checked_platform;
use crate::endpoint::catalogue::{DeploymentConfig, PREFIX};
use crate::endpoint::context::Context;
use crate::endpoint::error::ServiceError;
use crate::endpoint::operation::Operation;
use crate::endpoint::pagination::List;
use crate::endpoint::shapes::Nothing;
use crate::endpoint::shapes::deployment_config::{
    CreateDeploymentConfigInput, CreateDeploymentConfigOutput, DeploymentConfigNameInput,
    GetDeploymentConfigOutput, ListDeploymentConfigsInput, ListDeploymentConfigsOutput,
};
use crate::endpoint::{limits, names};

/// Makes a custom configuration.
pub(crate) fn create(
    context: &Context,
    input: CreateDeploymentConfigInput,
) -> Result<CreateDeploymentConfigOutput, ServiceError> {
    let name = checked_name(input.deployment_config_name)?;
    if name.starts_with(PREFIX) {
        let why = format!("names that begin with {PREFIX} are reserved");
        return Err(ServiceError::invalid_deployment_config_name(&name, why));
    }
    let platform = checked_platform(input.compute_platform)?;
    let rollout = rollout::checked(
        platform,
        input.minimum_healthy_hosts,
        input.traffic_routing_config,
        input.zonal_config,
    )?;
    let config = DeploymentConfig { id: context.ids.uuid(), name, created: context.now(), rollout };
    context.catalogue.change(|tables| {
        if tables.deployment_configs.contains(&config.name) {
            return Err(ServiceError::deployment_config_already_exists(&config.name));
        }
        if tables.deployment_configs.len() >= limits::CUSTOM_CONFIGS {
            return Err(ServiceError::deployment_config_limit_exceeded(limits::CUSTOM_CONFIGS));
        }
        let deployment_config_id = config.id.clone();
        tables.deployment_configs.put(config.name.clone(), config);
        Ok(CreateDeploymentConfigOutput { deployment_config_id })
    })
}

/// Describes a configuration, custom or built in.
pub(crate) fn get(
    context: &Context,
    input: DeploymentConfigNameInput,
) -> Result<GetDeploymentConfigOutput, ServiceError> {
    let name = checked_name(input.deployment_config_name)?;
    let config = context.catalogue.read(|tables| tables.deployment_config(&name))?;
    Ok(GetDeploymentConfigOutput { deployment_config_info: config.into() })
}

/// Removes a custom configuration that nothing uses. The model has no error for one that is not there.
pub(crate) fn delete(context: &Context, input: DeploymentConfigNameInput) -> Result<Nothing, ServiceError> {
    let name = checked_name(input.deployment_config_name)?;
    if name.starts_with(PREFIX) {
        return Err(ServiceError::deployment_config_is_built_in(&name));
    }
    context.catalogue.change(|tables| {
        let user = tables.deployment_groups.iter().find(|(_, group)| group.deployment_config_name == name);
        if let Some((_, group)) = user {
            return Err(ServiceError::deployment_config_in_use(&name, &group.name));
        }
        tables.deployment_configs.remove(&name);
        Ok(Nothing {})
    })
}

/// The names of all configurations, the built-in ones included, in alphabetical order.
pub(crate) fn list(
    context: &Context,
    input: ListDeploymentConfigsInput,
) -> Result<ListDeploymentConfigsOutput, ServiceError> {
    let list = List { operation: Operation::ListDeploymentConfigs, choice: &[] };
    let after = context.pages.after(list, input.next_token.as_deref())?;
    let names = context.catalogue.read(|tables| tables.deployment_config_names()).into_iter();
    let rest = names.filter(|name| after.as_ref().is_none_or(|after| name > after));
    let page = context.pages.cut(list, rest, String::clone);
    Ok(ListDeploymentConfigsOutput { deployment_configs_list: page.items, next_token: page.next_token })
}

/// The name of a configuration, if it can be one.
///
/// # Errors
///
/// `DeploymentConfigNameRequiredException`, `InvalidDeploymentConfigNameException`.
pub(crate) fn checked_name(name: Option<String>) -> Result<String, ServiceError> {
    let name =
        name.filter(|name| !name.is_empty()).ok_or_else(ServiceError::deployment_config_name_required)?;
    names::check(&name).map_err(|why| ServiceError::invalid_deployment_config_name(&name, why))?;
    Ok(name)
}
