//! What every answer has, and which requests are answered at all; over a real socket.

use http::{Method, Request};
use serde_json::json;
use std::collections::BTreeSet;

use crate::endpoint_support::{Client, application, endpoint, endpoint_with};

const TARGET: &str = "CodeDeploy_20141006.ListApplications";

#[tokio::test]
async fn every_answer_has_an_id_of_its_own_and_the_protocols_type() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    let mut ids = BTreeSet::new();
    for operation in ["ListApplications", "GetApplication", "Unknown"] {
        let answer = client.send(operation, "{}").await;
        assert_eq!(answer.headers["content-type"], "application/x-amz-json-1.1", "{operation}");
        let id = answer.headers["x-amzn-requestid"].to_str().unwrap().to_owned();
        assert_eq!(id.len(), 36, "{operation}: {id}");
        ids.insert(id);
    }
    let refused = client.exchange(Request::get("/"), "").await;
    ids.insert(refused.headers["x-amzn-requestid"].to_str().unwrap().to_owned());
    assert_eq!(ids.len(), 4);
}

#[tokio::test]
async fn the_same_seed_makes_the_same_ids() {
    let mut ids = Vec::new();
    for _ in 0..2 {
        let endpoint = endpoint_with(|builder| builder.with_id_seed(7)).await;
        ids.push(
            Client::new(&endpoint).send("ListApplications", "{}").await.headers["x-amzn-requestid"].clone(),
        );
    }
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn what_names_no_operation_is_told_what_to_send() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    for target in [
        "",
        "GetApplication",
        "CodeDeploy_20141006",
        "CodeDeploy_20141006.",
        "CodeDeploy_20141006.getApplication",
        "codedeploy_20141006.GetApplication",
        "DynamoDB_20120810.GetItem",
        "CodeDeploy_20141006.GetApplication.x",
    ] {
        let answer = client.exchange(Request::post("/").header("x-amz-target", target), "{}").await;
        assert_eq!(
            (answer.status, &answer.json()["__type"]),
            (400, &json!("UnknownOperationException")),
            "{target}"
        );
        assert!(answer.json()["message"].as_str().unwrap().contains(target));
    }
    let answer = client.exchange(Request::post("/"), "{}").await;
    assert_eq!(answer.status, 400);
    let message =
        "The request has no X-Amz-Target header. Send the operation as CodeDeploy_20141006.GetDeployment.";
    assert_eq!(answer.json(), json!({ "__type": "UnknownOperationException", "message": message }));
}

#[tokio::test]
async fn other_paths_and_methods_are_refused() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    for path in ["/service/CodeDeploy_20141006/operation/ListApplications", "/x", "//", "/greenlight"] {
        let answer = client.exchange(Request::post(path).header("x-amz-target", TARGET), "{}").await;
        assert_eq!(answer.status, 404, "{path}");
    }
    for method in [Method::GET, Method::PUT, Method::OPTIONS, Method::DELETE] {
        let request = Request::builder().method(method.clone()).uri("/").header("x-amz-target", TARGET);
        let answer = client.exchange(request, "{}").await;
        assert_eq!((answer.status, &answer.headers["allow"]), (405, &"POST".parse().unwrap()), "{method}");
    }
}

#[tokio::test]
async fn web_pages_are_not_answered() {
    let endpoint = endpoint_with(|builder| builder.with_host_name("codedeploy.test")).await;
    let client = Client::new(&endpoint);
    for path in ["/", "/greenlight/clock", "/greenlight/alarms"] {
        let request = || Request::post(path).header("x-amz-target", TARGET);
        for request in [
            request().header("origin", "https://evil.example"),
            request().header("origin", "null"),
            request().header("origin", endpoint.url()),
            request().header("host", "evil.example"),
        ] {
            let answer = client.exchange(request, r#"{"advance":"1h"}"#).await;
            assert_eq!(
                (answer.status, &answer.json()["__type"]),
                (403, &json!("AccessDeniedException")),
                "{path}"
            );
        }
    }
    for host in ["localhost", "codedeploy.test:80", "127.0.0.1"] {
        let answer = client
            .exchange(Request::post("/").header("x-amz-target", TARGET).header("host", host), "{}")
            .await;
        assert_eq!(answer.status, 200, "{host}");
    }
}

#[tokio::test]
async fn operations_of_other_platforms_are_named_as_not_supported_and_why() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    for (operation, why) in [
        ("AddTagsToOnPremisesInstances", "on-premises instances"),
        ("BatchGetDeploymentInstances", "GetDeploymentTarget"),
        ("BatchGetOnPremisesInstances", "on-premises instances"),
        ("DeleteGitHubAccountToken", "GitHub"),
        ("DeleteResourcesByExternalId", "CloudFormation"),
        ("DeregisterOnPremisesInstance", "on-premises instances"),
        ("GetDeploymentInstance", "GetDeploymentTarget"),
        ("GetOnPremisesInstance", "on-premises instances"),
        ("ListDeploymentInstances", "ListDeploymentTargets"),
        ("ListGitHubAccountTokenNames", "GitHub"),
        ("ListOnPremisesInstances", "on-premises instances"),
        ("RegisterOnPremisesInstance", "on-premises instances"),
        ("RemoveTagsFromOnPremisesInstances", "on-premises instances"),
    ] {
        let refused = client.call(operation, json!({})).await.unwrap_err();
        assert_eq!(refused.name, "OperationNotSupportedException");
        assert!(refused.message.contains(operation) && refused.message.contains(why), "{refused:?}");
    }
}

#[tokio::test]
async fn a_signature_is_not_needed_and_not_looked_at() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    application(&client, "unsigned").await;
    for signature in
        ["AWS4-HMAC-SHA256 Credential=x/y, SignedHeaders=z, Signature=0", "Basic dXNlcjpwYXNz", "?"]
    {
        let request = Request::post("/").header("x-amz-target", TARGET).header("authorization", signature);
        assert_eq!(client.exchange(request, "{}").await.status, 200);
    }
}
