//! Lists of deployments.

use greenlight_core::{DeploymentStatus, Timestamp};

use crate::endpoint::context::Context;
use crate::endpoint::error::ServiceError;
use crate::endpoint::operation::Operation;
use crate::endpoint::operations::application::checked_name as application_name;
use crate::endpoint::operations::deployment_group::checked_name as group_name;
use crate::endpoint::pagination::List;
use crate::endpoint::shapes::deployment::{ListDeploymentsInput, ListDeploymentsOutput, TimeRange};
use crate::local::engine::{Created, GroupKey, Summary};

/// Lists deployments, of a group or all of them, the newest first.
pub(crate) fn list(
    context: &Context,
    input: ListDeploymentsInput,
) -> Result<ListDeploymentsOutput, ServiceError> {
    let group = group(context, input.application_name, input.deployment_group_name)?;
    let range = input.create_time_range;
    if matches!(range, TimeRange { start: Some(start), end: Some(end) } if end < start) {
        return Err(ServiceError::invalid_time_range());
    }
    let statuses = statuses(&input.include_only_statuses)?;
    let external_id = input.external_id;
    if let Some(id) = external_id.as_ref().filter(|id| id.is_empty() || id.contains(char::is_whitespace)) {
        return Err(ServiceError::invalid_external_id(id));
    }

    let of_group = group.as_ref().map_or_else(String::new, ToString::to_string);
    let only = input.include_only_statuses.join(",");
    let bounds = format!("{range:?}");
    let external = external_id.clone().unwrap_or_default();
    let choice = [of_group.as_str(), &only, &bounds, &external];
    let list = List { operation: Operation::ListDeployments, choice: &choice };
    let after = context.pages.after(list, input.next_token.as_deref())?;
    let after = after.as_deref().map(created).transpose()?;

    let wanted = |summary: &Summary| {
        // CloudFormation alone gives external ids, and none of these deployments is one of it.
        external_id.is_none()
            && (statuses.is_empty() || statuses.contains(&summary.status))
            && range.start.is_none_or(|start| summary.created >= start.0)
            && range.end.is_none_or(|end| summary.created <= end.0)
    };
    let page = context.engine.list(group.as_ref(), after.as_ref(), |newest_first| {
        context.pages.cut(list, newest_first.filter(wanted), position)
    });
    let deployments = page.items.into_iter().map(|summary| summary.id.to_string()).collect();
    Ok(ListDeploymentsOutput { deployments, next_token: page.next_token })
}

/// In the order of times, with the id to tell those of one time apart.
fn position(summary: &Summary) -> String {
    format!("{:020} {}", summary.created.as_millis(), summary.id)
}

/// What was created at a [`position`].
fn created(position: &str) -> Result<Created, ServiceError> {
    let parts = position.split_once(' ');
    let read =
        parts.and_then(|(time, id)| Some((Timestamp::from_millis(time.parse().ok()?), id.parse().ok()?)));
    read.ok_or_else(ServiceError::invalid_next_token)
}

/// The group, where both names are given.
fn group(
    context: &Context,
    application: Option<String>,
    group: Option<String>,
) -> Result<Option<GroupKey>, ServiceError> {
    let given = |name: &Option<String>| name.as_ref().is_some_and(|name| !name.is_empty());
    if !given(&application) && !given(&group) {
        return Ok(None);
    }
    let application = application_name(application)?;
    context.catalogue.read(|tables| {
        tables.application(&application)?;
        let group = tables.deployment_group(&application, &group_name(group)?)?;
        Ok(Some(GroupKey::new(group.id.as_str())))
    })
}

fn statuses(given: &[String]) -> Result<Vec<DeploymentStatus>, ServiceError> {
    let read = |status: &String| status.parse().map_err(|_| ServiceError::invalid_deployment_status(status));
    given.iter().map(read).collect()
}
