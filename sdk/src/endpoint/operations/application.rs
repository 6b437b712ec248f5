//! Operations on applications.

use greenlight_core::ComputePlatform;

use crate::endpoint::catalogue::Application;
use crate::endpoint::context::Context;
use crate::endpoint::error::ServiceError;
use crate::endpoint::operation::Operation;
use crate::endpoint::pagination::List;
use crate::endpoint::shapes::Nothing;
use crate::endpoint::shapes::application::{
    ApplicationInfo, ApplicationNameInput, BatchGetApplicationsInput, BatchGetApplicationsOutput,
    CreateApplicationInput, CreateApplicationOutput, GetApplicationOutput, ListApplicationsInput,
    ListApplicationsOutput, UpdateApplicationInput,
};
use crate::endpoint::{limits, names, tags};

/// Makes an application.
pub(crate) fn create(
    context: &Context,
    input: CreateApplicationInput,
) -> Result<CreateApplicationOutput, ServiceError> {
    let name = checked_name(input.application_name)?;
    let platform = checked_platform(input.compute_platform)?;
    let tags = tags::checked(input.tags)?;
    let application = Application { id: context.ids.uuid(), name, platform, created: context.now(), tags };
    context.catalogue.change(|tables| {
        if tables.applications.contains(&application.name) {
            return Err(ServiceError::application_already_exists(&application.name));
        }
        if tables.applications.len() >= limits::APPLICATIONS {
            return Err(ServiceError::application_limit_exceeded(limits::APPLICATIONS));
        }
        let application_id = application.id.clone();
        tables.applications.put(application.name.clone(), application);
        Ok(CreateApplicationOutput { application_id })
    })
}

/// Describes an application.
pub(crate) fn get(
    context: &Context,
    input: ApplicationNameInput,
) -> Result<GetApplicationOutput, ServiceError> {
    let name = checked_name(input.application_name)?;
    context
        .catalogue
        .read(|tables| Ok(GetApplicationOutput { application: tables.application(&name)?.into() }))
}

/// Gives an application another name.
pub(crate) fn update(context: &Context, input: UpdateApplicationInput) -> Result<Nothing, ServiceError> {
    let name = checked_name(input.application_name)?;
    let new_name = input.new_application_name.map(|name| checked_name(Some(name))).transpose()?;
    context.catalogue.change(|tables| {
        // Without a new name there is nothing to change; but the application must be there.
        tables.rename_application(&name, new_name.as_deref().unwrap_or(&name))?;
        Ok(Nothing {})
    })
}

/// Removes an application and everything that belongs to it. The model has no error for one that is not there.
pub(crate) fn delete(context: &Context, input: ApplicationNameInput) -> Result<Nothing, ServiceError> {
    let name = checked_name(input.application_name)?;
    context.catalogue.change(|tables| {
        tables.remove_application(&name);
        Ok(Nothing {})
    })
}

/// The names of all applications, in alphabetical order.
pub(crate) fn list(
    context: &Context,
    input: ListApplicationsInput,
) -> Result<ListApplicationsOutput, ServiceError> {
    let list = List { operation: Operation::ListApplications, choice: &[] };
    let after = context.pages.after(list, input.next_token.as_deref())?;
    let page = context.catalogue.read(|tables| {
        let names = tables.applications.after(after.as_deref()).map(|(name, _)| name.to_owned());
        context.pages.cut(list, names, String::clone)
    });
    Ok(ListApplicationsOutput { applications: page.items, next_token: page.next_token })
}

/// Describes many applications, in the order in which they are named.
pub(crate) fn batch_get(
    context: &Context,
    input: BatchGetApplicationsInput,
) -> Result<BatchGetApplicationsOutput, ServiceError> {
    limits::check_batch(input.application_names.len(), limits::BATCH)?;
    if input.application_names.is_empty() {
        return Err(ServiceError::application_name_required());
    }
    let names: Vec<String> =
        input.application_names.into_iter().map(|name| checked_name(Some(name))).collect::<Result<_, _>>()?;
    context.catalogue.read(|tables| {
        let described = names.iter().map(|name| tables.application(name).map(ApplicationInfo::from));
        Ok(BatchGetApplicationsOutput { applications_info: described.collect::<Result<_, _>>()? })
    })
}

/// A compute platform. Without one it is the service's own default, `Server`.
///
/// # Errors
///
/// `InvalidComputePlatformException`.
pub(crate) fn checked_platform(given: Option<String>) -> Result<ComputePlatform, ServiceError> {
    let Some(given) = given else { return Ok(ComputePlatform::Server) };
    given.parse().map_err(|_| ServiceError::invalid_compute_platform(&given))
}

/// The name of an application, if it can be one.
///
/// # Errors
///
/// `ApplicationNameRequiredException`, `InvalidApplicationNameException`.
pub(crate) fn checked_name(name: Option<String>) -> Result<String, ServiceError> {
    let name = name.filter(|name| !name.is_empty()).ok_or_else(ServiceError::application_name_required)?;
    names::check(&name).map_err(|why| ServiceError::invalid_application_name(&name, why))?;
    Ok(name)
}
