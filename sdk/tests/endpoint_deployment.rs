//! Deployments from their begin to their end, over a real socket.

use serde_json::{Value, json};

use crate::endpoint_deployment_support::{
    appspec, called, deploy, deploy_with, events, info, report, set_up, shop, silent, target, until,
    until_status, waits,
};
use crate::endpoint_support::{Client, endpoint_with};
use greenlight::core::appspec::sha256;

const EVENTS: [&str; 8] = [
    "BeforeInstall",
    "Install",
    "AfterInstall",
    "AllowTestTraffic",
    "AfterAllowTestTraffic",
    "BeforeAllowTraffic",
    "AllowTraffic",
    "AfterAllowTraffic",
];

#[tokio::test]
async fn a_deployment_runs_to_its_end_and_says_so_everywhere() {
    let (endpoint, client) = shop(json!({})).await;
    let text = appspec(1, &[]);
    let id = deploy_with(&client, &text, json!({ "description": "the first one" })).await;
    let ended = until_status(&client, &id, "Succeeded").await;
    assert_eq!(ended["applicationName"], "shop");
    assert_eq!(ended["deploymentGroupName"], "web");
    assert_eq!(ended["deploymentConfigName"], "CodeDeployDefault.ECSAllAtOnce");
    assert_eq!(ended["description"], "the first one");
    assert_eq!(ended["creator"], "user");
    assert_eq!(ended["computePlatform"], "ECS");
    assert_eq!(
        ended["revision"],
        json!({ "revisionType": "AppSpecContent", "appSpecContent": { "sha256": sha256(&text) } })
    );
    assert_eq!(
        ended["deploymentOverview"],
        json!({ "Pending": 0, "InProgress": 0, "Succeeded": 1, "Failed": 0, "Skipped": 0, "Ready": 0 })
    );
    let times = ["createTime", "startTime", "completeTime"].map(|time| ended[time].as_f64().unwrap());
    assert!(times.is_sorted(), "{times:?}");
    for absent in ["errorInformation", "rollbackInfo", "previousRevision", "overrideAlarmConfiguration"] {
        assert_eq!(ended[absent], Value::Null, "{absent}");
    }

    let group = json!({ "applicationName": "shop", "deploymentGroupName": "web" });
    let group = &client.done("GetDeploymentGroup", group).await["deploymentGroupInfo"];
    for last in ["lastSuccessfulDeployment", "lastAttemptedDeployment"] {
        assert_eq!(group[last]["deploymentId"], *id);
        assert_eq!(group[last]["status"], "Succeeded");
        assert_eq!(group[last]["endTime"], ended["completeTime"]);
    }
    assert_eq!(group["targetRevision"], ended["revision"]);

    let second = deploy(&client, &appspec(2, &[])).await;
    let second = until_status(&client, &second, "Succeeded").await;
    assert_eq!(second["previousRevision"], ended["revision"]);
    endpoint.shutdown().await;
}

#[tokio::test]
async fn the_target_shows_its_events_and_task_sets_as_the_service_does() {
    let (endpoint, client) = shop(json!({})).await;
    let first = deploy(&client, &appspec(1, &[])).await;
    until_status(&client, &first, "Succeeded").await;
    let seen = target(&client, &first).await;
    assert_eq!(seen["targetId"], "main:web");
    assert_eq!(seen["targetArn"], "arn:aws:ecs:us-east-1:123456789012:service/main/web");
    assert_eq!(seen["status"], "Succeeded");
    assert_eq!(events(&seen), EVENTS.map(|event| (event.to_owned(), "Succeeded".to_owned())));
    assert!(seen["lastUpdatedAt"].as_f64().unwrap() >= 1.7e9);
    let sets = seen["taskSetsInfo"].as_array().unwrap();
    let green = sets.iter().find(|set| set["taskSetLabel"] == "Green").unwrap();
    assert_eq!(green["status"], "PRIMARY");
    assert_eq!(green["trafficWeight"], 100.0);
    assert_eq!(green["targetGroup"], json!({ "name": "web-2" }));
    assert_eq!((&green["desiredCount"], &green["runningCount"]), (&json!(1), &json!(1)));
    let digits = green["identifer"].as_str().unwrap().strip_prefix("ecs-svc/").unwrap();
    assert!(digits.len() == 19 && digits.bytes().all(|b| b.is_ascii_digit()), "{digits}");

    // The next deployment's blue task set is this one's green one, in its target group.
    let group = json!({
        "applicationName": "shop",
        "currentDeploymentGroupName": "web",
        "blueGreenDeploymentConfiguration": waits(60, 0),
    });
    client.done("UpdateDeploymentGroup", group).await;
    let second = deploy(&client, &appspec(2, &[])).await;
    until_status(&client, &second, "Ready").await;
    let seen = target(&client, &second).await;
    assert_eq!(seen["status"], "Ready");
    let sets = seen["taskSetsInfo"].as_array().unwrap();
    let blue = sets.iter().find(|set| set["taskSetLabel"] == "Blue").unwrap();
    assert_eq!(blue["identifer"], green["identifer"]);
    assert_eq!(blue["targetGroup"], json!({ "name": "web-2" }));
    assert_eq!((&blue["status"], &blue["trafficWeight"]), (&json!("PRIMARY"), &json!(100.0)));
    let green = sets.iter().find(|set| set["taskSetLabel"] == "Green").unwrap();
    assert_ne!(green["identifer"], blue["identifer"]);
    assert_eq!(green["targetGroup"], json!({ "name": "web-1" }));
    assert_eq!((&green["status"], &green["trafficWeight"]), (&json!("ACTIVE"), &json!(0.0)));
    endpoint.shutdown().await;
}

#[tokio::test]
async fn a_failed_hook_fails_the_deployment_and_rolls_back_to_the_last_good_revision() {
    let (hook, mut calls) = silent();
    let endpoint = endpoint_with(|builder| builder.with_fallback_hook(hook)).await;
    let client = Client::new(&endpoint);
    let rollback =
        json!({ "autoRollbackConfiguration": { "enabled": true, "events": ["DEPLOYMENT_FAILURE"] } });
    set_up(&client, rollback).await;
    let good = deploy(&client, &appspec(1, &[])).await;
    let good = until_status(&client, &good, "Succeeded").await;
    let bad = deploy(&client, &appspec(2, &[("AfterAllowTestTraffic", "smoke")])).await;
    let hook = called(&mut calls).await;
    assert_eq!(info(&client, &bad).await["deploymentOverview"], Value::Null);
    client.done("PutLifecycleEventHookExecutionStatus", report(&hook, "Failed")).await;
    let failed = until_status(&client, &bad, "Failed").await;
    assert_eq!(failed["errorInformation"]["code"], "HOOK_EXECUTION_FAILURE");
    assert_eq!(failed["deploymentOverview"]["Failed"], 1);
    assert_eq!(failed["previousRevision"], good["revision"]);
    let back = failed["rollbackInfo"]["rollbackDeploymentId"].as_str().unwrap();
    let back = until_status(&client, back, "Succeeded").await;
    assert_eq!(back["creator"], "codeDeployRollback");
    assert_eq!(back["deploymentConfigName"], "CodeDeployDefault.ECSAllAtOnce");
    assert_eq!(back["revision"], good["revision"]);
    assert_eq!(back["previousRevision"], failed["revision"]);
    assert_eq!(back["rollbackInfo"]["rollbackTriggeringDeploymentId"], *bad);
    assert_eq!(back["description"], Value::Null);

    let seen = target(&client, &bad).await;
    assert_eq!(seen["status"], "Failed");
    let event = seen["lifecycleEvents"].as_array().unwrap().iter().find(|event| event["status"] == "Failed");
    assert_eq!(event.unwrap()["lifecycleEventName"], "AfterAllowTestTraffic");
    assert_eq!(event.unwrap()["diagnostics"], Value::Null, "the service has none for ECS");
    endpoint.shutdown().await;
}

#[tokio::test]
async fn an_operator_ends_both_waits() {
    let (endpoint, client) = shop(json!({ "blueGreenDeploymentConfiguration": waits(60, 60) })).await;
    let id = deploy(&client, &appspec(1, &[])).await;
    until_status(&client, &id, "Ready").await;
    client
        .done("ContinueDeployment", json!({ "deploymentId": id, "deploymentWaitType": "READY_WAIT" }))
        .await;
    let waiting = until(&client, &id, "the termination wait", |info| {
        info["instanceTerminationWaitTimeStarted"] == true
    })
    .await;
    assert_eq!(waiting["status"], "InProgress");
    client
        .done("ContinueDeployment", json!({ "deploymentId": id, "deploymentWaitType": "TERMINATION_WAIT" }))
        .await;
    until_status(&client, &id, "Succeeded").await;

    let id = deploy(&client, &appspec(2, &[])).await;
    until_status(&client, &id, "Ready").await;
    client.done("ContinueDeployment", json!({ "deploymentId": id })).await;
    until(&client, &id, "the termination wait", |info| info["instanceTerminationWaitTimeStarted"] == true)
        .await;
    client.done("SkipWaitTimeForInstanceTermination", json!({ "deploymentId": id })).await;
    until_status(&client, &id, "Succeeded").await;
    endpoint.shutdown().await;
}

#[tokio::test]
async fn a_stop_ends_a_deployment_and_rolls_back_when_asked_to() {
    let (endpoint, client) = shop(json!({ "blueGreenDeploymentConfiguration": waits(0, 60) })).await;
    for (number, rollback) in [(1, false), (2, false), (3, true)] {
        let id = deploy(&client, &appspec(number, &[])).await;
        until(&client, &id, "the termination wait", |info| {
            info["instanceTerminationWaitTimeStarted"] == true
        })
        .await;
        if number == 1 {
            client.done("SkipWaitTimeForInstanceTermination", json!({ "deploymentId": id })).await;
            until_status(&client, &id, "Succeeded").await;
            continue;
        }
        let answer = client
            .done("StopDeployment", json!({ "deploymentId": id, "autoRollbackEnabled": rollback }))
            .await;
        assert!(["Pending", "Succeeded"].contains(&answer["status"].as_str().unwrap()), "{answer}");
        let stopped = until_status(&client, &id, "Stopped").await;
        assert_eq!(stopped["errorInformation"]["code"], "MANUAL_STOP");
        assert_eq!(stopped["rollbackInfo"]["rollbackDeploymentId"].is_string(), rollback, "{stopped}");
        if let Some(back) = stopped["rollbackInfo"]["rollbackDeploymentId"].as_str() {
            until_status(&client, back, "Succeeded").await;
        }
    }
    endpoint.shutdown().await;
}

#[tokio::test]
async fn a_group_that_is_given_another_service_begins_anew() {
    let (endpoint, client) = shop(json!({})).await;
    let first = deploy(&client, &appspec(1, &[])).await;
    until_status(&client, &first, "Succeeded").await;
    let other = json!({
        "applicationName": "shop",
        "currentDeploymentGroupName": "web",
        "ecsServices": [{ "clusterName": "main", "serviceName": "other" }],
        "blueGreenDeploymentConfiguration": waits(60, 0),
    });
    client.done("UpdateDeploymentGroup", other).await;
    let second = deploy(&client, &appspec(2, &[])).await;
    until_status(&client, &second, "Ready").await;
    let input = json!({ "deploymentId": second, "targetId": "main:other" });
    let seen = client.done("GetDeploymentTarget", input).await["deploymentTarget"]["ecsTarget"].take();
    let sets = seen["taskSetsInfo"].as_array().unwrap();
    let groups: Vec<_> = sets.iter().map(|set| (&set["taskSetLabel"], &set["targetGroup"]["name"])).collect();
    assert_eq!(groups, [(&json!("Blue"), &json!("web-1")), (&json!("Green"), &json!("web-2"))]);
    endpoint.shutdown().await;
}
