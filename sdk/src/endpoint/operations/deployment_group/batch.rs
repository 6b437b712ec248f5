//! Several groups at once.

use super::{checked_name, describe};
use crate::endpoint::context::Context;
use crate::endpoint::error::ServiceError;
use crate::endpoint::limits;
use crate::endpoint::operation::Operation;
use crate::endpoint::operations::application::checked_name as application_name;
use crate::endpoint::pagination::List;
use crate::endpoint::shapes::deployment_group::{
    BatchGetDeploymentGroupsInput, BatchGetDeploymentGroupsOutput, ListDeploymentGroupsInput,
    ListDeploymentGroupsOutput,
};

/// Lists the groups of an application, by name.
pub(crate) fn list(
    context: &Context,
    input: ListDeploymentGroupsInput,
) -> Result<ListDeploymentGroupsOutput, ServiceError> {
    let application_name = application_name(input.application_name)?;
    context.catalogue.read(|tables| {
        let application = tables.application(&application_name)?;
        let list = List { operation: Operation::ListDeploymentGroups, choice: &[&application.id] };
        let after = context.pages.after(list, input.next_token.as_deref())?;
        let names = tables.groups_of(application).map(|group| group.name.clone());
        let rest = names.filter(|name| after.as_ref().is_none_or(|after| name > after));
        let page = context.pages.cut(list, rest, Clone::clone);
        Ok(ListDeploymentGroupsOutput {
            application_name,
            deployment_groups: page.items,
            next_token: page.next_token,
        })
    })
}

/// Describes several groups of an application, and says which of the names are not there.
pub(crate) fn batch_get(
    context: &Context,
    input: BatchGetDeploymentGroupsInput,
) -> Result<BatchGetDeploymentGroupsOutput, ServiceError> {
    let application = application_name(input.application_name)?;
    context.catalogue.read(|tables| {
        let application = tables.application(&application)?;
        let names = input.deployment_group_names.filter(|names| !names.is_empty());
        let names = names.ok_or_else(ServiceError::deployment_group_name_required)?;
        limits::check_batch(names.len(), limits::BATCH)?;
        let (mut found, mut missing) = (Vec::new(), Vec::new());
        for name in names {
            let name = checked_name(Some(name))?;
            match tables.deployment_group(&application.name, &name) {
                Ok(group) => found.push(describe::describe(context, application, group)),
                Err(_) => missing.push(name),
            }
        }
        let error_message = (!missing.is_empty()).then(|| {
            format!("No deployment group found for application {}: {}", application.name, missing.join(", "))
        });
        Ok(BatchGetDeploymentGroupsOutput { deployment_groups_info: found, error_message })
    })
}
