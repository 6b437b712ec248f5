//! Deployment configurations, over a real socket.

use serde_json::{Value, json};

use crate::endpoint_deployment_support::set_up;
use crate::endpoint_support::{Client, endpoint};

fn named(name: &str) -> Value {
    json!({ "deploymentConfigName": name })
}

/// A canary for ECS.
fn canary(name: &str, percentage: i64, minutes: i64) -> Value {
    json!({
        "deploymentConfigName": name,
        "computePlatform": "ECS",
        "trafficRoutingConfig": {
            "type": "TimeBasedCanary",
            "timeBasedCanary": { "canaryPercentage": percentage, "canaryInterval": minutes },
        },
    })
}

#[tokio::test]
async fn all_seventeen_built_in_configurations_are_there() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    let list = client.done("ListDeploymentConfigs", json!({})).await;
    let names = list["deploymentConfigsList"].as_array().unwrap();
    assert_eq!(names.len(), 17, "{list}");
    for name in names {
        let got = client.done("GetDeploymentConfig", named(name.as_str().unwrap())).await;
        let info = &got["deploymentConfigInfo"];
        assert_eq!(info["deploymentConfigName"], *name);
        let by_traffic = info["computePlatform"] != "Server";
        assert_eq!(info["trafficRoutingConfig"]["type"].is_string(), by_traffic, "{info}");
        assert_eq!(info["minimumHealthyHosts"]["value"].is_u64(), !by_traffic, "{info}");
    }
    let got =
        client.done("GetDeploymentConfig", named("CodeDeployDefault.LambdaCanary10Percent30Minutes")).await;
    assert_eq!(
        got["deploymentConfigInfo"]["trafficRoutingConfig"],
        json!({ "type": "TimeBasedCanary", "timeBasedCanary": { "canaryPercentage": 10, "canaryInterval": 30 } })
    );
}

#[tokio::test]
async fn a_custom_configuration_says_what_it_was_made_with() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    let linear = json!({ "type": "TimeBasedLinear", "timeBasedLinear": { "linearPercentage": 30, "linearInterval": 7 } });
    let all_at_once = json!({ "type": "AllAtOnce" });
    let hosts = json!({ "type": "FLEET_PERCENT", "value": 75 });
    let zonal = json!({
        "firstZoneMonitorDurationInSeconds": 60,
        "monitorDurationInSeconds": 30,
        "minimumHealthyHostsPerZone": { "type": "HOST_COUNT", "value": 1 },
    });
    for (name, parts) in [
        ("linear", json!({ "computePlatform": "Lambda", "trafficRoutingConfig": linear })),
        ("at-once", json!({ "computePlatform": "ECS", "trafficRoutingConfig": all_at_once })),
        ("hosts", json!({ "computePlatform": "Server", "minimumHealthyHosts": hosts })),
        ("zones", json!({ "computePlatform": "Server", "minimumHealthyHosts": hosts, "zonalConfig": zonal })),
    ] {
        let mut input = parts.clone();
        input["deploymentConfigName"] = name.into();
        let made = client.done("CreateDeploymentConfig", input).await;
        let got = client.done("GetDeploymentConfig", named(name)).await["deploymentConfigInfo"].clone();
        assert_eq!(got["deploymentConfigId"], made["deploymentConfigId"]);
        for (member, value) in parts.as_object().unwrap() {
            assert_eq!(got[member], *value, "{name}");
        }
    }
    let platform = client
        .done("CreateDeploymentConfig", json!({ "deploymentConfigName": "d", "minimumHealthyHosts": hosts }));
    platform.await;
    let got = client.done("GetDeploymentConfig", named("d")).await;
    assert_eq!(got["deploymentConfigInfo"]["computePlatform"], "Server", "the service's own default");
}

#[tokio::test]
async fn a_configuration_that_the_service_would_not_take_is_refused() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    client.done("CreateDeploymentConfig", canary("there", 10, 5)).await;
    let with = |member: &str, value: Value| {
        let mut input = canary("new", 10, 5);
        input[member] = value;
        input
    };
    let hosts = json!({ "type": "HOST_COUNT", "value": 1 });
    let server = |hosts: Value| json!({ "deploymentConfigName": "new", "computePlatform": "Server", "minimumHealthyHosts": hosts });
    let mut zonal = server(hosts.clone());
    zonal["zonalConfig"] = json!({ "monitorDurationInSeconds": -1 });
    let routing = "InvalidTrafficRoutingConfiguration";
    let healthy = "InvalidMinimumHealthyHostValue";
    for (input, error) in [
        (with("deploymentConfigName", Value::Null), "DeploymentConfigNameRequired"),
        (with("deploymentConfigName", "a/b".into()), "InvalidDeploymentConfigName"),
        (with("deploymentConfigName", "CodeDeployDefault.Mine".into()), "InvalidDeploymentConfigName"),
        (canary("there", 10, 5), "DeploymentConfigAlreadyExists"),
        (with("computePlatform", "Mainframe".into()), "InvalidComputePlatform"),
        (canary("new", 0, 5), routing),
        (canary("new", 100, 5), routing),
        (canary("new", -1, 5), routing),
        (canary("new", 10, 0), routing),
        (canary("new", 10, 2881), routing),
        (with("trafficRoutingConfig", Value::Null), routing),
        (with("trafficRoutingConfig", json!({ "type": "TimeBasedCanary" })), routing),
        (with("trafficRoutingConfig", json!({ "type": "AllAtOnce", "timeBasedLinear": {} })), routing),
        (with("trafficRoutingConfig", json!({ "type": "TimeBasedLinear", "timeBasedLinear": {} })), routing),
        (with("trafficRoutingConfig", json!({ "type": "Sometimes" })), routing),
        (with("trafficRoutingConfig", json!({})), routing),
        (with("minimumHealthyHosts", hosts.clone()), healthy),
        (with("zonalConfig", json!({})), "InvalidZonalDeploymentConfiguration"),
        (with("computePlatform", "Server".into()), routing),
        (server(Value::Null), healthy),
        (server(json!({ "type": "HOST_COUNT", "value": -1 })), healthy),
        (server(json!({ "type": "HOST_COUNT" })), healthy),
        (server(json!({ "type": "FLEET_PERCENT", "value": 100 })), healthy),
        (server(json!({ "type": "MOST_CONCURRENCY", "value": 1 })), healthy),
        (zonal, "InvalidZonalDeploymentConfiguration"),
    ] {
        assert_eq!(client.refused("CreateDeploymentConfig", input.clone()).await, error, "{input}");
    }
    assert_eq!(client.refused("GetDeploymentConfig", named("new")).await, "DeploymentConfigDoesNotExist");
    assert_eq!(client.refused("GetDeploymentConfig", named("a/b")).await, "InvalidDeploymentConfigName");
    assert_eq!(client.refused("GetDeploymentConfig", json!({})).await, "DeploymentConfigNameRequired");
}

#[tokio::test]
async fn custom_configurations_are_deleted_and_built_in_ones_stay() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    client.done("CreateDeploymentConfig", canary("mine", 10, 5)).await;
    for name in ["mine", "mine", "nobody"] {
        assert_eq!(client.done("DeleteDeploymentConfig", named(name)).await, json!({}));
    }
    assert_eq!(client.refused("GetDeploymentConfig", named("mine")).await, "DeploymentConfigDoesNotExist");
    for (input, error) in [
        (named("CodeDeployDefault.ECSAllAtOnce"), "InvalidOperation"),
        (named("a b"), "InvalidDeploymentConfigName"),
        (json!({}), "DeploymentConfigNameRequired"),
    ] {
        assert_eq!(client.refused("DeleteDeploymentConfig", input).await, error);
    }
}

#[tokio::test]
async fn an_account_has_two_hundred_custom_configurations() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    for number in 0..200 {
        client.done("CreateDeploymentConfig", canary(&format!("config-{number}"), 10, 5)).await;
    }
    let one_more = canary("one-more", 10, 5);
    assert_eq!(client.refused("CreateDeploymentConfig", one_more).await, "DeploymentConfigLimitExceeded");
}

#[tokio::test]
async fn a_configuration_that_a_group_uses_stays() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    client.done("CreateDeploymentConfig", canary("mine", 10, 5)).await;
    set_up(&client, json!({ "deploymentConfigName": "mine" })).await;
    let refused = client.call("DeleteDeploymentConfig", named("mine")).await.unwrap_err();
    assert_eq!(refused.name, "DeploymentConfigInUseException");
    assert!(refused.message.contains("web"), "it names the group: {}", refused.message);
    let group = json!({ "applicationName": "shop", "deploymentGroupName": "web" });
    client.done("DeleteDeploymentGroup", group).await;
    client.done("DeleteDeploymentConfig", named("mine")).await;
}
