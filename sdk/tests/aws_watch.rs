//! A deployment at CodeDeploy is told from its beginning to its end.

use std::time::Duration;

use greenlight_core::{DeploymentPipeline as _, DeploymentStatus, TaskSetLabel, Verdict};
use serde_json::json;

use crate::aws_support::{Shop, follow, lines, request, start};
use crate::endpoint_deployment_support::waits;
use crate::local_support::{Hook, assert_text};

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_deployment_is_told_in_order_with_the_services_times() {
    let group = json!({
        "blueGreenDeploymentConfiguration": waits(0, 5),
        "deploymentConfigName": "CodeDeployDefault.ECSCanary10Percent5Minutes",
    });
    let set = |builder: greenlight::endpoint::EndpointBuilder| {
        builder.with_hook("judge", Hook::passes()).with_install_time(Duration::from_secs(90))
    };
    let shop = Shop::with(group, set).await;
    let pipeline = shop.driving().await;
    let id = start(&pipeline, &request(1, &[("AfterAllowTestTraffic", "judge")])).await;
    let (events, outcome) = follow(&pipeline, &id).await;
    let expected = "\
0 started, CodeDeployDefault.ECSCanary10Percent5Minutes
0 BeforeInstall InProgress
0 BeforeInstall Succeeded
0 Install InProgress
0 green Starting
90 green Healthy
90 Install Succeeded
90 AfterInstall InProgress
90 AfterInstall Succeeded
90 AllowTestTraffic InProgress
90 test traffic to green
90 AllowTestTraffic Succeeded
90 AfterAllowTestTraffic InProgress
90 hook judge Invoked 1
90 hook judge Succeeded
90 AfterAllowTestTraffic Succeeded
90 BeforeAllowTraffic InProgress
90 BeforeAllowTraffic Succeeded
90 AllowTraffic InProgress
90 traffic 90% 10%
390 traffic 0% 100%
390 AllowTraffic Succeeded
390 AfterAllowTraffic InProgress
390 AfterAllowTraffic Succeeded
390 termination wait until 690
690 blue Stopped
690 ended Succeeded
690 finished: succeeded, green serves";
    assert_text(&lines(&events).join("\n"), expected);
    assert_eq!(outcome.outcome, Verdict::Succeeded);
    assert_eq!(outcome.serving, TaskSetLabel::Green);
    let deployment = pipeline.describe(&id).await.unwrap();
    assert_eq!(deployment.status, DeploymentStatus::Succeeded);

    // Who has never heard of it is told the same.
    let (late, _) = follow(&shop.driving().await, &id).await;
    assert_eq!(late, events);
}
