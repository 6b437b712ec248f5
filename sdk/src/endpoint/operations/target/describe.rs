//! A target as it is answered.

use greenlight_core::{
    LifecycleEvent as Event, LifecycleEventName, LifecycleEventStatus, TaskSetInfo, TaskSetLabel,
    TaskSetStatus,
};

use super::id_of;
use crate::endpoint::context::Context;
use crate::endpoint::deployments::{Deployed, Found, TaskSetName};
use crate::endpoint::shapes::load_balancer::TargetGroupInfo;
use crate::endpoint::shapes::target::{
    DeploymentTarget, Diagnostics, EcsTarget, EcsTaskSet, LambdaFunctionInfo, LambdaTarget, LifecycleEvent,
    TargetHead,
};

/// Tasks of a task set: this endpoint starts one process for each.
const TASKS: u32 = 1;

/// Everything there is to say of a deployment's one target.
pub(super) fn describe(context: &Context, found: &Found) -> DeploymentTarget {
    let head = head(context, found);
    match &found.details.deployed {
        Deployed::Ecs { blue, green, .. } => DeploymentTarget {
            deployment_target_type: "ECSTarget",
            ecs_target: Some(EcsTarget { head, task_sets_info: task_sets(found, blue, green) }),
            lambda_target: None,
        },
        Deployed::Lambda { function, alias, current, target } => DeploymentTarget {
            deployment_target_type: "LambdaTarget",
            ecs_target: None,
            lambda_target: Some(LambdaTarget {
                head,
                lambda_function_info: LambdaFunctionInfo {
                    function_name: function.clone(),
                    function_alias: alias.clone(),
                    current_version: current.clone(),
                    target_version: target.clone(),
                    target_version_weight: f64::from(found.seen.lifecycle.green_weight().get()),
                },
            }),
        },
    }
}

fn head(context: &Context, found: &Found) -> TargetHead {
    let now = &found.seen.deployment;
    let place = &context.place;
    let arn = |service: &str, resource: String| {
        format!("arn:{}:{service}:{}:{}:{resource}", place.partition(), place.region, place.account)
    };
    let target_arn = match &found.details.deployed {
        Deployed::Ecs { target, .. } if target.service.name.starts_with("arn:") => {
            target.service.name.clone()
        }
        Deployed::Ecs { target, .. } => {
            let (cluster, service) = target.service.names();
            arn("ecs", format!("service/{cluster}/{service}"))
        }
        Deployed::Lambda { function, alias, .. } => arn("lambda", format!("function:{function}:{alias}")),
    };
    TargetHead {
        deployment_id: now.id.to_string(),
        target_id: id_of(found),
        target_arn,
        status: found.seen.lifecycle.target_status().as_str(),
        last_updated_at: found.seen.updated.into(),
        lifecycle_events: now.lifecycle_events.iter().map(|event| lifecycle_event(found, event)).collect(),
    }
}

fn lifecycle_event(found: &Found, event: &Event) -> LifecycleEvent {
    LifecycleEvent {
        lifecycle_event_name: event.name.as_str(),
        diagnostics: found
            .seen
            .lifecycle
            .diagnostics(event.name)
            .map(|known| Diagnostics { error_code: known.code.as_str(), message: known.message }),
        start_time: event.started.map(Into::into),
        end_time: event.ended.map(Into::into),
        status: event.status.as_str(),
    }
}

fn task_sets(found: &Found, blue: &TaskSetName, green: &TaskSetName) -> Vec<EcsTaskSet> {
    let now = &found.seen.deployment;
    let installing = now.lifecycle_events.iter().any(|event| {
        event.name == LifecycleEventName::Install && event.status == LifecycleEventStatus::InProgress
    });
    let task_set = |set: &TaskSetInfo| {
        let (name, label) = match set.label {
            TaskSetLabel::Blue => (blue, "Blue"),
            TaskSetLabel::Green => (green, "Green"),
        };
        let pending = installing && set.label == TaskSetLabel::Green;
        let tasks = if set.status == TaskSetStatus::Draining { 0 } else { TASKS };
        EcsTaskSet {
            identifier: name.identifier.clone(),
            desired_count: tasks,
            pending_count: if pending { tasks } else { 0 },
            running_count: if pending { 0 } else { tasks },
            status: set.status.as_str(),
            traffic_weight: f64::from(set.traffic_weight.get()),
            target_group: Some(TargetGroupInfo { name: Some(name.target_group.clone()) }),
            task_set_label: label,
        }
    };
    now.task_sets.iter().map(task_set).collect()
}
