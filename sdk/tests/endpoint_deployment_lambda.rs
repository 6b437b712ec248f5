//! Deployments of a Lambda alias, over a real socket.

use greenlight::local::LocalClock;
use serde_json::json;

use crate::endpoint_deployment_support::{
    ROLE, deploy, deploy_with, group, lambda_appspec, until, until_status,
};
use crate::endpoint_support::{Client, endpoint_with};
use greenlight::endpoint::Endpoint;

async fn alias() -> (Endpoint, Client) {
    let endpoint = endpoint_with(|builder| builder.with_clock(LocalClock::manual())).await;
    let client = Client::new(&endpoint);
    client.done("CreateApplication", json!({ "applicationName": "shop", "computePlatform": "Lambda" })).await;
    let lambda = json!({
        "applicationName": "shop",
        "deploymentGroupName": "web",
        "serviceRoleArn": ROLE,
        "deploymentStyle": group()["deploymentStyle"],
    });
    client.done("CreateDeploymentGroup", lambda).await;
    (endpoint, client)
}

#[tokio::test]
async fn the_target_is_the_function_with_the_weight_of_its_new_version() {
    let (endpoint, client) = alias().await;
    let config = json!({ "deploymentConfigName": "CodeDeployDefault.LambdaCanary10Percent5Minutes" });
    let id = deploy_with(&client, &lambda_appspec(), config).await;
    let targets = client.done("ListDeploymentTargets", json!({ "deploymentId": id })).await;
    assert_eq!(targets, json!({ "targetIds": ["checkout"] }));
    let get = || async {
        let input = json!({ "deploymentId": id, "targetId": "checkout" });
        client.done("GetDeploymentTarget", input).await["deploymentTarget"].take()
    };
    until(&client, &id, "the first tenth", |info| info["startTime"].is_number()).await;
    let seen = get().await;
    assert_eq!(seen["deploymentTargetType"], "LambdaTarget");
    let target = &seen["lambdaTarget"];
    assert_eq!(target["targetArn"], "arn:aws:lambda:us-east-1:123456789012:function:checkout:live");
    let events: Vec<_> = target["lifecycleEvents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["lifecycleEventName"])
        .collect();
    assert_eq!(events, ["BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"]);
    let info = |weight: f64| {
        json!({
            "functionName": "checkout",
            "functionAlias": "live",
            "currentVersion": "1",
            "targetVersion": "2",
            "targetVersionWeight": weight,
        })
    };
    assert_eq!(target["lambdaFunctionInfo"], info(10.0));
    let advanced = client.exchange(http::Request::post("/greenlight/clock"), r#"{"advance":"5m"}"#).await;
    assert_eq!(advanced.status, 200);
    let ended = until_status(&client, &id, "Succeeded").await;
    assert_eq!(ended["computePlatform"], "Lambda");
    assert_eq!(get().await["lambdaTarget"]["lambdaFunctionInfo"], info(100.0));
    endpoint.shutdown().await;
}

#[tokio::test]
async fn there_are_no_waits_to_end() {
    let (endpoint, client) = alias().await;
    let id = deploy(&client, &lambda_appspec()).await;
    for operation in ["ContinueDeployment", "SkipWaitTimeForInstanceTermination"] {
        assert_eq!(
            client.refused(operation, json!({ "deploymentId": id })).await,
            "UnsupportedActionForDeploymentType",
            "{operation}"
        );
    }
    for (target, error) in
        [("no target", "InvalidDeploymentTargetId"), ("other", "DeploymentTargetDoesNotExist")]
    {
        let input = json!({ "deploymentId": id, "targetId": target });
        assert_eq!(client.refused("GetDeploymentTarget", input).await, error);
    }
    endpoint.shutdown().await;
}
