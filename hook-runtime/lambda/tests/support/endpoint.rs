//! Deployments at the local endpoint, where the real `bootstrap` is the hook function.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use greenlight::endpoint::{Endpoint, EndpointBuilder};
use greenlight::local::LambdaProcess;
use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

pub(crate) const FUNCTION: &str = "CodeDeployHook_check";

/// When the function is invoked.
pub(crate) const EVENT: &str = "AfterAllowTestTraffic";

/// An endpoint with the function of a bundle.
pub(crate) async fn endpoint(bundle: &Path, timeout: Duration) -> Endpoint {
    let process = LambdaProcess::new(FUNCTION, [env!("CARGO_BIN_EXE_bootstrap")])
        .with_directory(bundle)
        .with_timeout(timeout);
    built(Endpoint::builder().with_lambda_process(FUNCTION, process)).await
}

/// An endpoint with an application and a deployment group.
pub(crate) async fn built(builder: EndpointBuilder) -> Endpoint {
    let endpoint = builder.build().await.unwrap();
    call(&endpoint, "CreateApplication", json!({ "applicationName": "shop", "computePlatform": "ECS" }))
        .await;
    call(&endpoint, "CreateDeploymentGroup", group()).await;
    endpoint
}

/// Deploys with the function as the validation test, and gives `deploymentInfo` at the end.
pub(crate) async fn deploy(endpoint: &Endpoint) -> Value {
    let id = begin(endpoint).await;
    let ended = async {
        loop {
            let info = info(endpoint, &id).await;
            if info["completeTime"].is_number() {
                return info;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(60), ended).await;
    ended.unwrap_or_else(|_| panic!("the deployment does not end"))
}

/// Asks the function by Lambda's API and gives its result.
pub(crate) async fn invoke(endpoint: &Endpoint, event: &Value) -> Value {
    let url = format!("{}/2015-03-31/functions/{FUNCTION}/invocations", endpoint.url());
    let request = Request::post(url).body(Full::new(event.to_string().into())).unwrap();
    let response = client().request(request).await.unwrap();
    let (status, error) = (response.status(), response.headers().get("x-amz-function-error").cloned());
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!((status.as_u16(), error), (200, None), "{body:?}");
    serde_json::from_slice(&body).unwrap()
}

/// Begins a deployment with the function as the validation test.
pub(crate) async fn begin(endpoint: &Endpoint) -> String {
    let appspec = json!({
        "version": 0.0,
        "Resources": [{ "web": {
            "Type": "AWS::ECS::Service",
            "Properties": {
                "TaskDefinition": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:7",
                "LoadBalancerInfo": { "ContainerName": "web", "ContainerPort": 8080 },
            },
        } }],
        "Hooks": [{ EVENT: FUNCTION }],
    });
    let input = json!({
        "applicationName": "shop",
        "deploymentGroupName": "web",
        "revision": { "revisionType": "AppSpecContent", "appSpecContent": { "content": appspec.to_string() } },
    });
    let made = call(endpoint, "CreateDeployment", input).await;
    made["deploymentId"].as_str().unwrap().to_owned()
}

/// `deploymentInfo` as it is now.
pub(crate) async fn info(endpoint: &Endpoint, id: &str) -> Value {
    call(endpoint, "GetDeployment", json!({ "deploymentId": id })).await["deploymentInfo"].take()
}

/// Moves the endpoint's clock by a span such as `1h`.
pub(crate) async fn advance(endpoint: &Endpoint, span: &str) {
    let body = json!({ "advance": span }).to_string();
    let request = Request::post(format!("{}/greenlight/clock", endpoint.url())).body(Full::new(body.into()));
    let response = client().request(request.unwrap()).await.unwrap();
    assert_eq!(response.status(), 200, "{response:?}");
}

pub(crate) async fn call(endpoint: &Endpoint, operation: &str, input: Value) -> Value {
    let request = Request::post(endpoint.url())
        .header("x-amz-target", format!("CodeDeploy_20141006.{operation}"))
        .header("content-type", "application/x-amz-json-1.1")
        .body(Full::new(input.to_string().into()))
        .unwrap();
    let response = client().request(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(status, 200, "{operation}: {body:?}");
    serde_json::from_slice(&body).unwrap_or_default()
}

fn client() -> Client<HttpConnector, Full<Bytes>> {
    Client::builder(TokioExecutor::new()).build_http()
}

fn group() -> Value {
    let listener =
        |name: &str| format!("arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/main/{name}");
    json!({
        "applicationName": "shop",
        "deploymentGroupName": "web",
        "serviceRoleArn": "arn:aws:iam::123456789012:role/codedeploy",
        "deploymentStyle": { "deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL" },
        "blueGreenDeploymentConfiguration": {
            "deploymentReadyOption": { "actionOnTimeout": "CONTINUE_DEPLOYMENT", "waitTimeInMinutes": 0 },
            "terminateBlueInstancesOnDeploymentSuccess": {
                "action": "TERMINATE", "terminationWaitTimeInMinutes": 0,
            },
        },
        "loadBalancerInfo": { "targetGroupPairInfoList": [{
            "targetGroups": [{ "name": "web-1" }, { "name": "web-2" }],
            "prodTrafficRoute": { "listenerArns": [listener("production")] },
            "testTrafficRoute": { "listenerArns": [listener("test")] },
        }] },
        "ecsServices": [{ "clusterName": "main", "serviceName": "web" }],
    })
}
