//! Applications, over a real socket.

use serde_json::json;

use crate::endpoint_deployment_support::{appspec, deploy, revision, set_up, shop};
use crate::endpoint_support::{Client, application, endpoint};

#[tokio::test]
async fn an_application_is_there_once_it_is_made() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    let made = client
        .done("CreateApplication", json!({ "applicationName": "shop", "computePlatform": "ECS" }))
        .await;
    let got = client.done("GetApplication", json!({ "applicationName": "shop" })).await;
    let application = &got["application"];
    assert_eq!(application["applicationId"], made["applicationId"]);
    assert_eq!(application["applicationName"], "shop");
    assert_eq!(application["computePlatform"], "ECS");
    assert_eq!(application["linkedToGitHub"], false);
    assert!(application["createTime"].as_f64().unwrap() > 1.7e9, "seconds, not milliseconds: {got}");
    assert!(application["createTime"].as_f64().unwrap() < 1e11, "seconds, not milliseconds: {got}");
    endpoint.shutdown().await;
}

#[tokio::test]
async fn an_application_has_a_valid_name_of_its_own() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    application(&client, "shop").await;
    for (name, error) in [
        (json!(null), "ApplicationNameRequired"),
        (json!(""), "ApplicationNameRequired"),
        (json!("a b"), "InvalidApplicationName"),
        (json!("x".repeat(101)), "InvalidApplicationName"),
        (json!("shop"), "ApplicationAlreadyExists"),
    ] {
        let input = json!({ "applicationName": name, "computePlatform": "ECS" });
        assert_eq!(client.refused("CreateApplication", input).await, error, "{name}");
    }
    let input = json!({ "applicationName": "other", "computePlatform": "ecs" });
    assert_eq!(client.refused("CreateApplication", input).await, "InvalidComputePlatform");
    assert_eq!(client.refused("GetApplication", json!({})).await, "ApplicationNameRequired");
    assert_eq!(
        client.refused("GetApplication", json!({ "applicationName": "a/b" })).await,
        "InvalidApplicationName"
    );
    assert_eq!(
        client.refused("GetApplication", json!({ "applicationName": "other" })).await,
        "ApplicationDoesNotExist"
    );
}

#[tokio::test]
async fn an_application_can_be_given_another_name() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    application(&client, "shop").await;
    application(&client, "other").await;
    let id = client.done("GetApplication", json!({ "applicationName": "shop" })).await["application"]["applicationId"].clone();
    let rename = |from: &str, to: &str| json!({ "applicationName": from, "newApplicationName": to });
    for (input, error) in [
        (rename("shop", "other"), "ApplicationAlreadyExists"),
        (rename("nobody", "new"), "ApplicationDoesNotExist"),
        (rename("", "new"), "ApplicationNameRequired"),
        (rename("shop", "a b"), "InvalidApplicationName"),
    ] {
        assert_eq!(client.refused("UpdateApplication", input).await, error);
    }
    assert_eq!(client.done("UpdateApplication", rename("shop", "store")).await, json!({}));
    client.done("UpdateApplication", json!({ "applicationName": "store" })).await;
    let got = client.done("GetApplication", json!({ "applicationName": "store" })).await;
    assert_eq!(got["application"]["applicationId"], id);
    assert_eq!(got["application"]["applicationName"], "store");
    assert_eq!(
        client.refused("GetApplication", json!({ "applicationName": "shop" })).await,
        "ApplicationDoesNotExist"
    );
    application(&client, "shop").await;
}

#[tokio::test]
async fn a_deleted_application_is_gone_and_one_that_was_never_there_is_deleted_too() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    application(&client, "shop").await;
    for name in ["shop", "shop", "nobody"] {
        assert_eq!(client.done("DeleteApplication", json!({ "applicationName": name })).await, json!({}));
    }
    assert_eq!(client.done("ListApplications", json!({})).await, json!({ "applications": [] }));
    assert_eq!(client.refused("DeleteApplication", json!({})).await, "ApplicationNameRequired");
    assert_eq!(
        client.refused("DeleteApplication", json!({ "applicationName": "a b" })).await,
        "InvalidApplicationName"
    );
}

#[tokio::test]
async fn many_applications_are_described_in_the_order_in_which_they_are_named() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    for name in ["a", "b", "c"] {
        application(&client, name).await;
    }
    let batch = |names: &[&str]| json!({ "applicationNames": names });
    let got = client.done("BatchGetApplications", batch(&["c", "a"])).await;
    let names: Vec<_> =
        got["applicationsInfo"].as_array().unwrap().iter().map(|one| &one["applicationName"]).collect();
    assert_eq!(names, ["c", "a"]);
    for (names, error) in [
        (batch(&[]), "ApplicationNameRequired"),
        (batch(&["a", ""]), "ApplicationNameRequired"),
        (batch(&["a", "b b"]), "InvalidApplicationName"),
        (batch(&["a", "nobody"]), "ApplicationDoesNotExist"),
        (batch(&["a"; 101]), "BatchLimitExceeded"),
    ] {
        assert_eq!(client.refused("BatchGetApplications", names).await, error);
    }
    client.done("BatchGetApplications", batch(&["a"; 100])).await;
}

#[tokio::test]
async fn an_account_has_a_thousand_applications() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    for number in 0..1000 {
        application(&client, &format!("application-{number}")).await;
    }
    let one_more = json!({ "applicationName": "one-more", "computePlatform": "ECS" });
    assert_eq!(client.refused("CreateApplication", one_more.clone()).await, "ApplicationLimitExceeded");
    client.done("DeleteApplication", json!({ "applicationName": "application-7" })).await;
    client.done("CreateApplication", one_more).await;
}

#[tokio::test]
async fn groups_deployments_and_revisions_follow_the_name_of_their_application() {
    let (endpoint, client) = shop(json!({})).await;
    let id = deploy(&client, &appspec(1, &[])).await;
    client
        .done("UpdateApplication", json!({ "applicationName": "shop", "newApplicationName": "store" }))
        .await;
    let store = json!({ "applicationName": "store" });
    let groups = client.done("ListDeploymentGroups", store.clone()).await;
    assert_eq!(groups, json!({ "applicationName": "store", "deploymentGroups": ["web"] }));
    let of_group = json!({ "applicationName": "store", "deploymentGroupName": "web" });
    let group = client.done("GetDeploymentGroup", of_group.clone()).await["deploymentGroupInfo"].clone();
    assert_eq!((&group["applicationName"], &group["deploymentGroupName"]), (&json!("store"), &json!("web")));
    let deployment = client.done("GetDeployment", json!({ "deploymentId": id })).await;
    assert_eq!(deployment["deploymentInfo"]["applicationName"], "store");
    assert_eq!(client.done("ListDeployments", of_group).await["deployments"], json!([id]));
    let revisions = client.done("ListApplicationRevisions", store).await;
    assert_eq!(revisions["revisions"].as_array().unwrap().len(), 1, "{revisions}");
    let old = json!({ "applicationName": "shop" });
    assert_eq!(client.refused("ListDeploymentGroups", old).await, "ApplicationDoesNotExist");
    endpoint.shutdown().await;
}

#[tokio::test]
async fn a_new_application_of_a_deleted_ones_name_has_nothing_of_it() {
    let (endpoint, client) = shop(json!({})).await;
    let shop = json!({ "applicationName": "shop" });
    let registered = json!({ "applicationName": "shop", "revision": revision(&appspec(1, &[])) });
    client.done("RegisterApplicationRevision", registered.clone()).await;
    client.done("DeleteApplication", shop.clone()).await;
    application(&client, "shop").await;
    assert_eq!(client.done("ListDeploymentGroups", shop.clone()).await["deploymentGroups"], json!([]));
    assert_eq!(client.done("ListApplicationRevisions", shop.clone()).await["revisions"], json!([]));
    client.done("DeleteApplication", shop).await;
    // Its ECS service is free for another group too.
    set_up(&client, json!({})).await;
    endpoint.shutdown().await;
}
