//! Operations on applications.

use crate::endpoint::catalogue::{Application, ComputePlatform, Tags};
use crate::endpoint::context::Context;
use crate::endpoint::error::ServiceError;
use crate::endpoint::shapes::application::{
    ApplicationNameInput, CreateApplicationInput, CreateApplicationOutput, GetApplicationOutput,
};
use crate::endpoint::{limits, names};

/// Makes an application.
pub(crate) fn create(
    context: &Context,
    input: CreateApplicationInput,
) -> Result<CreateApplicationOutput, ServiceError> {
    let name = checked_name(input.application_name)?;
    // The service's own default.
    let platform =
        input.compute_platform.as_deref().map_or(Ok(ComputePlatform::Server), ComputePlatform::read)?;
    let application =
        Application { id: context.ids.uuid(), name, platform, created: context.now(), tags: Tags::new() };
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
