//! What CodeDeploy answers about any deployment while a validation test runs.

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Response, header::CONTENT_TYPE};
use serde_json::{Value, json};

/// The answer to an operation, in the service's own form; an empty one to an operation that changes something.
#[must_use]
pub fn answer(operation: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body(operation).to_string().into()));
    let json = hyper::header::HeaderValue::from_static("application/x-amz-json-1.1");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

fn body(operation: &str) -> Value {
    match operation {
        "GetDeployment" => json!({ "deploymentInfo": {
            "applicationName": "shop",
            "deploymentGroupName": "web",
            "deploymentConfigName": "CodeDeployDefault.ECSAllAtOnce",
            "computePlatform": "ECS",
            "revision": { "revisionType": "AppSpecContent", "appSpecContent": { "sha256": "abc" } },
        } }),
        "GetApplicationRevision" => json!({ "revision": {
            "revisionType": "AppSpecContent",
            "appSpecContent": {
                "sha256": "abc",
                "content": "TaskDefinition: arn:aws:ecs:us-east-1:123456789012:task-definition/web:7",
            },
        } }),
        "ListDeploymentTargets" => json!({ "targetIds": ["main:web"] }),
        "GetDeploymentTarget" => json!({ "deploymentTarget": {
            "deploymentTargetType": "ECSTarget",
            "ecsTarget": {
                "targetId": "main:web",
                "lifecycleEvents": [
                    { "lifecycleEventName": "AfterInstall", "status": "Succeeded" },
                    { "lifecycleEventName": "AfterAllowTestTraffic", "status": "InProgress" },
                    { "lifecycleEventName": "BeforeAllowTraffic", "status": "Pending" },
                ],
                "taskSetsInfo": [task_set("Blue", 100.0), task_set("Green", 0.0)],
            },
        } }),
        _ => json!({}),
    }
}

fn task_set(label: &str, weight: f64) -> Value {
    json!({
        "identifer": format!("ecs-svc/{label}"),
        "taskSetLabel": label,
        "trafficWeight": weight,
        "targetGroup": { "name": format!("web-{label}") },
    })
}
