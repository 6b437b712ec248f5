//! Operations on the tags of applications and deployment groups.

use crate::endpoint::arn::{InvalidArn, Resource};
use crate::endpoint::catalogue::{DeploymentGroup, Tables, Tags};
use crate::endpoint::context::Context;
use crate::endpoint::error::ServiceError;
use crate::endpoint::operation::Operation;
use crate::endpoint::pagination::List;
use crate::endpoint::shapes::Nothing;
use crate::endpoint::shapes::tag::{
    ListTagsForResourceInput, ListTagsForResourceOutput, Tag, TagResourceInput, UntagResourceInput,
};
use crate::endpoint::tags;

/// Adds tags to a resource.
pub(crate) fn tag(context: &Context, input: TagResourceInput) -> Result<Nothing, ServiceError> {
    let (_, resource) = tagged(context, input.resource_arn)?;
    if input.tags.is_empty() {
        return Err(ServiceError::tag_required());
    }
    let new = tags::checked(input.tags)?;
    change(context, &resource, |tags| tags::add(tags, new))
}

/// Removes tags of a resource. Those that it does not have are passed over.
pub(crate) fn untag(context: &Context, input: UntagResourceInput) -> Result<Nothing, ServiceError> {
    let (_, resource) = tagged(context, input.resource_arn)?;
    if input.tag_keys.is_empty() {
        return Err(ServiceError::tag_required());
    }
    change(context, &resource, |tags| {
        tags.retain(|key, _| !input.tag_keys.contains(key));
        Ok(())
    })
}

/// The tags of a resource, by key.
pub(crate) fn list(
    context: &Context,
    input: ListTagsForResourceInput,
) -> Result<ListTagsForResourceOutput, ServiceError> {
    let (arn, resource) = tagged(context, input.resource_arn)?;
    let choice = [arn.as_str()];
    let list = List { operation: Operation::ListTagsForResource, choice: &choice };
    let after = context.pages.after(list, input.next_token.as_deref())?;
    let tags = context.catalogue.read(|tables| tags_of(tables, &resource).cloned())?;
    let rest = tags.into_iter().filter(|(key, _)| after.as_ref().is_none_or(|after| key > after));
    let page = context.pages.cut(list, rest, |(key, _)| key.clone());
    let tags = page.items.into_iter().map(|(key, value)| Tag { key: Some(key), value: Some(value) });
    Ok(ListTagsForResourceOutput { tags: tags.collect(), next_token: page.next_token })
}

/// What an ARN names that can have tags.
fn tagged(context: &Context, arn: Option<String>) -> Result<(String, Resource), ServiceError> {
    let arn = arn.filter(|arn| !arn.is_empty()).ok_or_else(ServiceError::resource_arn_required)?;
    match context.place.read(&arn) {
        Ok(Resource::DeploymentConfig(_)) | Err(InvalidArn::Service | InvalidArn::Kind) => {
            Err(ServiceError::arn_not_supported(&arn))
        }
        Ok(resource) => Ok((arn, resource)),
        Err(why @ (InvalidArn::Form | InvalidArn::Elsewhere)) => Err(ServiceError::invalid_arn(&arn, why)),
    }
}

fn change(
    context: &Context,
    resource: &Resource,
    change: impl FnOnce(&mut Tags) -> Result<(), ServiceError>,
) -> Result<Nothing, ServiceError> {
    context.catalogue.change(|tables| {
        let mut tags = tags_of(tables, resource)?.clone();
        change(&mut tags)?;
        match resource {
            Resource::DeploymentGroup { application, group } => {
                let group = DeploymentGroup { tags, ..tables.deployment_group(application, group)?.clone() };
                let key = DeploymentGroup::key(tables.application(application)?, &group.name);
                tables.deployment_groups.put(key, group);
            }
            Resource::Application(name) | Resource::DeploymentConfig(name) => {
                let mut application = tables.application(name)?.clone();
                application.tags = tags;
                tables.applications.put(name.clone(), application);
            }
        }
        Ok(Nothing {})
    })
}

fn tags_of<'a>(tables: &'a Tables, resource: &Resource) -> Result<&'a Tags, ServiceError> {
    match resource {
        Resource::DeploymentGroup { application, group } => {
            tables.deployment_group(application, group).map(|group| &group.tags)
        }
        Resource::Application(name) | Resource::DeploymentConfig(name) => {
            tables.application(name).map(|application| &application.tags)
        }
    }
}
