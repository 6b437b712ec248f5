//! The ECS service of a group.

use greenlight_core::ComputePlatform;

use crate::endpoint::catalogue::Tables;
use crate::endpoint::catalogue::deployment_group::{DeploymentGroup, EcsTarget, Service};
use crate::endpoint::error::ServiceError;
use crate::endpoint::shapes::deployment_group::EcsService;

/// The service: as given, or as it was. Lambda has none.
///
/// # Errors
///
/// `InvalidECSServiceException`.
pub(super) fn read(
    platform: ComputePlatform,
    given: Option<Vec<EcsService>>,
    was: Option<&EcsTarget>,
) -> Result<Option<Service>, ServiceError> {
    let invalid = |why: &str| Err(ServiceError::invalid_ecs_service(why));
    if platform == ComputePlatform::Lambda {
        return match given {
            Some(given) if !given.is_empty() => {
                invalid("An ECS service cannot be set for the Lambda compute platform.")
            }
            _ => Ok(None),
        };
    }
    let given = match (given, was) {
        (None, Some(was)) => return Ok(Some(was.service.clone())),
        (given, _) => given.unwrap_or_default(),
    };
    let mut services = given.into_iter();
    match (services.next(), services.next()) {
        (Some(EcsService { service_name: Some(name), cluster_name: Some(cluster) }), None)
            if !name.is_empty() && !cluster.is_empty() =>
        {
            Ok(Some(Service { cluster, name }))
        }
        (Some(_), None) => invalid("An ECS service must have a service name and a cluster name."),
        (None, _) => invalid("An ECS service must be specified for the ECS compute platform."),
        (Some(_), Some(_)) => invalid("A deployment group can have one ECS service alone."),
    }
}

/// Whether no other group has the service.
///
/// # Errors
///
/// `ECSServiceMappingLimitExceededException`.
pub(super) fn check_unused(
    tables: &Tables,
    service: &Service,
    current: Option<&DeploymentGroup>,
) -> Result<(), ServiceError> {
    let same = |other: &DeploymentGroup| {
        current.is_none_or(|current| current.id != other.id)
            && other.ecs().is_some_and(|ecs| ecs.service.names() == service.names())
    };
    match tables.deployment_groups.iter().find(|(_, other)| same(other)) {
        None => Ok(()),
        Some((_, other)) => {
            let (cluster, name) = service.names();
            Err(ServiceError::ecs_service_mapping_limit_exceeded(cluster, name, &other.name))
        }
    }
}
