//! Deployment groups as they are made, changed, listed and deleted, over a real socket.

use serde_json::{Value, json};

use crate::endpoint_deployment_support::{
    ROLE, appspec, deploy, group, info, set_up, shop, until_status, waits, with,
};
use crate::endpoint_support::{Client, application, endpoint, endpoint_with};

async fn web(client: &Client) -> Value {
    let names = json!({ "applicationName": "shop", "deploymentGroupName": "web" });
    client.done("GetDeploymentGroup", names).await["deploymentGroupInfo"].take()
}

async fn update(client: &Client, change: Value) {
    let names = json!({ "applicationName": "shop", "currentDeploymentGroupName": "web" });
    let answer = client.done("UpdateDeploymentGroup", with(names, change)).await;
    assert_eq!(answer, json!({ "hooksNotCleanedUp": [] }));
}

#[tokio::test]
async fn a_group_is_answered_as_it_was_made() {
    let trigger = json!([{
        "triggerName": "chat",
        "triggerTargetArn": "arn:aws:sns:us-east-1:123456789012:chat",
        "triggerEvents": ["DeploymentStart", "DeploymentFailure"],
    }]);
    let alarms = json!({ "enabled": true, "ignorePollAlarmFailure": true, "alarms": [{ "name": "errors" }] });
    let rollback = json!({ "enabled": true, "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"] });
    let (endpoint, client) = shop(json!({
        "deploymentConfigName": "CodeDeployDefault.ECSCanary10Percent5Minutes",
        "blueGreenDeploymentConfiguration": waits(5, 60),
        "triggerConfigurations": trigger,
        "alarmConfiguration": alarms,
        "autoRollbackConfiguration": rollback,
        "outdatedInstancesStrategy": "IGNORE",
        "tags": [{ "Key": "team", "Value": "web" }],
    }))
    .await;
    let got = web(&client).await;
    let made = group();
    for member in
        ["applicationName", "deploymentGroupName", "serviceRoleArn", "deploymentStyle", "ecsServices"]
    {
        assert_eq!(got[member], made[member], "{member}");
    }
    assert_eq!(got["loadBalancerInfo"], made["loadBalancerInfo"]);
    assert_eq!(got["deploymentConfigName"], "CodeDeployDefault.ECSCanary10Percent5Minutes");
    assert_eq!(got["blueGreenDeploymentConfiguration"], waits(5, 60));
    assert_eq!(got["triggerConfigurations"], trigger);
    assert_eq!(got["alarmConfiguration"], alarms);
    assert_eq!(got["autoRollbackConfiguration"], rollback);
    assert_eq!(got["outdatedInstancesStrategy"], "IGNORE");
    assert_eq!(got["computePlatform"], "ECS");
    assert_eq!(got["deploymentGroupId"].as_str().unwrap().len(), 36);
    for absent in ["lastAttemptedDeployment", "lastSuccessfulDeployment", "targetRevision"] {
        assert_eq!(got[absent], Value::Null, "{absent}");
    }
    let arn = "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:shop/web";
    let tags = client.done("ListTagsForResource", json!({ "ResourceArn": arn })).await;
    assert_eq!(tags["Tags"], json!([{ "Key": "team", "Value": "web" }]));
    endpoint.shutdown().await;
}

#[tokio::test]
async fn both_waits_are_always_there() {
    for given in
        [json!({}), json!({ "terminateBlueInstancesOnDeploymentSuccess": { "action": "KEEP_ALIVE" } })]
    {
        let (endpoint, client) = shop(json!({ "blueGreenDeploymentConfiguration": given })).await;
        let got = &web(&client).await["blueGreenDeploymentConfiguration"];
        assert_eq!(got["deploymentReadyOption"]["waitTimeInMinutes"], 0);
        assert_eq!(got["terminateBlueInstancesOnDeploymentSuccess"]["terminationWaitTimeInMinutes"], 0);
        assert_eq!(got["deploymentReadyOption"]["actionOnTimeout"], "CONTINUE_DEPLOYMENT");
        endpoint.shutdown().await;
    }
}

#[tokio::test]
async fn an_update_changes_what_it_names_and_nothing_else() {
    let (endpoint, client) = shop(json!({
        "alarmConfiguration": { "enabled": true, "alarms": [{ "name": "errors" }] },
        "triggerConfigurations": [{
            "triggerName": "chat",
            "triggerTargetArn": "arn:aws:sns:us-east-1:123456789012:chat",
            "triggerEvents": ["DeploymentStart"],
        }],
    }))
    .await;
    let before = web(&client).await;
    update(&client, json!({})).await;
    assert_eq!(web(&client).await, before);

    let role = "arn:aws:iam::123456789012:role/service-role/other";
    update(&client, json!({ "serviceRoleArn": role })).await;
    assert_eq!(web(&client).await, with(before.clone(), json!({ "serviceRoleArn": role })));

    let only_ready = json!({ "deploymentReadyOption": waits(7, 0)["deploymentReadyOption"] });
    update(&client, json!({ "serviceRoleArn": ROLE, "blueGreenDeploymentConfiguration": waits(0, 9) })).await;
    update(&client, json!({ "blueGreenDeploymentConfiguration": only_ready })).await;
    assert_eq!(
        web(&client).await,
        with(before.clone(), json!({ "blueGreenDeploymentConfiguration": waits(7, 9) }))
    );

    update(&client, json!({ "triggerConfigurations": [], "alarmConfiguration": { "enabled": false } })).await;
    let got = web(&client).await;
    assert_eq!(got["triggerConfigurations"], json!([]));
    assert_eq!(
        got["alarmConfiguration"],
        json!({ "enabled": false, "ignorePollAlarmFailure": false, "alarms": [] })
    );

    // Its own service is not one of another group.
    update(&client, json!({ "ecsServices": before["ecsServices"] })).await;
    endpoint.shutdown().await;
}

#[tokio::test]
async fn a_renamed_group_keeps_its_id_and_its_deployments() {
    let (endpoint, client) = shop(json!({})).await;
    let id = web(&client).await["deploymentGroupId"].take();
    let deployment = deploy(&client, &appspec(1, &[])).await;
    until_status(&client, &deployment, "Succeeded").await;
    update(&client, json!({ "newDeploymentGroupName": "front" })).await;
    let old = json!({ "applicationName": "shop", "deploymentGroupName": "web" });
    assert_eq!(client.refused("GetDeploymentGroup", old).await, "DeploymentGroupDoesNotExist");
    let new = json!({ "applicationName": "shop", "deploymentGroupName": "front" });
    let got = &client.done("GetDeploymentGroup", new.clone()).await["deploymentGroupInfo"];
    assert_eq!(got["deploymentGroupId"], id);
    assert_eq!(got["lastSuccessfulDeployment"]["deploymentId"], *deployment);
    let listed = client.done("ListDeployments", new).await;
    assert_eq!(listed, json!({ "deployments": [deployment] }));
    endpoint.shutdown().await;
}

#[tokio::test]
async fn a_deleted_group_is_gone_but_its_deployments_can_be_asked_for() {
    let (endpoint, client) = shop(json!({})).await;
    let deployment = deploy(&client, &appspec(1, &[])).await;
    until_status(&client, &deployment, "Succeeded").await;
    let names = json!({ "applicationName": "shop", "deploymentGroupName": "web" });
    for _ in 0..2 {
        let answer = client.done("DeleteDeploymentGroup", names.clone()).await;
        assert_eq!(answer, json!({ "hooksNotCleanedUp": [] }));
    }
    assert_eq!(client.refused("GetDeploymentGroup", names).await, "DeploymentGroupDoesNotExist");
    assert_eq!(info(&client, &deployment).await["deploymentGroupName"], "web");
    // Its service is free for another one, which has no past.
    client.done("CreateDeploymentGroup", group()).await;
    assert_eq!(web(&client).await["lastAttemptedDeployment"], Value::Null);
    endpoint.shutdown().await;
}

#[tokio::test]
async fn groups_are_listed_by_name_a_page_at_a_time_and_described_together() {
    let endpoint = endpoint_with(|builder| builder.with_page_size(2)).await;
    let client = Client::new(&endpoint);
    set_up(&client, json!({})).await;
    for name in ["c", "a", "b"] {
        let service = json!([{ "clusterName": "main", "serviceName": name }]);
        client
            .done(
                "CreateDeploymentGroup",
                with(group(), json!({ "deploymentGroupName": name, "ecsServices": service })),
            )
            .await;
    }
    let first = client.done("ListDeploymentGroups", json!({ "applicationName": "shop" })).await;
    assert_eq!((&first["applicationName"], &first["deploymentGroups"]), (&json!("shop"), &json!(["a", "b"])));
    let next = json!({ "applicationName": "shop", "nextToken": first["nextToken"] });
    let second = client.done("ListDeploymentGroups", next).await;
    assert_eq!(second, json!({ "applicationName": "shop", "deploymentGroups": ["c", "web"] }));

    let names = json!({ "applicationName": "shop", "deploymentGroupNames": ["web", "nobody", "a"] });
    let answer = client.done("BatchGetDeploymentGroups", names).await;
    let found: Vec<&Value> = answer["deploymentGroupsInfo"]
        .as_array()
        .unwrap()
        .iter()
        .map(|info| &info["deploymentGroupName"])
        .collect();
    assert_eq!(found, ["web", "a"]);
    assert!(answer["errorMessage"].as_str().unwrap().contains("nobody"), "{answer}");
    endpoint.shutdown().await;
}

#[tokio::test]
async fn a_group_for_lambda_has_neither_service_nor_load_balancer() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    client.done("CreateApplication", json!({ "applicationName": "shop", "computePlatform": "Lambda" })).await;
    let lambda = json!({
        "applicationName": "shop",
        "deploymentGroupName": "web",
        "serviceRoleArn": ROLE,
        "deploymentStyle": group()["deploymentStyle"],
    });
    client.done("CreateDeploymentGroup", lambda.clone()).await;
    let got = web(&client).await;
    assert_eq!(got["computePlatform"], "Lambda");
    assert_eq!(got["deploymentConfigName"], "CodeDeployDefault.LambdaAllAtOnce");
    assert_eq!(got["ecsServices"], json!([]));
    for absent in ["loadBalancerInfo", "blueGreenDeploymentConfiguration"] {
        assert_eq!(got[absent], Value::Null, "{absent}");
    }
    for (member, error) in [
        ("loadBalancerInfo", "InvalidLoadBalancerInfo"),
        ("blueGreenDeploymentConfiguration", "InvalidBlueGreenDeploymentConfiguration"),
        ("ecsServices", "InvalidECSService"),
    ] {
        let given = json!({ "deploymentGroupName": "other", member: group()[member] });
        assert_eq!(client.refused("CreateDeploymentGroup", with(lambda.clone(), given)).await, error);
    }
    endpoint.shutdown().await;
}

#[tokio::test]
async fn an_application_goes_with_its_groups_and_revisions() {
    let (endpoint, client) = shop(json!({})).await;
    let deployment = deploy(&client, &appspec(1, &[])).await;
    until_status(&client, &deployment, "Succeeded").await;
    client.done("DeleteApplication", json!({ "applicationName": "shop" })).await;
    application(&client, "shop").await;
    let name = json!({ "applicationName": "shop" });
    assert_eq!(client.done("ListDeploymentGroups", name.clone()).await["deploymentGroups"], json!([]));
    assert_eq!(client.done("ListApplicationRevisions", name).await, json!({ "revisions": [] }));
    client.done("CreateDeploymentGroup", group()).await;
    endpoint.shutdown().await;
}
