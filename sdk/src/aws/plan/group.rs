//! Checks of the deployment group.

use aws_sdk_codedeploy::types::{ApplicationInfo, ComputePlatform, DeploymentGroupInfo};
use greenlight_core::finding::{Finding, Place};
use greenlight_core::{DeploymentConfig, DeploymentId, DeploymentOption, DeploymentType, TrafficRouting};

/// Whether the application is one of AWS Lambda.
pub(super) fn is_lambda(application: &ApplicationInfo) -> bool {
    application.compute_platform() == Some(&ComputePlatform::Lambda)
}

/// Whether test traffic is routed.
pub(super) fn has_test_listener(group: &DeploymentGroupInfo) -> bool {
    let pairs = group.load_balancer_info().map(|info| info.target_group_pair_info_list()).unwrap_or_default();
    pairs.iter().any(|pair| pair.test_traffic_route().is_some_and(|route| !route.listener_arns().is_empty()))
}

/// Checks the group, and how it suits the configuration.
pub(super) fn check(
    application: &ApplicationInfo,
    group: &DeploymentGroupInfo,
    config: Option<&DeploymentConfig>,
    active: Option<&DeploymentId>,
    findings: &mut Vec<Finding>,
) {
    let name = group.deployment_group_name().unwrap_or_default();
    let place = || Place::named("deployment group", name);
    let platform = application.compute_platform().map_or("an unknown", |platform| platform.as_str());
    if !matches!(platform, "ECS" | "Lambda") {
        let finding = Finding::error(
            "unsupported-platform",
            format!("the application is of the {platform} compute platform, which has no traffic to shift"),
        );
        let place = Place::named("application", application.application_name().unwrap_or_default());
        findings.push(finding.with_place(place).with_fix("use an application of the ECS compute platform"));
        return;
    }
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
    if at_once && !is_lambda(application) && !has_test_listener(group) {
        let finding = Finding::warning(
            "all-at-once-without-test-listener",
            "the replacement is behind no listener until all traffic is shifted to it, so health checks of the load balancer \
             begin only then",
        );
        let fix = "add a test listener, or shift traffic with a canary or linear configuration";
        findings.push(finding.with_place(place()).with_fix(fix));
    }
}
