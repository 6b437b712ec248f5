//! A group as it is answered.

use super::{alarms, auto_rollback, blue_green, load_balancer};
use crate::endpoint::catalogue::deployment_group::EcsTarget;
use crate::endpoint::catalogue::{Application, DeploymentGroup};
use crate::endpoint::context::Context;
use crate::endpoint::deployments::{Found, History};
use crate::endpoint::operations::revision::without_content;
use crate::endpoint::shapes::deployment_group::{DeploymentGroupInfo, EcsService, LastDeploymentInfo};
use crate::local::engine::Summary;

/// Everything there is to say of a group.
pub(super) fn describe(
    context: &Context,
    application: &Application,
    group: &DeploymentGroup,
) -> DeploymentGroupInfo {
    let history = History::of(context, &group.id);
    let target =
        history.last_successful.as_ref().and_then(|last| Found::by_id(context, &last.id).ok().flatten());
    let ecs = group.ecs();
    let service = |ecs: &EcsTarget| EcsService {
        service_name: Some(ecs.service.name.clone()),
        cluster_name: Some(ecs.service.cluster.clone()),
    };
    DeploymentGroupInfo {
        application_name: application.name.clone(),
        deployment_group_id: group.id.clone(),
        deployment_group_name: group.name.clone(),
        deployment_config_name: group.deployment_config_name.clone(),
        service_role_arn: group.service_role_arn.clone(),
        target_revision: target.as_ref().map(|found| without_content(found.revision())),
        trigger_configurations: group.triggers.clone(),
        alarm_configuration: group.alarms.as_ref().map(alarms::write),
        auto_rollback_configuration: group.auto_rollback.as_ref().map(auto_rollback::write),
        deployment_style: blue_green::style(),
        outdated_instances_strategy: group.outdated_instances_strategy.clone(),
        blue_green_deployment_configuration: ecs.map(|ecs| blue_green::write(ecs.ready, ecs.termination)),
        load_balancer_info: ecs.map(|ecs| load_balancer::write(&ecs.load_balancer)),
        ecs_services: ecs.map(service).into_iter().collect(),
        last_successful_deployment: history.last_successful.as_ref().map(last),
        last_attempted_deployment: history.last_attempted.as_ref().map(last),
        compute_platform: group.platform().to_string(),
        termination_hook_enabled: group.termination_hook_enabled,
    }
}

fn last(summary: &Summary) -> LastDeploymentInfo {
    LastDeploymentInfo {
        deployment_id: summary.id.to_string(),
        status: summary.status.to_string(),
        end_time: summary.completed.map(Into::into),
        create_time: summary.created.into(),
    }
}
