//! What a builder is given is there from the start, and is left alone once it is there.

use greenlight::endpoint::EndpointBuilder;
use greenlight_core::{DeploymentConfig, TrafficRouting};
use serde_json::{Value, json};

use crate::endpoint_support::{Client, endpoint_with};
use crate::local_support::Services;

fn thirds() -> DeploymentConfig {
    DeploymentConfig::custom("thirds", TrafficRouting::linear(33, 1).unwrap())
}

async fn group_of(client: &Client) -> Value {
    let asked = json!({ "applicationName": "shop", "deploymentGroupName": "shop-web" });
    client.done("GetDeploymentGroup", asked).await["deploymentGroupInfo"].clone()
}

#[tokio::test]
async fn a_group_and_its_configuration_are_there_and_what_clients_changed_stays() {
    let directory = tempfile::tempdir().unwrap();
    let services = Services::start().await;
    let group = services.group();
    let with = |builder: EndpointBuilder| {
        builder.with_data(directory.path()).with_group(group.clone()).with_deployment_config(thirds())
    };
    let endpoint = endpoint_with(with).await;
    let client = Client::new(&endpoint);
    let made = group_of(&client).await;
    assert_eq!(made["computePlatform"], "ECS");
    assert_eq!(made["serviceRoleArn"], "arn:aws:iam::123456789012:role/greenlight");
    let listener = |role: &str| {
        let arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app";
        json!({ "listenerArns": [format!("{arn}/shop-web/greenlight/{role}")] })
    };
    let pair = &made["loadBalancerInfo"]["targetGroupPairInfoList"][0];
    assert_eq!(pair["prodTrafficRoute"], listener("production"));
    assert_eq!(pair["testTrafficRoute"], listener("test"));
    client.done("GetDeploymentConfig", json!({ "deploymentConfigName": "thirds" })).await;
    let update = json!({
        "applicationName": "shop",
        "currentDeploymentGroupName": "shop-web",
        "deploymentConfigName": "thirds",
    });
    client.done("UpdateDeploymentGroup", update).await;
    endpoint.shutdown().await;

    let endpoint = endpoint_with(with).await;
    let again = group_of(&Client::new(&endpoint)).await;
    assert_eq!(again["deploymentConfigName"], "thirds");
    assert_eq!(again["deploymentGroupId"], made["deploymentGroupId"]);
    endpoint.shutdown().await;
}
