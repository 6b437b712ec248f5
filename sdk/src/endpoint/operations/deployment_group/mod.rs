//! Operations on deployment groups.

mod alarms;
mod auto_rollback;
mod batch;
mod blue_green;
mod config;
mod describe;
mod load_balancer;
mod service;
mod settings;
mod triggers;

pub(crate) use self::alarms::read as read_alarms;
pub(crate) use self::alarms::write as write_alarms;
pub(crate) use self::auto_rollback::read as read_auto_rollback;
pub(crate) use self::auto_rollback::write as write_auto_rollback;
pub(crate) use self::batch::{batch_get, list};
pub(crate) use self::blue_green::{style, write as write_blue_green};
pub(crate) use self::config::named as named_config;
pub(crate) use self::load_balancer::write as write_load_balancer;

use super::application::checked_name as application_name;
use crate::endpoint::catalogue::DeploymentGroup;
use crate::endpoint::context::Context;
use crate::endpoint::error::ServiceError;
use crate::endpoint::shapes::deployment_group::{
    CreateDeploymentGroupOutput, DeploymentGroupInput, GetDeploymentGroupOutput, GroupNameInput,
    HooksNotCleanedUpOutput,
};
use crate::endpoint::{limits, names, tags};

/// Makes a deployment group.
pub(crate) fn create(
    context: &Context,
    mut input: DeploymentGroupInput,
) -> Result<CreateDeploymentGroupOutput, ServiceError> {
    let application = application_name(input.application_name.take())?;
    let (id, created) = (context.ids.uuid(), context.now());
    context.catalogue.change(|tables| {
        let application = tables.application(&application)?.clone();
        let name = checked_name(input.deployment_group_name.take())?;
        if tables.deployment_groups.contains(&DeploymentGroup::key(&application, &name)) {
            return Err(ServiceError::deployment_group_already_exists(&application.name, &name));
        }
        let tags = tags::checked(std::mem::take(&mut input.tags))?;
        let settings = settings::read(tables, &application, input, None)?;
        if tables.groups_of(&application).count() >= limits::GROUPS_PER_APPLICATION {
            return Err(ServiceError::deployment_group_limit_exceeded(
                &application.name,
                limits::GROUPS_PER_APPLICATION,
            ));
        }
        let place = DeploymentGroup::key(&application, &name);
        let group = DeploymentGroup { id: id.clone(), name, created, tags, ..settings };
        tables.deployment_groups.put(place, group);
        Ok(CreateDeploymentGroupOutput { deployment_group_id: id })
    })
}

/// Describes a deployment group.
pub(crate) fn get(
    context: &Context,
    input: GroupNameInput,
) -> Result<GetDeploymentGroupOutput, ServiceError> {
    let application = application_name(input.application_name)?;
    context.catalogue.read(|tables| {
        let application = tables.application(&application)?;
        let name = checked_name(input.deployment_group_name)?;
        let group = tables.deployment_group(&application.name, &name)?;
        Ok(GetDeploymentGroupOutput {
            deployment_group_info: describe::describe(context, application, group),
        })
    })
}

/// Changes what is named of a deployment group, and leaves everything else as it is. Deployments under way go on as
/// they began.
pub(crate) fn update(
    context: &Context,
    mut input: DeploymentGroupInput,
) -> Result<HooksNotCleanedUpOutput, ServiceError> {
    let application = application_name(input.application_name.take())?;
    context.catalogue.change(|tables| {
        let application = tables.application(&application)?.clone();
        let name = checked_name(input.current_deployment_group_name.take())?;
        let group = tables.deployment_group(&application.name, &name)?.clone();
        let new_name = match input.new_deployment_group_name.take().filter(|new| !new.is_empty()) {
            Some(new) => checked_name(Some(new))?,
            None => name.clone(),
        };
        if new_name != name
            && tables.deployment_groups.contains(&DeploymentGroup::key(&application, &new_name))
        {
            return Err(ServiceError::deployment_group_already_exists(&application.name, &new_name));
        }
        let settings = settings::read(tables, &application, input, Some(&group))?;
        tables.deployment_groups.remove(&DeploymentGroup::key(&application, &name));
        let place = DeploymentGroup::key(&application, &new_name);
        tables.deployment_groups.put(place, DeploymentGroup { name: new_name, ..settings });
        Ok(HooksNotCleanedUpOutput::default())
    })
}

/// Deletes a deployment group. One that is not there is deleted already: no error is modelled for it. Its deployments
/// can still be asked for by id.
pub(crate) fn delete(
    context: &Context,
    input: GroupNameInput,
) -> Result<HooksNotCleanedUpOutput, ServiceError> {
    let application = application_name(input.application_name)?;
    let name = checked_name(input.deployment_group_name)?;
    context.catalogue.change(|tables| {
        if let Some(application) = tables.applications.get(&application) {
            let key = DeploymentGroup::key(application, &name);
            tables.deployment_groups.remove(&key);
        }
        Ok(HooksNotCleanedUpOutput::default())
    })
}

/// The name of a deployment group, if it can be one.
///
/// # Errors
///
/// `DeploymentGroupNameRequiredException`, `InvalidDeploymentGroupNameException`.
pub(crate) fn checked_name(name: Option<String>) -> Result<String, ServiceError> {
    let name =
        name.filter(|name| !name.is_empty()).ok_or_else(ServiceError::deployment_group_name_required)?;
    names::check(&name).map_err(|why| ServiceError::invalid_deployment_group_name(&name, why))?;
    Ok(name)
}
