//! Applications, over a real socket.

use serde_json::json;

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
