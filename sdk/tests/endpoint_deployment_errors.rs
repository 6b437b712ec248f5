//! Every error of the operations on deployments, raised over a real socket.

use serde_json::{Value, json};

use crate::endpoint_deployment_support::{
    appspec, deploy, group, lambda_appspec, revision, shop, until_status, waits, with,
};
use crate::endpoint_support::{Client, application};

/// An id that no deployment has.
const NOBODY: &str = "d-AAAAAAAAA";

fn request() -> Value {
    json!({ "applicationName": "shop", "deploymentGroupName": "web", "revision": revision(&appspec(1, &[])) })
}

#[tokio::test]
async fn what_cannot_be_deployed_is_refused() {
    let (endpoint, client) = shop(json!({})).await;
    let content = |text: &str| json!({ "revision": revision(text) });
    let placeholder =
        appspec(1, &[]).replace("arn:aws:ecs:us-east-1:123456789012:task-definition/web:1", "<TASK>");
    let of = |kind: &str, member: &str, value: Value| json!({ "revision": { "revisionType": kind, member: value } });
    for (change, error) in [
        (json!({ "applicationName": null }), "ApplicationNameRequired"),
        (json!({ "applicationName": "a b" }), "InvalidApplicationName"),
        (json!({ "applicationName": "nobody" }), "ApplicationDoesNotExist"),
        (json!({ "deploymentGroupName": null }), "DeploymentGroupNameRequired"),
        (json!({ "deploymentGroupName": "a/b" }), "InvalidDeploymentGroupName"),
        (json!({ "deploymentGroupName": "nobody" }), "DeploymentGroupDoesNotExist"),
        (json!({ "revision": null }), "RevisionRequired"),
        (json!({ "revision": {} }), "RevisionRequired"),
        (of("AppSpecContent", "appSpecContent", json!({ "sha256": "0".repeat(64) })), "RevisionDoesNotExist"),
        (of("AppSpecContent", "appSpecContent", json!({ "sha256": "0" })), "InvalidRevision"),
        (of("AppSpecContent", "appSpecContent", json!({})), "InvalidRevision"),
        (
            of(
                "AppSpecContent",
                "appSpecContent",
                json!({ "content": appspec(1, &[]), "sha256": "0".repeat(64) }),
            ),
            "InvalidRevision",
        ),
        (of("String", "string", json!({ "content": appspec(1, &[]) })), "InvalidRevision"),
        (of("GitHub", "gitHubLocation", json!({ "repository": "a/b", "commitId": "c" })), "InvalidRevision"),
        (of("Floppy", "appSpecContent", json!({ "content": "x" })), "InvalidRevision"),
        (content("nothing of an AppSpec"), "InvalidRevision"),
        (content(&lambda_appspec()), "InvalidRevision"),
        (content(&placeholder), "InvalidRevision"),
        (content(&appspec(1, &[("AfterLunch", "smoke")])), "InvalidRevision"),
        (json!({ "deploymentConfigName": "a b" }), "InvalidDeploymentConfigName"),
        (
            json!({ "deploymentConfigName": "CodeDeployDefault.LambdaAllAtOnce" }),
            "InvalidDeploymentConfigName",
        ),
        (json!({ "deploymentConfigName": "nobody" }), "DeploymentConfigDoesNotExist"),
        (json!({ "description": "x".repeat(257) }), "DescriptionTooLong"),
        (json!({ "targetInstances": { "autoScalingGroups": ["a"] } }), "InvalidTargetInstances"),
        (json!({ "overrideAlarmConfiguration": { "enabled": true } }), "InvalidAlarmConfig"),
        (
            json!({ "overrideAlarmConfiguration": {
                "enabled": true,
                "alarms": (0..11).map(|number| json!({ "name": number.to_string() })).collect::<Vec<_>>(),
            } }),
            "AlarmsLimitExceeded",
        ),
        (json!({ "autoRollbackConfiguration": { "enabled": true } }), "InvalidAutoRollbackConfig"),
        (json!({ "fileExistsBehavior": "SHRUG" }), "InvalidFileExistsBehavior"),
        (json!({ "updateOutdatedInstancesOnly": true }), "InvalidUpdateOutdatedInstancesOnlyValue"),
        (json!({ "ignoreApplicationStopFailures": true }), "InvalidIgnoreApplicationStopFailuresValue"),
        (json!({ "deploymentMode": "RESTART" }), "InvalidInput"),
    ] {
        let input = with(request(), change.clone());
        assert_eq!(client.refused("CreateDeployment", input).await, error, "{change}");
    }
    assert_eq!(client.done("ListDeployments", json!({})).await, json!({ "deployments": [] }));
    let revisions = client.done("ListApplicationRevisions", json!({ "applicationName": "shop" })).await;
    assert_eq!(revisions, json!({ "revisions": [] }), "a refused deployment registers nothing");
    endpoint.shutdown().await;
}

#[tokio::test]
async fn what_is_wrong_in_an_appspec_is_said_with_its_place() {
    let (endpoint, client) = shop(json!({})).await;
    let text = "version: 0.0\nResources:\n  - web:\n      Type: AWS::ECS::Service\n      Properties:\n        \
                TaskDefinition: arn:aws:ecs:us-east-1:123456789012:task-definition/web:1\n        LoadBalancerInfo: { \
                ContainerName: web, ContainerPort: 80 }\nHooks:\n  - AfterLunch: smoke\n";
    let refused =
        client.call("CreateDeployment", with(request(), json!({ "revision": revision(text) }))).await;
    assert_eq!(
        refused.unwrap_err().message,
        "The AppSpec cannot be deployed: line 9, column 5: there is no event `AfterLunch`."
    );
    endpoint.shutdown().await;
}

#[tokio::test]
async fn a_group_has_one_deployment_at_a_time_and_says_which() {
    let (endpoint, client) = shop(json!({ "blueGreenDeploymentConfiguration": waits(60, 0) })).await;
    let active = deploy(&client, &appspec(1, &[])).await;
    let refused = client.call("CreateDeployment", request()).await.unwrap_err();
    assert_eq!(refused.name, "DeploymentLimitExceededException");
    assert_eq!(
        refused.message,
        format!("The Deployment Group 'web' already has an active Deployment '{active}'")
    );
    client.done("StopDeployment", json!({ "deploymentId": active })).await;
    until_status(&client, &active, "Stopped").await;
    deploy(&client, &appspec(2, &[])).await;
    endpoint.shutdown().await;
}

#[tokio::test]
async fn an_account_has_a_thousand_deployments_at_a_time() {
    let (endpoint, client) = shop(json!({ "blueGreenDeploymentConfiguration": waits(60, 0) })).await;
    application(&client, "more").await;
    deploy(&client, &appspec(1, &[])).await;
    let begin = |number: usize| {
        let names = json!({
            "applicationName": if number < 500 { "shop" } else { "more" },
            "deploymentGroupName": format!("g{number}"),
        });
        let made = json!({
            "ecsServices": [{ "clusterName": "main", "serviceName": format!("s{number}") }],
            "blueGreenDeploymentConfiguration": waits(60, 0),
        });
        (with(with(group(), made), names.clone()), with(request(), names))
    };
    for number in 1..1000 {
        let (made, deployed) = begin(number);
        client.done("CreateDeploymentGroup", made).await;
        client.done("CreateDeployment", deployed).await;
    }
    let (made, deployed) = begin(1000);
    client.done("CreateDeploymentGroup", made).await;
    let refused = client.call("CreateDeployment", deployed.clone()).await.unwrap_err();
    assert_eq!(refused.name, "DeploymentLimitExceededException");
    assert_eq!(refused.message, "The account has 1000 active deployments, and can have no more.");
    let waiting = client.done("ListDeployments", json!({ "includeOnlyStatuses": ["Ready"] })).await;
    client.done("StopDeployment", json!({ "deploymentId": waiting["deployments"][0] })).await;
    client.done("CreateDeployment", deployed).await;
    endpoint.shutdown().await;
}

async fn check_ids(client: &Client, operation: &str) {
    for (id, error) in [
        (json!(null), "DeploymentIdRequired"),
        (json!(""), "DeploymentIdRequired"),
        (json!("d-1"), "InvalidDeploymentId"),
        (json!(NOBODY), "DeploymentDoesNotExist"),
    ] {
        assert_eq!(client.refused(operation, json!({ "deploymentId": id })).await, error, "{operation} {id}");
    }
}

#[tokio::test]
async fn an_id_that_is_wrong_is_refused_by_every_operation() {
    let (endpoint, client) = shop(json!({})).await;
    for operation in [
        "GetDeployment",
        "StopDeployment",
        "ContinueDeployment",
        "SkipWaitTimeForInstanceTermination",
        "ListDeploymentTargets",
        "GetDeploymentTarget",
        "BatchGetDeploymentTargets",
        "PutLifecycleEventHookExecutionStatus",
    ] {
        check_ids(&client, operation).await;
    }
    for (ids, error) in [
        (json!(null), "DeploymentIdRequired"),
        (json!([]), "DeploymentIdRequired"),
        (json!(["d-1"]), "InvalidDeploymentId"),
        (json!(vec![NOBODY; 26]), "BatchLimitExceeded"),
    ] {
        assert_eq!(
            client.refused("BatchGetDeployments", json!({ "deploymentIds": ids })).await,
            error,
            "{ids}"
        );
    }
    endpoint.shutdown().await;
}

#[tokio::test]
async fn a_wait_ends_only_while_it_lasts() {
    let (endpoint, client) = shop(json!({ "blueGreenDeploymentConfiguration": waits(60, 0) })).await;
    let id = deploy(&client, &appspec(1, &[])).await;
    until_status(&client, &id, "Ready").await;
    let named = |wait: &str| json!({ "deploymentId": id, "deploymentWaitType": wait });
    assert_eq!(client.refused("ContinueDeployment", named("LUNCH")).await, "InvalidDeploymentWaitType");
    assert_eq!(
        client.refused("ContinueDeployment", named("TERMINATION_WAIT")).await,
        "DeploymentIsNotInReadyState"
    );
    let id_alone = json!({ "deploymentId": id });
    assert_eq!(
        client.refused("SkipWaitTimeForInstanceTermination", id_alone.clone()).await,
        "DeploymentNotStarted"
    );
    client.done("ContinueDeployment", named("READY_WAIT")).await;
    until_status(&client, &id, "Succeeded").await;
    for operation in ["ContinueDeployment", "SkipWaitTimeForInstanceTermination", "StopDeployment"] {
        assert_eq!(
            client.refused(operation, id_alone.clone()).await,
            "DeploymentAlreadyCompleted",
            "{operation}"
        );
    }
    endpoint.shutdown().await;
}
