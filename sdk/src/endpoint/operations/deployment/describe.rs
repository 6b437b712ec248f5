//! A deployment as it is answered.

use greenlight_core::TargetStatus;

use crate::endpoint::context::Context;
use crate::endpoint::deployments::{Deployed, Found};
use crate::endpoint::operations::deployment_group::{
    style, write_alarms, write_auto_rollback, write_blue_green, write_load_balancer,
};
use crate::endpoint::operations::revision::without_content;
use crate::endpoint::shapes::deployment::{
    DeploymentInfo, DeploymentOverview, ErrorInformation, RollbackInfo,
};

/// Everything there is to say of a deployment. The text of its AppSpec is not: it is asked for by its digest.
pub(super) fn describe(context: &Context, found: &Found) -> DeploymentInfo {
    let (now, details) = (&found.seen.deployment, &found.details);
    // By their names of today: the engine has those of the day of the deployment.
    let (application, group) = context.catalogue.read(|tables| {
        let names = tables.names_of_group(found.seen.group.as_str());
        let (application, group) = names.unwrap_or((&now.application, &now.deployment_group));
        (application.to_owned(), group.to_owned())
    });
    let ecs = match &details.deployed {
        Deployed::Ecs { target, .. } => Some(target),
        Deployed::Lambda { .. } => None,
    };
    DeploymentInfo {
        application_name: application,
        deployment_group_name: group,
        deployment_config_name: now.deployment_config.clone(),
        deployment_id: now.id.to_string(),
        previous_revision: found.previous_revision().map(without_content),
        revision: without_content(found.revision()),
        status: now.status.as_str(),
        error_information: now
            .error
            .as_ref()
            .map(|error| ErrorInformation { code: error.code.as_str(), message: error.message.clone() }),
        create_time: now.created.into(),
        start_time: now.started.map(Into::into),
        complete_time: now.completed.map(Into::into),
        deployment_overview: overview(found),
        description: details.description.clone().filter(|_| !found.is_rollback()),
        creator: now.creator.as_str(),
        ignore_application_stop_failures: false,
        auto_rollback_configuration: details.auto_rollback.as_ref().map(write_auto_rollback),
        update_outdated_instances_only: false,
        rollback_info: now.rollback.as_ref().map(|rollback| RollbackInfo {
            rollback_deployment_id: rollback.rollback_deployment.as_ref().map(ToString::to_string),
            rollback_triggering_deployment_id: rollback
                .triggering_deployment
                .as_ref()
                .map(ToString::to_string),
            rollback_message: rollback.message.clone(),
        }),
        deployment_style: style(),
        instance_termination_wait_time_started: now.termination_wait_started,
        blue_green_deployment_configuration: ecs.map(|ecs| write_blue_green(ecs.ready, ecs.termination)),
        load_balancer_info: ecs.map(|ecs| write_load_balancer(&ecs.load_balancer)),
        file_exists_behavior: details.file_exists_behavior.clone(),
        deployment_status_messages: Vec::new(),
        compute_platform: details.deployed.platform().as_str(),
        override_alarm_configuration: details.override_alarms.as_ref().map(write_alarms),
    }
}

/// How its one target ended. Before the end the service says nothing of it.
fn overview(found: &Found) -> Option<DeploymentOverview> {
    if !found.seen.deployment.status.is_terminal() {
        return None;
    }
    let none = DeploymentOverview::default();
    Some(match found.seen.lifecycle.target_status() {
        TargetStatus::Succeeded => DeploymentOverview { succeeded: 1, ..none },
        TargetStatus::Failed => DeploymentOverview { failed: 1, ..none },
        TargetStatus::Skipped => DeploymentOverview { skipped: 1, ..none },
        _ => none,
    })
}
