//! Targets of deployments, and the reports of their hooks, over a real socket.

use serde_json::json;

use crate::endpoint_deployment_support::{
    appspec, called, deploy, report, set_up, shop, silent, target, until_status, waits, with,
};
use crate::endpoint_support::{Client, endpoint_with};

#[tokio::test]
async fn the_one_target_is_listed_by_its_status() {
    let (endpoint, client) = shop(json!({ "blueGreenDeploymentConfiguration": waits(60, 0) })).await;
    let id = deploy(&client, &appspec(1, &[])).await;
    until_status(&client, &id, "Ready").await;
    let list = |filters| {
        client.done("ListDeploymentTargets", json!({ "deploymentId": id, "targetFilters": filters }))
    };
    for filters in [
        json!({}),
        json!({ "TargetStatus": ["Ready", "Failed"] }),
        json!({ "ServerInstanceLabel": ["BLUE"] }),
        json!({ "ServerInstanceLabel": ["Green"] }),
    ] {
        assert_eq!(list(filters).await, json!({ "targetIds": ["main:web"] }));
    }
    assert_eq!(list(json!({ "TargetStatus": ["Succeeded"] })).await, json!({ "targetIds": [] }));
    for (filters, error) in [
        (json!({ "TargetStatus": ["Asleep"] }), "InvalidInstanceStatus"),
        (json!({ "ServerInstanceLabel": ["Mauve"] }), "InvalidInstanceType"),
        (json!({ "Colour": ["Blue"] }), "InvalidTargetFilterName"),
    ] {
        let input = json!({ "deploymentId": id, "targetFilters": filters });
        assert_eq!(client.refused("ListDeploymentTargets", input).await, error, "{filters}");
    }
    let token = json!({ "deploymentId": id, "nextToken": "x" });
    assert_eq!(client.refused("ListDeploymentTargets", token).await, "InvalidNextToken");
    endpoint.shutdown().await;
}

#[tokio::test]
async fn a_batch_has_the_one_target() {
    let (endpoint, client) = shop(json!({})).await;
    let id = deploy(&client, &appspec(1, &[])).await;
    until_status(&client, &id, "Succeeded").await;
    let input = json!({ "deploymentId": id, "targetIds": ["main:web"] });
    let targets = client.done("BatchGetDeploymentTargets", input).await;
    let one = json!({ "deploymentTargetType": "ECSTarget", "ecsTarget": target(&client, &id).await });
    assert_eq!(targets, json!({ "deploymentTargets": [one] }));
    for (target, error) in [
        (json!(null), "DeploymentTargetIdRequired"),
        (json!(""), "DeploymentTargetIdRequired"),
        (json!("no target"), "InvalidDeploymentTargetId"),
        (json!("main:other"), "DeploymentTargetDoesNotExist"),
    ] {
        let one = json!({ "deploymentId": id, "targetId": target });
        assert_eq!(client.refused("GetDeploymentTarget", one).await, error, "{target}");
        if target.is_string() {
            let batch = json!({ "deploymentId": id, "targetIds": [target] });
            assert_eq!(client.refused("BatchGetDeploymentTargets", batch).await, error, "{target}");
        }
    }
    for (targets, error) in [
        (json!([]), "DeploymentTargetIdRequired"),
        (json!(vec!["main:web"; 26]), "DeploymentTargetListSizeExceeded"),
    ] {
        let batch = json!({ "deploymentId": id, "targetIds": targets });
        assert_eq!(client.refused("BatchGetDeploymentTargets", batch).await, error);
    }
    endpoint.shutdown().await;
}

#[tokio::test]
async fn a_hook_reports_once_what_it_found_out() {
    let (hook, mut calls) = silent();
    let endpoint = endpoint_with(|builder| builder.with_fallback_hook(hook)).await;
    let client = Client::new(&endpoint);
    set_up(&client, json!({})).await;
    let put = "PutLifecycleEventHookExecutionStatus";
    let id = deploy(&client, &appspec(1, &[("BeforeInstall", "one"), ("AfterInstall", "two")])).await;
    let first = called(&mut calls).await;
    for status in ["Pending", "InProgress", "Skipped", "Unknown", ""] {
        assert_eq!(
            client.refused(put, report(&first, status)).await,
            "InvalidLifecycleEventHookExecutionStatus"
        );
    }
    for execution in [json!(null), json!(""), json!("somebody-else's"), json!("x".repeat(100_000))] {
        let foreign =
            with(report(&first, "Succeeded"), json!({ "lifecycleEventHookExecutionId": execution }));
        assert_eq!(client.refused(put, foreign).await, "InvalidLifecycleEventHookExecutionId");
    }
    let answer = client.done(put, report(&first, "Succeeded")).await;
    assert_eq!(answer, json!({ "lifecycleEventHookExecutionId": first.execution.as_str() }));
    for status in ["Succeeded", "Failed"] {
        assert_eq!(client.refused(put, report(&first, status)).await, "LifecycleEventAlreadyCompleted");
    }
    let second = called(&mut calls).await;
    client.done(put, report(&second, "Succeeded")).await;
    until_status(&client, &id, "Succeeded").await;
    assert_eq!(client.refused(put, report(&second, "Succeeded")).await, "LifecycleEventAlreadyCompleted");
    endpoint.shutdown().await;
}

#[tokio::test]
async fn a_hook_cannot_report_for_another_deployment() {
    let (hook, mut calls) = silent();
    let endpoint = endpoint_with(|builder| builder.with_fallback_hook(hook)).await;
    let client = Client::new(&endpoint);
    set_up(&client, json!({})).await;
    let done = deploy(&client, &appspec(1, &[])).await;
    until_status(&client, &done, "Succeeded").await;
    deploy(&client, &appspec(2, &[("BeforeInstall", "one")])).await;
    let hook = called(&mut calls).await;
    let foreign = with(report(&hook, "Succeeded"), json!({ "deploymentId": done }));
    let put = "PutLifecycleEventHookExecutionStatus";
    assert_eq!(client.refused(put, foreign).await, "InvalidLifecycleEventHookExecutionId");
    endpoint.shutdown().await;
}
