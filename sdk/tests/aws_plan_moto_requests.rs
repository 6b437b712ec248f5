//! What a plan finds in the request and the application.

use greenlight_core::{DeploymentPipeline as _, DeploymentRequest};
use serde_json::json;

use crate::aws_plan_support::{Cases, Ground, text};
use crate::endpoint_deployment_support::lambda_appspec;
use crate::local_support::assert_golden;

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_does_not_suit_the_application_is_an_error_with_moto() {
    let ground = Ground::new().await;
    let mut cases = Cases::default();
    cases.add("an AppSpec of a Lambda function", &text(&ground.plan(&lambda_appspec()).await));
    let misspelt = DeploymentRequest::new("shop", "web", &ground.appspec)
        .with_deployment_config("CodeDeployDefault.ECSCanary10Percent5Minute");
    cases.add("a misspelt configuration", &text(&ground.pipeline.plan(&misspelt).await.unwrap()));
    let hooks = ground.appspec.replace("AfterAllowTestTraffic", "AfterAllowTestTrafic");
    cases.add("a misspelt event", &text(&ground.plan(&hooks).await));

    ground
        .client
        .done("CreateApplication", json!({ "applicationName": "fn", "computePlatform": "Lambda" }))
        .await;
    let group = json!({
        "applicationName": "fn",
        "deploymentGroupName": "web",
        "serviceRoleArn": crate::setup_support::ROLE,
        "deploymentStyle": { "deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL" },
        "deploymentConfigName": "CodeDeployDefault.LambdaAllAtOnce",
    });
    ground.client.done("CreateDeploymentGroup", group).await;
    let request = DeploymentRequest::new("fn", "web", &ground.appspec);
    cases.add("an AppSpec of an ECS service", &text(&ground.pipeline.plan(&request).await.unwrap()));

    // The endpoint takes no such application and no such group.
    let info = ground.info().await;
    ground.disturb(move |name| {
        let mut info = info.clone();
        info["deploymentStyle"] =
            json!({ "deploymentType": "IN_PLACE", "deploymentOption": "WITHOUT_TRAFFIC_CONTROL" });
        (name == "GetDeploymentGroup")
            .then(|| (200, json!({ "deploymentGroupInfo": info }).to_string().into_bytes()))
    });
    cases.add("a group that deploys in place", &ground.findings().await);
    ground.disturb(|name| {
        let application =
            json!({ "application": { "applicationName": "shop", "computePlatform": "Server" } });
        (name == "GetApplication").then(|| (200, application.to_string().into_bytes()))
    });
    cases.add("an application of instances", &ground.findings().await);
    assert_golden("aws-plan-requests.txt", cases.as_str());
    ground.account.endpoint.shutdown().await;
}
