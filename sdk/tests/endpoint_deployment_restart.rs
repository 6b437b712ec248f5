//! What an endpoint keeps of groups, revisions and deployments: the same directory goes on from where it was.

use std::path::Path;

use greenlight::core::appspec::sha256;
use serde_json::json;

use crate::endpoint_deployment_support::{
    appspec, called, deploy, info, report, set_up, silent, target, until_status, waits,
};
use crate::endpoint_support::{Client, endpoint_with};

#[tokio::test]
async fn groups_revisions_and_deployments_under_way_outlive_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let endpoint = |directory: &Path| {
        let (hook, calls) = silent();
        let directory = directory.to_owned();
        let endpoint =
            async { endpoint_with(|builder| builder.with_data(directory).with_fallback_hook(hook)).await };
        (endpoint, calls)
    };
    let (first, mut calls) = endpoint(directory.path());
    let first = first.await;
    let client = Client::new(&first);
    set_up(&client, json!({ "blueGreenDeploymentConfiguration": waits(60, 0) })).await;
    let text = appspec(1, &[("BeforeInstall", "smoke")]);
    let id = deploy(&client, &text).await;
    let hook = called(&mut calls).await;
    let names = json!({ "applicationName": "shop", "deploymentGroupName": "web" });
    let before = client.done("GetDeploymentGroup", names.clone()).await;
    let (described, seen) = (info(&client, &id).await, target(&client, &id).await);
    first.shutdown().await;

    let (second, mut calls) = endpoint(directory.path());
    let second = second.await;
    let client = Client::new(&second);
    assert_eq!(client.done("GetDeploymentGroup", names.clone()).await, before);
    assert_eq!(info(&client, &id).await, described);
    assert_eq!(target(&client, &id).await["lifecycleEvents"], seen["lifecycleEvents"]);
    // The hook is called again under the id that it had.
    let again = called(&mut calls).await;
    assert_eq!(again, hook);
    client.done("PutLifecycleEventHookExecutionStatus", report(&hook, "Succeeded")).await;
    until_status(&client, &id, "Ready").await;
    second.shutdown().await;

    let (third, _calls) = endpoint(directory.path());
    let third = third.await;
    let client = Client::new(&third);
    client.done("ContinueDeployment", json!({ "deploymentId": id })).await;
    until_status(&client, &id, "Succeeded").await;
    let asked = json!({ "revisionType": "AppSpecContent", "appSpecContent": { "sha256": sha256(&text) } });
    let got =
        client.done("GetApplicationRevision", json!({ "applicationName": "shop", "revision": asked })).await;
    assert_eq!(got["revision"]["appSpecContent"]["content"], text);
    assert_eq!(got["revisionInfo"]["deploymentGroups"], json!(["web"]));
    third.shutdown().await;
}
