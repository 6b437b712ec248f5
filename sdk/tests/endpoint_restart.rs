//! What an endpoint keeps: the same directory gives the same catalogue.

use greenlight::endpoint::Endpoint;
use serde_json::json;

use crate::endpoint_support::{Client, endpoint_with};

async fn endpoint_of(directory: &std::path::Path) -> Endpoint {
    endpoint_with(|builder| builder.with_data(directory).with_page_size(1)).await
}

#[tokio::test]
async fn applications_configurations_tags_and_page_tokens_outlive_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let endpoint = endpoint_of(directory.path()).await;
    let client = Client::new(&endpoint);
    for name in ["a", "b", "gone"] {
        let tags = json!([{ "Key": "name", "Value": name }]);
        let input = json!({ "applicationName": name, "computePlatform": "ECS", "tags": tags });
        client.done("CreateApplication", input).await;
    }
    client.done("DeleteApplication", json!({ "applicationName": "gone" })).await;
    let input = json!({ "applicationName": "b", "newApplicationName": "c" });
    client.done("UpdateApplication", input).await;
    let config = json!({
        "deploymentConfigName": "thirds",
        "computePlatform": "ECS",
        "trafficRoutingConfig": {
            "type": "TimeBasedLinear",
            "timeBasedLinear": { "linearPercentage": 33, "linearInterval": 1 },
        },
    });
    client.done("CreateDeploymentConfig", config).await;

    let arn = "arn:aws:codedeploy:us-east-1:123456789012:application:c";
    let questions = [
        ("GetApplication", json!({ "applicationName": "a" })),
        ("GetApplication", json!({ "applicationName": "c" })),
        ("GetDeploymentConfig", json!({ "deploymentConfigName": "thirds" })),
        ("ListTagsForResource", json!({ "ResourceArn": arn })),
        ("ListApplications", json!({})),
    ];
    let mut before = Vec::new();
    for (operation, input) in &questions {
        before.push(client.done(operation, input.clone()).await);
    }
    endpoint.shutdown().await;

    let endpoint = endpoint_of(directory.path()).await;
    let client = Client::new(&endpoint);
    for ((operation, input), before) in questions.iter().zip(&before) {
        assert_eq!(client.done(operation, input.clone()).await, *before, "{operation} {input}");
    }
    let token = &before[4]["nextToken"];
    let rest = client.done("ListApplications", json!({ "nextToken": token })).await;
    assert_eq!(rest, json!({ "applications": ["c"] }));
    for name in ["b", "gone"] {
        let input = json!({ "applicationName": name });
        assert_eq!(client.refused("GetApplication", input).await, "ApplicationDoesNotExist");
    }
    endpoint.shutdown().await;
}
