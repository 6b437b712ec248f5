//! Checks of the deployment group.

use aws_sdk_codedeploy::types::DeploymentGroupInfo;
use greenlight_core::finding::{Finding, Place};
use greenlight_core::lifecycle::Platform;
use greenlight_core::{DeploymentConfig, DeploymentId, DeploymentOption, DeploymentType, TrafficRouting};

use super::findings::Findings;

/// Makes sure that deployments of the application shift traffic. `platform` is how the service calls its platform.
pub(super) fn platform(application: &str, platform: &str, findings: &mut Findings) -> Option<Platform> {
    match platform {
        "ECS" => Some(Platform::Ecs),
        "Lambda" => Some(Platform::Lambda),
        other => {
            let message =
                format!("the application is of the {other} compute platform, which has no traffic to shift");
            let finding = Finding::error("unsupported-platform", message);
            let finding = finding.with_place(Place::named("application", application));
            findings.push(finding.with_fix("use an application of the ECS compute platform"));
            None
        }
    }
}

/// Whether test traffic is routed.
pub(super) fn has_test_listener(group: &DeploymentGroupInfo) -> bool {
    let pairs = group.load_balancer_info().map(|info| info.target_group_pair_info_list()).unwrap_or_default();
    pairs.iter().any(|pair| pair.test_traffic_route().is_some_and(|route| !route.listener_arns().is_empty()))
}

/// Checks the group, and how it suits the configuration.
pub(super) fn check(
    platform: Platform,
    group: &DeploymentGroupInfo,
    config: Option<&DeploymentConfig>,
    active: Option<&DeploymentId>,
    findings: &mut Findings,
) {
    let name = group.deployment_group_name().unwrap_or_default();
    let place = || Place::named("deployment group", name);
    let style = group.deployment_style();
    let kind = style.and_then(|style| style.deployment_type()).map(|kind| kind.as_str());
    let option = style.and_then(|style| style.deployment_option()).map(|option| option.as_str());
    if (kind, option)
        != (Some(DeploymentType::BlueGreen.as_str()), Some(DeploymentOption::WithTrafficControl.as_str()))
    {
        let finding =
            Finding::error("not-blue-green", "the group does not deploy blue/green behind a load balancer");
        let fix = "set its deployment style to BLUE_GREEN and WITH_TRAFFIC_CONTROL";
        findings.push(finding.with_place(place()).with_fix(fix));
    }
    if let Some(active) = active {
        let finding =
            Finding::warning("active-deployment", format!("deployment {active} of this group is under way"));
        let fix = "wait for it or stop it; only one deployment of a group can be active";
        findings.push(finding.with_place(place()).with_fix(fix));
    }
    let at_once = config.is_some_and(|config| config.routing == TrafficRouting::AllAtOnce);
    if at_once && platform == Platform::Ecs && !has_test_listener(group) {
        let finding = Finding::warning(
            "all-at-once-without-test-listener",
            "the replacement is behind no listener until all traffic is shifted to it, so health checks of the load balancer \
             begin only then",
        );
        let fix = "add a test listener, or shift traffic with a canary or linear configuration";
        findings.push(finding.with_place(place()).with_fix(fix));
    }
}
