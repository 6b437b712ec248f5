//! Operations on revisions.

mod list;
mod location;
mod text;

pub(crate) use self::list::list;
pub(crate) use self::location::{Given, read, without_content};
pub(crate) use self::text::text;

use super::application::checked_name;
use crate::endpoint::catalogue::{Application, Revision, Tables};
use crate::endpoint::context::Context;
use crate::endpoint::deployments::Targets;
use crate::endpoint::error::ServiceError;
use crate::endpoint::limits;
use crate::endpoint::shapes::Nothing;
use crate::endpoint::shapes::revision::{
    BatchGetApplicationRevisionsInput, BatchGetApplicationRevisionsOutput, GenericRevisionInfo,
    GetApplicationRevisionInput, GetApplicationRevisionOutput, RegisterApplicationRevisionInput,
    RevisionInfo,
};

/// Registers a revision. One that is registered already gets the new description.
pub(crate) fn register(
    context: &Context,
    input: RegisterApplicationRevisionInput,
) -> Result<Nothing, ServiceError> {
    let application = checked_name(input.application_name)?;
    context.catalogue.change(|tables| {
        let application = tables.application(&application)?.clone();
        let description = checked_description(input.description)?;
        let given = read(&application, input.revision)?;
        let mut revision = registered(context, tables, &application, given)?;
        revision.description = description.or(revision.description);
        tables.revisions.put(Revision::key(&application, &revision.location), revision);
        Ok(Nothing {})
    })
}

/// Describes a revision, with its text.
pub(crate) fn get(
    context: &Context,
    input: GetApplicationRevisionInput,
) -> Result<GetApplicationRevisionOutput, ServiceError> {
    let application_name = checked_name(input.application_name)?;
    let targets = Targets::of(context, &application_name);
    context.catalogue.read(|tables| {
        let application = tables.application(&application_name)?;
        let given = read(application, input.revision)?;
        let revision = find(tables, application, &given)?;
        Ok(GetApplicationRevisionOutput {
            application_name,
            revision: location::with_content(revision),
            revision_info: describe(tables, application, revision, &targets),
        })
    })
}

/// Describes several revisions, with their texts, and says which are not registered.
pub(crate) fn batch_get(
    context: &Context,
    input: BatchGetApplicationRevisionsInput,
) -> Result<BatchGetApplicationRevisionsOutput, ServiceError> {
    let application_name = checked_name(input.application_name)?;
    let targets = Targets::of(context, &application_name);
    context.catalogue.read(|tables| {
        let application = tables.application(&application_name)?;
        let given =
            input.revisions.filter(|given| !given.is_empty()).ok_or_else(ServiceError::revision_required)?;
        limits::check_batch(given.len(), limits::BATCH_REVISIONS)?;
        let (mut revisions, mut missing) = (Vec::new(), Vec::new());
        for given in given {
            let given = read(application, Some(given))?;
            match find(tables, application, &given) {
                Ok(revision) => revisions.push(RevisionInfo {
                    revision_location: location::with_content(revision),
                    generic_revision_info: describe(tables, application, revision, &targets),
                }),
                Err(_) => missing.push(given.location.to_string()),
            }
        }
        let error_message =
            (!missing.is_empty()).then(|| format!("No revision found: {}", missing.join(", ")));
        Ok(BatchGetApplicationRevisionsOutput { application_name, revisions, error_message })
    })
}

/// The revision as it is registered, or as it would be.
///
/// # Errors
///
/// `RevisionDoesNotExistException` for a digest without a text that nobody registered.
pub(crate) fn registered(
    context: &Context,
    tables: &Tables,
    application: &Application,
    given: Given,
) -> Result<Revision, ServiceError> {
    if let Ok(revision) = find(tables, application, &given) {
        return Ok(revision.clone());
    }
    if given.needs_content() {
        return Err(ServiceError::revision_does_not_exist(&given.location));
    }
    Ok(Revision {
        application_id: application.id.clone(),
        location: given.location,
        content: given.content,
        description: None,
        registered: context.now(),
        first_used: None,
        last_used: None,
    })
}

/// A description, if it is not too long.
///
/// # Errors
///
/// `DescriptionTooLongException`.
pub(crate) fn checked_description(description: Option<String>) -> Result<Option<String>, ServiceError> {
    let too_long = |text: &String| text.chars().count() > limits::DESCRIPTION_CHARACTERS;
    if description.as_ref().is_some_and(too_long) {
        return Err(ServiceError::description_too_long(limits::DESCRIPTION_CHARACTERS));
    }
    Ok(description)
}

fn find<'a>(
    tables: &'a Tables,
    application: &Application,
    given: &Given,
) -> Result<&'a Revision, ServiceError> {
    let found = tables.revisions.get(&Revision::key(application, &given.location));
    found.ok_or_else(|| ServiceError::revision_does_not_exist(&given.location))
}

fn describe(
    tables: &Tables,
    application: &Application,
    revision: &Revision,
    targets: &Targets,
) -> GenericRevisionInfo {
    let is_target = |group: &&crate::endpoint::catalogue::DeploymentGroup| {
        targets.of_group(&group.id) == Some(&revision.location)
    };
    GenericRevisionInfo {
        description: revision.description.clone(),
        deployment_groups: tables
            .groups_of(application)
            .filter(is_target)
            .map(|group| group.name.clone())
            .collect(),
        first_used_time: revision.first_used.map(Into::into),
        last_used_time: revision.last_used.map(Into::into),
        register_time: revision.registered.into(),
    }
}
