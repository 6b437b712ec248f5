//! Operations on deployment targets. A deployment has one: the ECS service, or the Lambda function.

mod describe;

use greenlight_core::TargetStatus;

use crate::endpoint::context::Context;
use crate::endpoint::deployments::{Deployed, Found};
use crate::endpoint::error::ServiceError;
use crate::endpoint::limits;
use crate::endpoint::operation::Operation;
use crate::endpoint::pagination::List;
use crate::endpoint::shapes::target::{
    BatchGetDeploymentTargetsInput, BatchGetDeploymentTargetsOutput, GetDeploymentTargetInput,
    GetDeploymentTargetOutput, ListDeploymentTargetsInput, ListDeploymentTargetsOutput,
};

/// Lists the targets of a deployment.
pub(crate) fn list(
    context: &Context,
    input: ListDeploymentTargetsInput,
) -> Result<ListDeploymentTargetsOutput, ServiceError> {
    let found = started(context, input.deployment_id)?;
    let mut wanted = true;
    for (name, values) in &input.target_filters {
        match name.as_str() {
            "TargetStatus" => {
                let read = |value: &String| {
                    value.parse::<TargetStatus>().map_err(|_| ServiceError::invalid_instance_status(value))
                };
                let statuses: Vec<TargetStatus> = values.iter().map(read).collect::<Result<_, _>>()?;
                wanted &= statuses.is_empty() || statuses.contains(&found.seen.lifecycle.target_status());
            }
            // It chooses among instances; the one target here has both sides.
            "ServerInstanceLabel" => {
                let known =
                    |value: &&String| ["BLUE", "GREEN"].contains(&value.to_ascii_uppercase().as_str());
                if let Some(other) = values.iter().find(|value| !known(value)) {
                    return Err(ServiceError::invalid_instance_type(other));
                }
            }
            other => return Err(ServiceError::invalid_target_filter_name(other)),
        }
    }
    let id = found.seen.deployment.id.as_str();
    let filters = format!("{:?}", input.target_filters);
    let choice = [id, filters.as_str()];
    let list = List { operation: Operation::ListDeploymentTargets, choice: &choice };
    let after = context.pages.after(list, input.next_token.as_deref())?;
    let targets = Some(id_of(&found)).filter(|id| wanted && after.as_ref().is_none_or(|after| id > after));
    let page = context.pages.cut(list, targets, Clone::clone);
    Ok(ListDeploymentTargetsOutput { target_ids: page.items, next_token: page.next_token })
}

/// Describes a target of a deployment.
pub(crate) fn get(
    context: &Context,
    input: GetDeploymentTargetInput,
) -> Result<GetDeploymentTargetOutput, ServiceError> {
    let found = started(context, input.deployment_id)?;
    check_id(&found, input.target_id)?;
    Ok(GetDeploymentTargetOutput { deployment_target: describe::describe(context, &found) })
}

/// Describes targets of a deployment: of ECS and Lambda exactly one.
pub(crate) fn batch_get(
    context: &Context,
    input: BatchGetDeploymentTargetsInput,
) -> Result<BatchGetDeploymentTargetsOutput, ServiceError> {
    let found = started(context, input.deployment_id)?;
    let ids = input.target_ids.unwrap_or_default();
    if ids.is_empty() {
        return Err(ServiceError::deployment_target_id_required());
    }
    if ids.len() > limits::BATCH_TARGETS {
        return Err(ServiceError::deployment_target_list_size_exceeded(limits::BATCH_TARGETS));
    }
    let mut deployment_targets = Vec::new();
    for id in ids {
        check_id(&found, Some(id))?;
        deployment_targets.push(describe::describe(context, &found));
    }
    Ok(BatchGetDeploymentTargetsOutput { deployment_targets })
}

/// A deployment that has begun: before it there are no targets.
///
/// # Errors
///
/// Those of [`Found::required`], and `DeploymentNotStartedException`.
fn started(context: &Context, id: Option<String>) -> Result<Found, ServiceError> {
    let found = Found::required(context, id)?;
    let now = &found.seen.deployment;
    if now.started.is_none() && !now.status.is_terminal() {
        return Err(ServiceError::deployment_not_started(format!(
            "The deployment {} has not started.",
            now.id
        )));
    }
    Ok(found)
}

/// The id of a deployment's one target: of an ECS service `cluster:service`, of a Lambda function its name.
fn id_of(found: &Found) -> String {
    match &found.details.deployed {
        Deployed::Lambda { function, .. } => function.clone(),
        deployed @ Deployed::Ecs { .. } => deployed.service().as_str().to_owned(),
    }
}

fn check_id(found: &Found, id: Option<String>) -> Result<(), ServiceError> {
    let id = id.filter(|id| !id.is_empty()).ok_or_else(ServiceError::deployment_target_id_required)?;
    let valid = match &found.details.deployed {
        Deployed::Ecs { .. } => {
            id.split_once(':').is_some_and(|(cluster, service)| !cluster.is_empty() && !service.is_empty())
        }
        Deployed::Lambda { .. } => !id.contains(char::is_whitespace),
    };
    if !valid {
        return Err(ServiceError::invalid_deployment_target_id(&id));
    }
    if id == id_of(found) {
        return Ok(());
    }
    Err(ServiceError::deployment_target_does_not_exist(&found.seen.deployment.id, &id))
}
