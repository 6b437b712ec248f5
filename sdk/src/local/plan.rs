//! Every check that the local pipeline can make before anything changes.

use greenlight_core::error::PlanError;
use greenlight_core::finding::{Finding, Place};
use greenlight_core::lifecycle::{Platform, ReadyAction, Termination};
use greenlight_core::{
    AppSpec, DeploymentConfig, DeploymentRequest, HookEvent, LifecycleEventName, Plan, TimeBudget,
    TrafficRouting,
};

use super::bindings::Bindings;
use super::engine::GroupView;

/// Makes the plan for `request`. `group` is the group that it names, or the names of those that exist.
pub(super) fn plan(
    bindings: &Bindings,
    group: Result<GroupView, Vec<String>>,
    request: &DeploymentRequest,
) -> Result<Plan, PlanError> {
    let group = group.map_err(|known| PlanError::NotFound {
        what: "deployment group",
        name: format!("{}/{}", request.application, request.deployment_group),
        hint: if known.is_empty() {
            "this pipeline has no deployment groups".to_owned()
        } else {
            format!("there are {}", known.join(", "))
        },
    })?;
    let reading = AppSpec::read(&request.appspec);
    let mut findings = reading.findings;
    let config = check(bindings, &group, request, reading.spec.as_ref(), &mut findings);
    let budget = config.as_ref().map(|config| budget(&group, config, reading.spec.as_ref()));
    let mut plan = Plan::new(request.clone()).with_findings(findings);
    plan.appspec = reading.spec;
    plan.config = config;
    plan.budget = budget;
    Ok(plan)
}

/// Holds a request whose AppSpec was read against the group as it is now, and gives the configuration that it asks for.
pub(super) fn check(
    bindings: &Bindings,
    group: &GroupView,
    request: &DeploymentRequest,
    spec: Option<&AppSpec>,
    findings: &mut Vec<Finding>,
) -> Option<DeploymentConfig> {
    let config = config(bindings, group, request, findings);
    if let Some(spec) = spec {
        check_resource(spec, findings);
        check_hooks(bindings, group, spec, findings);
    }
    check_group(group, config.as_ref(), findings);
    config
}

fn config(
    bindings: &Bindings,
    group: &GroupView,
    request: &DeploymentRequest,
    findings: &mut Vec<Finding>,
) -> Option<DeploymentConfig> {
    let Some(name) = &request.deployment_config else {
        return Some(group.settings.deployment_config.clone());
    };
    let found = bindings.configs.get(name).cloned().or_else(|| DeploymentConfig::built_in(name));
    let found = found.filter(|config| config.platform == Platform::Ecs);
    if found.is_none() {
        let known: Vec<String> = DeploymentConfig::built_ins_of(Platform::Ecs)
            .map(|config| config.name)
            .chain(bindings.configs.keys().cloned())
            .collect();
        findings.push(
            Finding::error(
                "unknown-deployment-config",
                format!("there is no deployment configuration `{name}`"),
            )
            .with_place(Place::named("deployment configuration", name))
            .with_fix(format!("use one of {}", known.join(", "))),
        );
    }
    found
}

fn check_resource(spec: &AppSpec, findings: &mut Vec<Finding>) {
    if spec.ecs_service().is_none() {
        findings.push(
            Finding::error(
                "not-an-ecs-service",
                format!(
                    "the AppSpec deploys a resource of the type {}, and this group an Amazon ECS service",
                    spec.resource.type_name()
                ),
            )
            .with_fix("use an AppSpec with a resource of the type AWS::ECS::Service"),
        );
    }
}

fn check_hooks(bindings: &Bindings, group: &GroupView, spec: &AppSpec, findings: &mut Vec<Finding>) {
    for (event, function) in &spec.hooks {
        let name = function.name();
        if !bindings.functions.contains_key(name) && bindings.fallback.is_none() {
            let known: Vec<&str> = bindings.functions.keys().map(String::as_str).collect();
            let fix = if known.is_empty() {
                format!("bind a hook to the function name `{name}`; there is none yet")
            } else {
                format!("bind a hook to this name, or use one of those that are bound: {}", known.join(", "))
            };
            findings.push(
                Finding::error(
                    "unknown-hook-function",
                    format!("the hook function `{name}` of {event} does not exist"),
                )
                .with_place(Place::named("hook", event.as_str()))
                .with_fix(fix),
            );
        }
        if *event == HookEvent::AfterAllowTestTraffic && group.settings.test_listener.is_none() {
            findings.push(
                Finding::warning(
                    "hook-never-runs",
                    format!("the hook of {event} never runs, because the group has no test listener"),
                )
                .with_place(Place::named("hook", event.as_str()))
                .with_fix("add a test listener to the group, or move the hook to BeforeAllowTraffic"),
            );
        }
    }
}

fn check_group(group: &GroupView, config: Option<&DeploymentConfig>, findings: &mut Vec<Finding>) {
    let settings = &group.settings;
    let place = || Place::named("deployment group", &settings.name);
    if let Some(detail) = &group.primary_is_dead {
        findings.push(
            Finding::error(
                "nothing-to-roll-back-to",
                format!("the task set that serves production is gone: {detail}"),
            )
            .with_place(place())
            .with_fix("start it again: without it production is down and no rollback is possible"),
        );
    }
    if let Some(active) = &group.active {
        findings.push(
            Finding::warning("active-deployment", format!("deployment {active} of this group is under way"))
                .with_place(place())
                .with_fix("wait for it or stop it; only one deployment of a group can be active"),
        );
    }
    for alarm in &group.active_alarms {
        findings.push(
            Finding::warning(
                "alarm-active",
                format!("the alarm `{alarm}` is active and stops the deployment at once"),
            )
            .with_place(Place::named("alarm", alarm))
            .with_fix("mend its cause first, or take it out of the deployment group"),
        );
    }
    let at_once = config.is_some_and(|config| config.routing == TrafficRouting::AllAtOnce);
    if at_once && settings.test_listener.is_none() {
        findings.push(
            Finding::warning(
                "all-at-once-without-test-listener",
                "on AWS the replacement is behind no listener until all traffic is shifted to it, so health checks \
                 of the load balancer begin only then",
            )
            .with_place(place())
            .with_fix("add a test listener, or shift traffic with a canary or linear configuration"),
        );
    }
}

fn budget(group: &GroupView, config: &DeploymentConfig, spec: Option<&AppSpec>) -> TimeBudget {
    let settings = &group.settings;
    let events: Vec<_> = LifecycleEventName::of_ecs_deployment(settings.test_listener.is_some()).collect();
    let runs = |event: &&HookEvent| events.contains(&LifecycleEventName::from(**event));
    let hooks = spec.map_or(0, |spec| spec.hooks.keys().filter(runs).count());
    let ready = match settings.ready.action {
        ReadyAction::StopDeployment => settings.ready.wait,
        ReadyAction::ContinueDeployment => std::time::Duration::ZERO,
    };
    let termination = match settings.termination {
        Termination::Terminate(wait) => wait,
        Termination::KeepAlive => std::time::Duration::ZERO,
    };
    TimeBudget::new(config.routing, u32::try_from(hooks).unwrap_or(u32::MAX), ready, termination)
}
