//! Every error of the operations on deployment groups, raised over a real socket.

use serde_json::{Value, json};

use crate::endpoint_deployment_support::{group, listener, shop, waits, with};
use crate::endpoint_support::{Client, application};

/// What is wrong with a group whatever is done with it: one change, and the error's name.
fn changes() -> Vec<(Value, &'static str)> {
    let pair = |change: Value| {
        let pair = with(group()["loadBalancerInfo"]["targetGroupPairInfoList"][0].clone(), change);
        json!({ "loadBalancerInfo": { "targetGroupPairInfoList": [pair] } })
    };
    let alarms = |names: Vec<String>| {
        let alarms: Vec<Value> = names.into_iter().map(|name| json!({ "name": name })).collect();
        json!({ "alarmConfiguration": { "enabled": true, "alarms": alarms } })
    };
    let trigger = |change: Value| {
        let trigger = json!({
            "triggerName": "chat",
            "triggerTargetArn": "arn:aws:sns:us-east-1:123456789012:chat",
            "triggerEvents": ["DeploymentStart"],
        });
        json!({ "triggerConfigurations": [with(trigger, change)] })
    };
    let numbered = |count: usize| (0..count).map(|number| format!("alarm {number}")).collect::<Vec<_>>();
    let waits_of = |waits: Value| json!({ "blueGreenDeploymentConfiguration": waits });
    let listeners = |names: &[&str]| json!({ "listenerArns": names.iter().map(|name| listener(name)).collect::<Vec<_>>() });
    vec![
        (json!({ "deploymentConfigName": "a b" }), "InvalidDeploymentConfigName"),
        (
            json!({ "deploymentConfigName": "CodeDeployDefault.LambdaAllAtOnce" }),
            "InvalidDeploymentConfigName",
        ),
        (json!({ "deploymentConfigName": "nobody" }), "DeploymentConfigDoesNotExist"),
        (json!({ "serviceRoleArn": "codedeploy" }), "InvalidRole"),
        (json!({ "serviceRoleArn": "arn:aws:iam::123456789012:user/me" }), "InvalidRole"),
        (trigger(json!({ "triggerName": "" })), "InvalidTriggerConfig"),
        (trigger(json!({ "triggerTargetArn": "chat" })), "InvalidTriggerConfig"),
        (trigger(json!({ "triggerEvents": [] })), "InvalidTriggerConfig"),
        (trigger(json!({ "triggerEvents": ["Nonsense"] })), "InvalidTriggerConfig"),
        (
            json!({ "triggerConfigurations": vec![trigger(json!({}))["triggerConfigurations"][0].clone(); 11] }),
            "TriggerTargetsLimitExceeded",
        ),
        (alarms(vec![]), "InvalidAlarmConfig"),
        (alarms(vec![String::new()]), "InvalidAlarmConfig"),
        (alarms(vec!["x".repeat(256)]), "InvalidAlarmConfig"),
        (alarms(vec!["twice".into(), "twice".into()]), "InvalidAlarmConfig"),
        (alarms(numbered(11)), "AlarmsLimitExceeded"),
        (json!({ "autoRollbackConfiguration": { "enabled": true } }), "InvalidAutoRollbackConfig"),
        (
            json!({ "autoRollbackConfiguration": { "enabled": true, "events": ["RAIN"] } }),
            "InvalidAutoRollbackConfig",
        ),
        (json!({ "loadBalancerInfo": {} }), "InvalidLoadBalancerInfo"),
        (json!({ "loadBalancerInfo": { "elbInfoList": [{ "name": "old" }] } }), "InvalidLoadBalancerInfo"),
        (
            json!({ "loadBalancerInfo": { "targetGroupInfoList": [{ "name": "a" }] } }),
            "InvalidLoadBalancerInfo",
        ),
        (json!({ "loadBalancerInfo": { "targetGroupPairInfoList": [{}, {}] } }), "InvalidLoadBalancerInfo"),
        (pair(json!({ "prodTrafficRoute": null })), "InvalidLoadBalancerInfo"),
        (pair(json!({ "prodTrafficRoute": listeners(&["a", "b"]) })), "InvalidLoadBalancerInfo"),
        (pair(json!({ "testTrafficRoute": listeners(&["a", "b"]) })), "InvalidLoadBalancerInfo"),
        (pair(json!({ "testTrafficRoute": listeners(&["production"]) })), "InvalidLoadBalancerInfo"),
        (pair(json!({ "testTrafficRoute": { "listenerArns": ["a"] } })), "InvalidLoadBalancerInfo"),
        (pair(json!({ "targetGroups": [{ "name": "alone" }] })), "InvalidTargetGroupPair"),
        (pair(json!({ "targetGroups": [{ "name": "a" }, {}] })), "InvalidTargetGroupPair"),
        (pair(json!({ "targetGroups": [{ "name": "a" }, { "name": "a" }] })), "InvalidTargetGroupPair"),
        (
            json!({ "deploymentStyle": { "deploymentType": "IN_PLACE", "deploymentOption": "WITH_TRAFFIC_CONTROL" } }),
            "InvalidDeploymentStyle",
        ),
        (waits_of(waits(2881, 0)), "InvalidBlueGreenDeploymentConfiguration"),
        (waits_of(waits(0, 2881)), "InvalidBlueGreenDeploymentConfiguration"),
        (
            waits_of(json!({ "deploymentReadyOption": { "waitTimeInMinutes": -1 } })),
            "InvalidBlueGreenDeploymentConfiguration",
        ),
        (
            waits_of(json!({ "deploymentReadyOption": { "actionOnTimeout": "SLEEP" } })),
            "InvalidBlueGreenDeploymentConfiguration",
        ),
        (
            waits_of(json!({ "terminateBlueInstancesOnDeploymentSuccess": { "action": "SLEEP" } })),
            "InvalidBlueGreenDeploymentConfiguration",
        ),
        (
            waits_of(json!({ "greenFleetProvisioningOption": { "action": "DISCOVER_EXISTING" } })),
            "InvalidBlueGreenDeploymentConfiguration",
        ),
        (json!({ "outdatedInstancesStrategy": "FORGET" }), "InvalidInput"),
        (json!({ "ecsServices": [] }), "InvalidECSService"),
        (json!({ "ecsServices": [{ "clusterName": "main" }] }), "InvalidECSService"),
        (
            json!({ "ecsServices": vec![json!({ "clusterName": "c", "serviceName": "s" }); 2] }),
            "InvalidECSService",
        ),
        (
            json!({ "ecsServices": [{
                "clusterName": "main",
                "serviceName": "arn:aws:ecs:us-east-1:123456789012:service/main/web",
            }] }),
            "ECSServiceMappingLimitExceeded",
        ),
    ]
}

/// The request that makes another group in the same application.
fn other() -> Value {
    let service = json!([{ "clusterName": "main", "serviceName": "other" }]);
    with(group(), json!({ "deploymentGroupName": "other", "ecsServices": service }))
}

#[tokio::test]
async fn what_a_group_cannot_be_is_refused_when_it_is_made_and_when_it_is_changed() {
    let (endpoint, client) = shop(json!({})).await;
    for (change, error) in changes() {
        let input = with(other(), change.clone());
        assert_eq!(client.refused("CreateDeploymentGroup", input).await, error, "{change}");
    }
    client.done("CreateDeploymentGroup", other()).await;
    let names = json!({ "applicationName": "shop", "deploymentGroupName": "other" });
    let before = client.done("GetDeploymentGroup", names.clone()).await;
    let current = json!({ "applicationName": "shop", "currentDeploymentGroupName": "other" });
    for (change, error) in changes() {
        let input = with(current.clone(), change.clone());
        assert_eq!(client.refused("UpdateDeploymentGroup", input).await, error, "{change}");
    }
    assert_eq!(client.done("GetDeploymentGroup", names).await, before);
    endpoint.shutdown().await;
}

#[tokio::test]
async fn what_a_new_group_must_have_is_named_when_it_is_missing() {
    let (endpoint, client) = shop(json!({})).await;
    for (member, error) in [
        ("applicationName", "ApplicationNameRequired"),
        ("deploymentGroupName", "DeploymentGroupNameRequired"),
        ("serviceRoleArn", "RoleRequired"),
        ("loadBalancerInfo", "InvalidLoadBalancerInfo"),
        ("deploymentStyle", "InvalidDeploymentStyle"),
        ("blueGreenDeploymentConfiguration", "InvalidBlueGreenDeploymentConfiguration"),
        ("ecsServices", "InvalidECSService"),
    ] {
        let input = with(other(), json!({ member: null }));
        assert_eq!(client.refused("CreateDeploymentGroup", input).await, error, "{member}");
    }
    let tags = json!({ "tags": [{ "Key": "aws:mine" }] });
    assert_eq!(client.refused("CreateDeploymentGroup", with(other(), tags)).await, "InvalidTagsToAdd");
    assert_eq!(client.refused("CreateDeploymentGroup", group()).await, "DeploymentGroupAlreadyExists");
    endpoint.shutdown().await;
}

#[tokio::test]
async fn names_that_are_wrong_are_refused_by_every_operation() {
    let (endpoint, client) = shop(json!({})).await;
    let both = ["CreateDeploymentGroup", "GetDeploymentGroup", "DeleteDeploymentGroup"];
    for operation in both {
        for (names, error) in [
            (json!({}), "ApplicationNameRequired"),
            (json!({ "applicationName": "a b" }), "InvalidApplicationName"),
            (json!({ "applicationName": "shop" }), "DeploymentGroupNameRequired"),
            (
                json!({ "applicationName": "shop", "deploymentGroupName": "a/b" }),
                "InvalidDeploymentGroupName",
            ),
        ] {
            assert_eq!(client.refused(operation, names.clone()).await, error, "{operation} {names}");
        }
    }
    let nobody = json!({ "applicationName": "nobody", "deploymentGroupName": "web", "deploymentGroupNames": ["web"],
        "currentDeploymentGroupName": "web" });
    let operations = [
        "CreateDeploymentGroup",
        "GetDeploymentGroup",
        "UpdateDeploymentGroup",
        "ListDeploymentGroups",
        "BatchGetDeploymentGroups",
    ];
    for operation in operations {
        assert_eq!(client.refused(operation, nobody.clone()).await, "ApplicationDoesNotExist", "{operation}");
    }
    let get = json!({ "applicationName": "shop", "deploymentGroupName": "nobody" });
    assert_eq!(client.refused("GetDeploymentGroup", get).await, "DeploymentGroupDoesNotExist");
    check_updates(&client).await;
    check_batches(&client).await;
    endpoint.shutdown().await;
}

async fn check_updates(client: &Client) {
    client.done("CreateDeploymentGroup", other()).await;
    for (names, error) in [
        (json!({ "currentDeploymentGroupName": null }), "DeploymentGroupNameRequired"),
        (json!({ "currentDeploymentGroupName": "a/b" }), "InvalidDeploymentGroupName"),
        (json!({ "currentDeploymentGroupName": "nobody" }), "DeploymentGroupDoesNotExist"),
        (json!({ "newDeploymentGroupName": "a/b" }), "InvalidDeploymentGroupName"),
        (json!({ "newDeploymentGroupName": "other" }), "DeploymentGroupAlreadyExists"),
    ] {
        let input = json!({ "applicationName": "shop", "currentDeploymentGroupName": "web" });
        assert_eq!(
            client.refused("UpdateDeploymentGroup", with(input, names.clone())).await,
            error,
            "{names}"
        );
    }
}

async fn check_batches(client: &Client) {
    for (names, error) in [
        (json!(null), "DeploymentGroupNameRequired"),
        (json!([]), "DeploymentGroupNameRequired"),
        (json!(["a/b"]), "InvalidDeploymentGroupName"),
        (json!(vec!["web"; 101]), "BatchLimitExceeded"),
    ] {
        let input = json!({ "applicationName": "shop", "deploymentGroupNames": names });
        assert_eq!(client.refused("BatchGetDeploymentGroups", input).await, error, "{names}");
    }
    let token = json!({ "applicationName": "shop", "nextToken": "x" });
    assert_eq!(client.refused("ListDeploymentGroups", token).await, "InvalidNextToken");
}

#[tokio::test]
async fn an_application_has_at_most_a_thousand_groups() {
    let (endpoint, client) = shop(json!({})).await;
    let numbered = |number: usize| {
        let service = json!([{ "clusterName": "main", "serviceName": format!("s{number}") }]);
        with(group(), json!({ "deploymentGroupName": format!("g{number}"), "ecsServices": service }))
    };
    for number in 1..1000 {
        client.done("CreateDeploymentGroup", numbered(number)).await;
    }
    assert_eq!(client.refused("CreateDeploymentGroup", numbered(1000)).await, "DeploymentGroupLimitExceeded");
    application(&client, "another").await;
    let elsewhere = with(numbered(1000), json!({ "applicationName": "another" }));
    client.done("CreateDeploymentGroup", elsewhere).await;
    endpoint.shutdown().await;
}

#[tokio::test]
async fn an_application_for_servers_has_no_groups_here_and_says_why() {
    let (endpoint, client) = shop(json!({})).await;
    client.done("CreateApplication", json!({ "applicationName": "old" })).await;
    let input = with(other(), json!({ "applicationName": "old" }));
    let refused = client.call("CreateDeploymentGroup", input).await.unwrap_err();
    assert_eq!(refused.name, "OperationNotSupportedException");
    assert!(refused.message.contains("compute platform Server"), "{refused:?}");
    endpoint.shutdown().await;
}
