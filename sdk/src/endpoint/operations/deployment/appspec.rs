//! The AppSpec of a deployment.

use greenlight_core::appspec::Resource;
use greenlight_core::{AppSpec, ComputePlatform, Finding};

use crate::endpoint::error::ServiceError;

/// The AppSpec, if it can be deployed on the platform.
///
/// # Errors
///
/// `InvalidRevisionException`, with the first thing that is wrong.
pub(super) fn read(text: &str, platform: ComputePlatform) -> Result<AppSpec, ServiceError> {
    let reading = AppSpec::read(text);
    let Some(spec) = reading.spec else {
        let first = reading.findings.iter().find(|finding| finding.is_error());
        let why = first.map_or_else(|| "it cannot be read".to_owned(), sentence);
        return Err(ServiceError::invalid_revision(format!("The AppSpec cannot be deployed: {why}.")));
    };
    let of = match &spec.resource {
        Resource::EcsService(service) => {
            if service.task_definition.is_placeholder() {
                return Err(ServiceError::invalid_revision(format!(
                    "The AppSpec cannot be deployed: {} is still to be replaced by the ARN of a task definition.",
                    service.task_definition
                )));
            }
            ComputePlatform::Ecs
        }
        Resource::LambdaFunction(_) => ComputePlatform::Lambda,
        other => {
            return Err(ServiceError::invalid_revision(format!(
                "The AppSpec cannot be deployed: this endpoint deploys no {}.",
                other.type_name()
            )));
        }
    };
    if of == platform {
        return Ok(spec);
    }
    Err(ServiceError::invalid_revision(format!(
        "The AppSpec cannot be deployed: it has a resource of the type {}, and the application is of the compute \
         platform {platform}.",
        spec.resource.type_name()
    )))
}

fn sentence(finding: &Finding) -> String {
    match finding.text_place() {
        Some(place) => format!("line {}, column {}: {}", place.line, place.column, finding.message),
        None => finding.message.clone(),
    }
}
