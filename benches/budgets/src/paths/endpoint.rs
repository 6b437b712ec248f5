//! The endpoint's wire protocol: a request is read, carried out and answered.

use std::time::Duration;

use greenlight::{
    endpoint::Endpoint,
    local::{LocalClock, LocalGroup},
};
use serde_json::{Value, json};

use super::{HotPath, Setting, Work};
use greenlight_budgets::{failure::Broken, one_thread::OneThread, subject::Subject, wire::Client};

pub(crate) const GET_DEPLOYMENT: HotPath = HotPath {
    subject: Subject {
        name: "endpoint-get-deployment",
        what: "the endpoint answers GetDeployment over a connection that stays open",
        runs: 100,
    },
    prepare,
};

fn prepare(_: &Setting) -> Result<Work, Broken> {
    let thread = OneThread::new()?;
    let group = LocalGroup::simulated("shop", "shop-web", Duration::from_secs(60));
    let endpoint = thread.wait(
        Endpoint::builder()
            .with_group(group)
            // Nothing ends by itself.
            .with_clock(LocalClock::manual())
            .with_id_seed(1)
            .build(),
    )?;
    let mut client = thread.wait(Client::connect(endpoint.addr()))?;
    let create = json!({
        "applicationName": "shop",
        "deploymentGroupName": "shop-web",
        "revision": {
            "revisionType": "AppSpecContent",
            "appSpecContent": { "content": APPSPEC },
        },
    });
    let answer = thread.wait(client.ask(&request(endpoint.addr(), "CreateDeployment", &create)))?.to_vec();
    let id = body(&answer)?;
    let ask = request(endpoint.addr(), "GetDeployment", &id);
    let right = format!("\"deploymentId\":{}", id.get("deploymentId").unwrap_or(&Value::Null));
    Ok(Box::new(move || {
        // It serves as long as it is kept.
        let _serving = &endpoint;
        let answer = thread.wait(client.ask(&ask))?;
        if answer.windows(right.len()).any(|part| part == right.as_bytes()) {
            Ok(())
        } else {
            Err(format!("another answer: {}", String::from_utf8_lossy(answer)).into())
        }
    }))
}

const APPSPEC: &str = r#"{"version": 0.0, "Resources": [{"TargetService": {"Type": "AWS::ECS::Service", "Properties": {
    "TaskDefinition": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:42",
    "LoadBalancerInfo": {"ContainerName": "web", "ContainerPort": 8080}}}}]}"#;

fn request(address: std::net::SocketAddr, operation: &str, input: &Value) -> Vec<u8> {
    let input = input.to_string();
    format!(
        "POST / HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/x-amz-json-1.1\r\n\
         x-amz-target: CodeDeploy_20141006.{operation}\r\ncontent-length: {}\r\n\r\n{input}",
        input.len()
    )
    .into_bytes()
}

fn body(answer: &[u8]) -> Result<Value, Broken> {
    let text = std::str::from_utf8(answer)?;
    let (_, body) = text.split_once("\r\n\r\n").ok_or("an answer without a head")?;
    Ok(serde_json::from_str(body)?)
}
