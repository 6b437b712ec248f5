//! Checks of what is to be deployed, and how long it takes.

use std::time::Duration;

use aws_sdk_codedeploy::types::{DeploymentGroupInfo, DeploymentReadyAction, InstanceAction};
use greenlight_core::finding::{Finding, Place};
use greenlight_core::lifecycle::Platform;
use greenlight_core::{
    AppSpec, DeploymentConfig, DeploymentRequest, HookEvent, LifecycleEventName, TimeBudget,
};

use super::findings::Findings;
use super::group::has_test_listener;
use crate::aws::api::{Calls, Patience, Trouble};
use crate::aws::read;

/// The deployment configuration in force, if there is one of that name for the platform.
pub(super) async fn config(
    calls: &Calls,
    platform: Platform,
    group: &DeploymentGroupInfo,
    request: &DeploymentRequest,
    findings: &mut Findings,
) -> Result<Option<DeploymentConfig>, Trouble> {
    let name = request.deployment_config.as_deref().or(group.deployment_config_name()).unwrap_or_default();
    let found = match DeploymentConfig::built_in(name) {
        Some(config) => Some(config),
        None => match calls.config(name, Patience::SHORT).await {
            Ok(info) => {
                let own = info.compute_platform().map(|platform| platform.as_str());
                let fits = own.is_none_or(|own| own == platform.as_str());
                let routing = read::routing(&info).filter(|_| fits);
                routing.map(|routing| DeploymentConfig::custom(name, routing).with_platform(platform))
            }
            Err(trouble) if trouble.is("DeploymentConfigDoesNotExist") => None,
            Err(trouble) if trouble.is_denied() => {
                let place = Place::named("deployment configuration", name);
                let what = "the deployment configuration, and with it the time that the deployment takes,";
                findings.unchecked(place, what, "codedeploy:GetDeploymentConfig", trouble);
                return Ok(None);
            }
            Err(trouble) => return Err(trouble),
        },
    };
    let found = found.filter(|config| config.platform == platform);
    if found.is_none() {
        let known: Vec<String> = DeploymentConfig::built_ins_of(platform).map(|config| config.name).collect();
        let message =
            format!("there is no deployment configuration `{name}` for the {platform} compute platform");
        findings.push(
            Finding::error("unknown-deployment-config", message)
                .with_place(Place::named("deployment configuration", name))
                .with_fix(format!("use one of your own, or one of {}", known.join(", "))),
        );
    }
    Ok(found)
}

/// Checks the AppSpec against the application and the group.
pub(super) fn check(
    spec: &AppSpec,
    platform: Platform,
    group: &DeploymentGroupInfo,
    findings: &mut Findings,
) {
    let is_lambda = platform == Platform::Lambda;
    if spec.ecs_service().is_none() != is_lambda {
        let (code, wanted) = if is_lambda {
            ("not-a-lambda-function", "AWS::Lambda::Function")
        } else {
            ("not-an-ecs-service", "AWS::ECS::Service")
        };
        let type_name = spec.resource.type_name();
        let message = format!(
            "the AppSpec deploys a resource of the type {type_name}, and this application one of {wanted}"
        );
        let fix = format!("use an AppSpec with a resource of the type {wanted}");
        findings.push(Finding::error(code, message).with_fix(fix));
    }
    let event = HookEvent::AfterAllowTestTraffic;
    if !is_lambda && spec.hooks.contains_key(&event) && !has_test_listener(group) {
        let message = format!("the hook of {event} never runs, because the group has no test listener");
        findings.push(
            Finding::warning("hook-never-runs", message)
                .with_place(Place::named("hook", event.as_str()))
                .with_fix("add a test listener to the group, or move the hook to BeforeAllowTraffic"),
        );
    }
}

/// How long the deployment takes, and may take.
pub(super) fn budget(
    config: &DeploymentConfig,
    group: &DeploymentGroupInfo,
    spec: Option<&AppSpec>,
) -> TimeBudget {
    let is_lambda = config.platform == Platform::Lambda;
    let events: Vec<_> = if is_lambda {
        LifecycleEventName::of_lambda_deployment().collect()
    } else {
        LifecycleEventName::of_ecs_deployment(has_test_listener(group)).collect()
    };
    let runs = |event: &&HookEvent| events.contains(&LifecycleEventName::from(**event));
    let hooks = spec.map_or(0, |spec| spec.hooks.keys().filter(runs).count());
    let hooks = u32::try_from(hooks).unwrap_or(u32::MAX);
    if is_lambda {
        return TimeBudget::of_lambda(config.routing, hooks);
    }
    let settings = group.blue_green_deployment_configuration();
    let ready = settings
        .and_then(|settings| settings.deployment_ready_option())
        .filter(|ready| ready.action_on_timeout() == Some(&DeploymentReadyAction::StopDeployment))
        .map_or(Duration::ZERO, |ready| read::minutes(ready.wait_time_in_minutes()));
    let termination = settings
        .and_then(|settings| settings.terminate_blue_instances_on_deployment_success())
        .filter(|blue| blue.action() != Some(&InstanceAction::KeepAlive))
        .map_or(Duration::ZERO, |blue| read::minutes(blue.termination_wait_time_in_minutes()));
    TimeBudget::new(config.routing, hooks, ready, termination)
}
