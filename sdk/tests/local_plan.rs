//! What a plan finds before anything changes, word for word.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use crate::local_support::{Hook, Services, assert_golden, in_virtual_time, request, start, until};
use greenlight::local::Local;
use greenlight_core::{
    DeploymentPipeline as _, DeploymentRequest, EventKind, HookState, Plan, TrafficRouting, error::StartError,
};

/// Every finding with its fix.
fn text(plan: &Plan) -> String {
    plan.findings.iter().map(|finding| format!("{finding:#}")).collect::<Vec<_>>().join("\n")
}

async fn findings(local: &Local, request: &DeploymentRequest) -> String {
    text(&local.plan(request).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_fault_has_no_findings_and_a_time_budget() {
    let services = Services::start().await;
    let local = in_virtual_time(services.group()).with_hook("judge", Hook::passes()).build().await.unwrap();
    let plan = local.plan(&request(&[("AfterInstall", "judge")])).await.unwrap();
    assert_eq!(text(&plan), "");
    assert!(plan.can_start() && plan.appspec.is_some());
    let budget = plan.budget.unwrap();
    assert_eq!(budget.traffic_shift, TrafficRouting::AllAtOnce.span());
    assert_eq!(budget.hooks_at_most.as_secs(), 3600);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_configuration_is_an_error() {
    let services = Services::start().await;
    let own = greenlight_core::DeploymentConfig::custom("Own", TrafficRouting::canary(1, 1).unwrap());
    let local = in_virtual_time(services.group()).with_deployment_config(own).build().await.unwrap();
    let request = request(&[]).with_deployment_config("CodeDeployDefault.ECSCanary10Percent5Minute");
    assert_golden("plan-unknown-deployment-config.txt", &findings(&local, &request).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appspec_of_another_platform_is_an_error() {
    let services = Services::start().await;
    let local = in_virtual_time(services.group()).build().await.unwrap();
    let lambda = "version: 0.0\nResources:\n  - Function:\n      Type: AWS::Lambda::Function\n      Properties:\n        \
                  Name: web\n        Alias: live\n        CurrentVersion: \"1\"\n        TargetVersion: \"2\"\n";
    let request = DeploymentRequest::new("shop", "shop-web", lambda);
    assert_golden("plan-not-an-ecs-service.txt", &findings(&local, &request).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appspec_that_cannot_be_read_is_an_error_with_its_line() {
    let services = Services::start().await;
    let local = in_virtual_time(services.group()).with_hook("judge", Hook::passes()).build().await.unwrap();
    let misspelt = request(&[("AfterAllowTestTrafic", "judge")]);
    assert_golden("plan-appspec.txt", &findings(&local, &misspelt).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_function_that_is_not_bound_is_an_error() {
    let services = Services::start().await;
    let asked = request(&[
        ("AfterInstall", "jugde"),
        ("BeforeAllowTraffic", "arn:aws:lambda:eu-west-1:123456789012:function:other"),
    ]);
    let none = in_virtual_time(services.group()).build().await.unwrap();
    assert_golden("plan-unknown-hook-function-of-none.txt", &findings(&none, &asked).await);
    let two = in_virtual_time(services.group())
        .with_hook("judge", Hook::passes())
        .with_hook("smoke", Hook::passes());
    assert_golden("plan-unknown-hook-function.txt", &text(&two.plan(&asked).unwrap()));
    assert_golden("plan-unknown-hook-function.txt", &findings(&two.build().await.unwrap(), &asked).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_missing_test_listener_means_is_warned_of() {
    let services = Services::start().await;
    let mut group = services.group();
    group.test_listener = None;
    let local = in_virtual_time(group).with_hook("judge", Hook::passes()).build().await.unwrap();
    let plan = local.plan(&request(&[("AfterAllowTestTraffic", "judge")])).await.unwrap();
    assert!(plan.can_start());
    assert_golden("plan-no-test-listener.txt", &text(&plan));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_active_alarm_is_warned_of() {
    let services = Services::start().await;
    let local = in_virtual_time(services.group().with_alarms(["errors", "latency"])).build().await.unwrap();
    local.set_alarm("errors", true);
    local.set_alarm("another", true);
    assert_golden("plan-alarm-active.txt", &findings(&local, &request(&[])).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_active_deployment_is_warned_of() {
    let services = Services::start().await;
    let builder = Local::builder().with_group(services.group()).with_hook("judge", Hook::will_report());
    let local = builder.build().await.unwrap();
    let asked = request(&[("AfterInstall", "judge")]);
    let id = start(&local, &asked).await;
    until(&local, &id, |kind| matches!(kind, EventKind::Hook { state: HookState::Invoked, .. })).await;
    let seen = findings(&local, &asked).await.replace(id.as_str(), "[ID]");
    assert_golden("plan-active-deployment.txt", &seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_does_not_exist_is_named_with_those_that_do() {
    let services = Services::start().await;
    let asked = DeploymentRequest::new("shop", "shop-wep", crate::local_support::appspec(&[]));
    let builder = Local::builder().with_group(services.group()).with_group(services.group_named("shop-api"));
    let local = builder.build().await.unwrap();
    assert_golden("plan-unknown-group.txt", &local.plan(&asked).await.unwrap_err().to_string());
    let empty = Local::builder().build().await.unwrap();
    assert_golden("plan-no-groups.txt", &empty.plan(&asked).await.unwrap_err().to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_with_errors_is_not_started() {
    let services = Services::start().await;
    let local = in_virtual_time(services.group()).build().await.unwrap();
    let asked = request(&[("AfterInstall", "judge"), ("AfterAllowTraffic", "judge")]);
    let refused = local.start(local.plan(&asked).await.unwrap()).await.unwrap_err();
    assert_golden("start-plan-has-errors.txt", &refused.to_string());
    assert_eq!(text(&local.plan(&request(&[])).await.unwrap()), "", "nothing is under way");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_was_not_made_by_the_pipeline_is_checked_at_the_start() {
    let services = Services::start().await;
    let local = in_virtual_time(services.group()).build().await.unwrap();
    let bare = [
        request(&[]).with_deployment_config("None"),
        request(&[("AfterInstall", "judge")]),
        DeploymentRequest::new("shop", "shop-web", "Resources: ["),
    ];
    for request in bare {
        let started = local.start(Plan::new(request)).await;
        assert!(matches!(started, Err(StartError::PlanHasErrors { .. })), "{started:?}");
    }
}
