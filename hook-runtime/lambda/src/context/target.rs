//! What a deployment's target says: the event in progress, the service, the weights.

use aws_sdk_codedeploy::types::{
    DeploymentTarget, EcsTaskSet, LifecycleEvent, LifecycleEventStatus, TargetLabel,
};
use greenlight_hook_runtime::Weights;

use super::Known;

/// The events at which CodeDeploy runs hooks.
const HOOK_EVENTS: [&str; 5] =
    ["BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic"];

/// Adds it to what is known.
pub(super) fn read(target: &DeploymentTarget, known: &mut Known) {
    if let Some(ecs) = target.ecs_target() {
        in_progress(ecs.lifecycle_events(), known);
        known.service = ecs.target_id().map(str::to_owned);
        let set =
            |label: &TargetLabel| ecs.task_sets_info().iter().find(|set| set.task_set_label() == Some(label));
        let (blue, green) = (set(&TargetLabel::Blue), set(&TargetLabel::Green));
        if let (Some(blue), Some(green)) = (blue, green) {
            known.weights = Some(Weights { blue: blue.traffic_weight(), green: green.traffic_weight() });
        }
        for (label, set) in [("blue", blue), ("green", green)] {
            task_set(label, set, known);
        }
    } else if let Some(lambda) = target.lambda_target() {
        in_progress(lambda.lifecycle_events(), known);
        let Some(function) = lambda.lambda_function_info() else { return };
        let green = function.target_version_weight();
        known.weights = Some(Weights { blue: 100.0 - green, green });
        for (name, value) in [
            ("function-name", function.function_name()),
            ("function-alias", function.function_alias()),
            ("current-version", function.current_version()),
            ("target-version", function.target_version()),
        ] {
            known.attributes.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        }
    }
}

/// Events run one at a time, so the one with a hook that is in progress is this one.
fn in_progress(events: &[LifecycleEvent], known: &mut Known) {
    let event = events.iter().rev().find(|event| {
        event.status() == Some(&LifecycleEventStatus::InProgress)
            && event.lifecycle_event_name().is_some_and(|name| HOOK_EVENTS.contains(&name))
    });
    let Some(event) = event else { return };
    known.event = event.lifecycle_event_name().map(str::to_owned);
    let began = event.start_time().and_then(|time| time.to_millis().ok());
    known.event_began_at = began.and_then(|millis| u64::try_from(millis).ok());
}

fn task_set(label: &str, set: Option<&EcsTaskSet>, known: &mut Known) {
    let Some(set) = set else { return };
    let group = set.target_group().and_then(|group| group.name());
    for (name, value) in [("task-set", set.identifer()), ("target-group", group)] {
        known.attributes.extend(value.map(|value| (format!("{label}-{name}"), value.to_owned())));
    }
}
