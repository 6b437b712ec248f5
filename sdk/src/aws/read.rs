//! The service's shapes as values of `greenlight-core`. Names that this version does not know are no error.

use std::str::FromStr;
use std::time::Duration;

use aws_sdk_codedeploy::primitives::DateTime;
use aws_sdk_codedeploy::types as sdk;
use greenlight_core::lifecycle::Platform;
use greenlight_core::{
    AutoRollback, AutoRollbackEvent, ComputePlatform, Deployment, DeploymentCreator, DeploymentHead,
    DeploymentId, DeploymentStatus, ErrorCode, ErrorInformation, LifecycleEvent, LifecycleEventName,
    LifecycleEventStatus, Percent, RollbackInfo, TargetLabel, TaskSetInfo, TaskSetLabel, TaskSetStatus,
    Timestamp, TrafficRouting,
};

use super::api::Trouble;
use super::seen::{Facts, ReadySeen, Seen};

/// A deployment without its target.
pub(super) fn seen(info: &sdk::DeploymentInfo) -> Result<Seen, Trouble> {
    let id = info.deployment_id().and_then(|id| id.parse().ok());
    let id: DeploymentId = id.ok_or_else(|| Trouble::incomplete("deployment id"))?;
    let created = info.create_time().map(time).ok_or_else(|| Trouble::incomplete("creation time"))?;
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let head = DeploymentHead {
        application: text(info.application_name()),
        deployment_group: text(info.deployment_group_name()),
        deployment_config: text(info.deployment_config_name()),
        revision: text(info.revision().and_then(sha256)),
    };
    let creator = known(info.creator().map(|creator| creator.as_str())).unwrap_or(DeploymentCreator::User);
    let mut deployment = Deployment::accepted(id, head, creator, created);
    // A status that is not known yet is none that ends a deployment.
    deployment.status =
        known(info.status().map(|status| status.as_str())).unwrap_or(DeploymentStatus::InProgress);
    deployment.started = info.start_time().map(time);
    deployment.completed = info.complete_time().map(time);
    deployment.termination_wait_started = info.instance_termination_wait_time_started();
    deployment.error = info.error_information().filter(|error| error.code().is_some()).map(|error| {
        let code = known(error.code().map(|code| code.as_str())).unwrap_or(ErrorCode::Unknown);
        ErrorInformation { code, message: text(error.message()) }
    });
    deployment.rollback = info.rollback_info().and_then(rollback);
    let (green, ready) = (Percent::ZERO, ReadySeen::default());
    Ok(Seen { deployment, diagnostics: None, target_updated: None, green, ready, closed: false })
}

/// What is known of a deployment from the beginning.
pub(super) fn facts(info: &sdk::DeploymentInfo) -> Facts {
    let settings = info.blue_green_deployment_configuration();
    let ready = settings.and_then(|settings| settings.deployment_ready_option()).filter(|ready| {
        ready.action_on_timeout() == Some(&sdk::DeploymentReadyAction::StopDeployment)
            && ready.wait_time_in_minutes() > 0
    });
    let blue = settings.and_then(|settings| settings.terminate_blue_instances_on_deployment_success());
    let blue = blue.filter(|blue| blue.action() != Some(&sdk::InstanceAction::KeepAlive));
    let platform = known::<ComputePlatform>(info.compute_platform().map(|platform| platform.as_str()));
    Facts {
        platform: platform.and_then(ComputePlatform::lifecycle).unwrap_or(Platform::Ecs),
        ready_wait: ready.map(|ready| minutes(ready.wait_time_in_minutes())),
        termination_wait: blue.map(|blue| minutes(blue.termination_wait_time_in_minutes())),
        auto_rollback: info.auto_rollback_configuration().map(auto_rollback).unwrap_or_default(),
        routing: None,
        hooks: Default::default(),
        rolls_back_from: Percent::ZERO,
    }
}

/// Adds what the target tells, unless it is older than what was told before.
pub(super) fn add_target(seen: &mut Seen, target: &sdk::DeploymentTarget) {
    let (updated, events) = match (target.ecs_target(), target.lambda_target()) {
        (Some(ecs), _) => (ecs.last_updated_at(), ecs.lifecycle_events()),
        (None, Some(lambda)) => (lambda.last_updated_at(), lambda.lifecycle_events()),
        (None, None) => return,
    };
    let updated = updated.map(time);
    if updated.is_some() && updated < seen.target_updated {
        return;
    }
    seen.target_updated = updated;
    seen.deployment.lifecycle_events = events.iter().filter_map(lifecycle_event).collect();
    let failed = events.iter().find(|event| event.status() == Some(&sdk::LifecycleEventStatus::Failed));
    let told = failed.and_then(|event| event.diagnostics()?.message());
    seen.diagnostics = told.filter(|told| !told.trim().is_empty()).map(str::to_owned);
    if let Some(ecs) = target.ecs_target() {
        seen.deployment.task_sets = ecs.task_sets_info().iter().filter_map(task_set).collect();
    }
    if let Some(function) = target.lambda_target().and_then(|lambda| lambda.lambda_function_info()) {
        seen.deployment.task_sets = versions(percent(function.target_version_weight()));
    }
    if let Some(green) = Seen::green_of_task_sets(&seen.deployment) {
        seen.green = green;
    }
}

/// The two versions of a function, as task sets.
fn versions(green: Percent) -> Vec<TaskSetInfo> {
    let version = |label, traffic_weight| {
        let serves = if green == Percent::ALL { TaskSetLabel::Green } else { TaskSetLabel::Blue };
        let status = if label == serves { TaskSetStatus::Primary } else { TaskSetStatus::Active };
        TaskSetInfo { label, status, traffic_weight, address: None }
    };
    vec![version(TaskSetLabel::Blue, green.rest()), version(TaskSetLabel::Green, green)]
}

fn lifecycle_event(event: &sdk::LifecycleEvent) -> Option<LifecycleEvent> {
    Some(LifecycleEvent {
        // Those that AWS adds without a hook or traffic, such as `Start` and `End`, say nothing.
        name: LifecycleEventName::from_str(event.lifecycle_event_name()?).ok()?,
        status: known(event.status().map(|status| status.as_str())).unwrap_or(LifecycleEventStatus::Unknown),
        started: event.start_time().map(time),
        ended: event.end_time().map(time),
    })
}

fn task_set(set: &sdk::EcsTaskSet) -> Option<TaskSetInfo> {
    // `Blue` in the service's model, `BLUE` in its documentation.
    let label = set.task_set_label()?.as_str();
    let label = TargetLabel::ALL.iter().copied().find(|known| known.as_str().eq_ignore_ascii_case(label))?;
    Some(TaskSetInfo {
        label: label.into(),
        status: known(set.status()).unwrap_or(TaskSetStatus::Active),
        traffic_weight: percent(set.traffic_weight()),
        address: None,
    })
}

fn rollback(info: &sdk::RollbackInfo) -> Option<RollbackInfo> {
    let id = |id: Option<&str>| id.and_then(|id| id.parse().ok());
    let read = RollbackInfo {
        rollback_deployment: id(info.rollback_deployment_id()),
        triggering_deployment: id(info.rollback_triggering_deployment_id()),
        message: info.rollback_message().unwrap_or_default().to_owned(),
    };
    (read != RollbackInfo::default()).then_some(read)
}

/// The digest of a revision's text.
pub(super) fn sha256(revision: &sdk::RevisionLocation) -> Option<&str> {
    let inline = revision.app_spec_content().and_then(|content| content.sha256());
    inline.or_else(|| revision.string().and_then(|older| older.sha256()))
}

/// When a group or deployment rolls back by itself.
pub(super) fn auto_rollback(settings: &sdk::AutoRollbackConfiguration) -> AutoRollback {
    if !settings.enabled() {
        return AutoRollback::disabled();
    }
    AutoRollback::on(
        settings.events().iter().filter_map(|event| AutoRollbackEvent::from_str(event.as_str()).ok()),
    )
}

/// How a deployment configuration shifts traffic; none where it shifts none, or in a way that is not known.
pub(super) fn routing(config: &sdk::DeploymentConfigInfo) -> Option<TrafficRouting> {
    let routing = config.traffic_routing_config()?;
    let number = |number: i32| u64::try_from(number).unwrap_or_default();
    match (routing.time_based_canary(), routing.time_based_linear()) {
        (Some(canary), _) => {
            TrafficRouting::canary(number(canary.canary_percentage()), number(canary.canary_interval())).ok()
        }
        (None, Some(linear)) => {
            TrafficRouting::linear(number(linear.linear_percentage()), number(linear.linear_interval())).ok()
        }
        (None, None) => Some(TrafficRouting::AllAtOnce),
    }
}

/// Minutes as the service counts them.
pub(super) fn minutes(minutes: i32) -> Duration {
    Duration::from_secs(u64::try_from(minutes).unwrap_or_default() * 60)
}

fn time(time: &DateTime) -> Timestamp {
    Timestamp::from_millis(
        time.to_millis().ok().and_then(|millis| millis.try_into().ok()).unwrap_or_default(),
    )
}

fn percent(weight: f64) -> Percent {
    // Clamped first, so that it fits; NaN becomes zero.
    Percent::ZERO.saturating_add(weight.clamp(0.0, 100.0).round() as u8)
}

/// A name of the service's, if it is one that this version knows.
fn known<T: FromStr>(name: Option<&str>) -> Option<T> {
    name.and_then(|name| name.parse().ok())
}
