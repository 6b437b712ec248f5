//! What is set of a group: as it is given, or as it was.

use greenlight_core::ComputePlatform;
use greenlight_core::traffic::{ECS_ALL_AT_ONCE, LAMBDA_ALL_AT_ONCE};

use super::{alarms, auto_rollback, blue_green, config, load_balancer, service, triggers};
use crate::endpoint::catalogue::deployment_group::{DeploymentGroup, EcsTarget, Target};
use crate::endpoint::catalogue::{Application, Tables, Tags};
use crate::endpoint::error::ServiceError;
use crate::endpoint::operation::Operation;
use crate::endpoint::shapes::deployment_group::DeploymentGroupInput;

/// What a group is to be: each member as it is given, and where it is not, as it was in `current`. A new group has
/// still to get its name, id, tags and time.
pub(super) fn read(
    tables: &Tables,
    application: &Application,
    input: DeploymentGroupInput,
    current: Option<&DeploymentGroup>,
) -> Result<DeploymentGroup, ServiceError> {
    let platform = application.platform;
    if platform.lifecycle().is_none() {
        return Err(ServiceError::unsupported(
            Operation::CreateDeploymentGroup,
            "the application is of the compute platform Server, and this endpoint plays deployments of ECS services \
             and Lambda functions",
        ));
    }
    let deployment_config_name = match input.deployment_config_name.filter(|name| !name.is_empty()) {
        Some(name) => config::named(tables, name, platform)?.name,
        None => match current {
            Some(group) => group.deployment_config_name.clone(),
            None => default_config(platform).to_owned(),
        },
    };
    let service_role_arn = role(input.service_role_arn, current)?;
    let triggers = match input.trigger_configurations {
        Some(given) => triggers::read(given)?,
        None => current.map(|group| group.triggers.clone()).unwrap_or_default(),
    };
    let alarms = match input.alarm_configuration {
        Some(given) => Some(alarms::read(given)?),
        None => current.and_then(|group| group.alarms.clone()),
    };
    let auto_rollback = match input.auto_rollback_configuration {
        Some(given) => Some(auto_rollback::read(given)?),
        None => current.and_then(|group| group.auto_rollback.clone()),
    };
    let outdated_instances_strategy = match input.outdated_instances_strategy {
        Some(given) if !["UPDATE", "IGNORE"].contains(&given.as_str()) => {
            return Err(ServiceError::invalid_input(format!(
                "{given:?} is not a valid outdated instances strategy: use UPDATE or IGNORE."
            )));
        }
        Some(given) => Some(given),
        None => current.and_then(|group| group.outdated_instances_strategy.clone()),
    };
    let was = current.and_then(DeploymentGroup::ecs);
    let load_balancer = load_balancer::read(platform, input.load_balancer_info)?;
    if load_balancer.is_none() && was.is_none() && platform == ComputePlatform::Ecs {
        return Err(load_balancer::required());
    }
    blue_green::check_style(platform, input.deployment_style, current.is_some())?;
    let waits = blue_green::read(platform, input.blue_green_deployment_configuration, was)?;
    let service = service::read(platform, input.ecs_services, was)?;
    let target = match (load_balancer.or_else(|| was.map(|ecs| ecs.load_balancer.clone())), waits, service) {
        (Some(load_balancer), Some((ready, termination)), Some(service)) => {
            service::check_unused(tables, &service, current)?;
            Target::Ecs(Box::new(EcsTarget { service, load_balancer, ready, termination }))
        }
        _ => Target::Lambda,
    };
    Ok(DeploymentGroup {
        id: current.map(|group| group.id.clone()).unwrap_or_default(),
        name: current.map(|group| group.name.clone()).unwrap_or_default(),
        application_id: application.id.clone(),
        created: current.map_or(application.created, |group| group.created),
        tags: current.map_or_else(Tags::new, |group| group.tags.clone()),
        deployment_config_name,
        service_role_arn,
        triggers,
        alarms,
        auto_rollback,
        outdated_instances_strategy,
        termination_hook_enabled: input
            .termination_hook_enabled
            .or(current.map(|group| group.termination_hook_enabled))
            .unwrap_or_default(),
        target,
    })
}

/// The configuration of a group that names none.
const fn default_config(platform: ComputePlatform) -> &'static str {
    match platform {
        ComputePlatform::Lambda => LAMBDA_ALL_AT_ONCE,
        _ => ECS_ALL_AT_ONCE,
    }
}

fn role(given: Option<String>, current: Option<&DeploymentGroup>) -> Result<String, ServiceError> {
    let role = match (given, current) {
        (None, Some(group)) => return Ok(group.service_role_arn.clone()),
        (given, _) => given.filter(|role| !role.is_empty()).ok_or_else(ServiceError::role_required)?,
    };
    let mut parts = role.splitn(6, ':');
    let mut next = || parts.next().unwrap_or_default();
    let [scheme, partition, service, region, account, resource] = [(); 6].map(|()| next());
    let valid = scheme == "arn"
        && partition.starts_with("aws")
        && service == "iam"
        && region.is_empty()
        && account.len() == 12
        && account.bytes().all(|b| b.is_ascii_digit())
        && resource.strip_prefix("role/").is_some_and(|name| !name.is_empty());
    if valid { Ok(role) } else { Err(ServiceError::invalid_role(&role)) }
}
