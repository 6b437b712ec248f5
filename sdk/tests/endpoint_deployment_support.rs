//! Applications, groups and deployments to test with, and hooks that wait to be told.

use std::time::Duration;

use greenlight::core::HookExecution;
use greenlight::endpoint::Endpoint;
use greenlight::local::{HookAnswer, HookCall, HookFunction};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::endpoint_support::{Client, endpoint_with, soon};

/// The role of every group.
pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/codedeploy";

/// A listener's ARN.
pub(crate) fn listener(name: &str) -> String {
    format!("arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/main/{name}")
}

/// What the group `web` of the application `shop` is made with: a test listener, no waits.
pub(crate) fn group() -> Value {
    json!({
        "applicationName": "shop",
        "deploymentGroupName": "web",
        "serviceRoleArn": ROLE,
        "deploymentStyle": { "deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL" },
        "blueGreenDeploymentConfiguration": waits(0, 0),
        "loadBalancerInfo": { "targetGroupPairInfoList": [{
            "targetGroups": [{ "name": "web-1" }, { "name": "web-2" }],
            "prodTrafficRoute": { "listenerArns": [listener("production")] },
            "testTrafficRoute": { "listenerArns": [listener("test")] },
        }] },
        "ecsServices": [{ "clusterName": "main", "serviceName": "web" }],
    })
}

/// The blue/green part of a group, in minutes. A ready wait of zero is none.
pub(crate) fn waits(ready: u32, termination: u32) -> Value {
    let action = if ready == 0 { "CONTINUE_DEPLOYMENT" } else { "STOP_DEPLOYMENT" };
    json!({
        "deploymentReadyOption": { "actionOnTimeout": action, "waitTimeInMinutes": ready },
        "terminateBlueInstancesOnDeploymentSuccess": {
            "action": "TERMINATE",
            "terminationWaitTimeInMinutes": termination,
        },
    })
}

/// `value` with the members of `other`, in the place of those of the same name.
pub(crate) fn with(mut value: Value, other: Value) -> Value {
    let (Value::Object(members), Value::Object(other)) = (&mut value, other) else { panic!("no objects") };
    members.extend(other);
    value
}

/// The AppSpec of revision `number`, with hooks by event and function.
pub(crate) fn appspec(number: u32, hooks: &[(&str, &str)]) -> String {
    let hooks: Vec<Value> = hooks.iter().map(|(event, function)| json!({ *event: function })).collect();
    json!({
        "version": 0.0,
        "Resources": [{ "web": {
            "Type": "AWS::ECS::Service",
            "Properties": {
                "TaskDefinition": format!("arn:aws:ecs:us-east-1:123456789012:task-definition/web:{number}"),
                "LoadBalancerInfo": { "ContainerName": "web", "ContainerPort": 8080 },
            },
        } }],
        "Hooks": hooks,
    })
    .to_string()
}

/// The AppSpec of a Lambda function.
pub(crate) fn lambda_appspec() -> String {
    json!({
        "version": 0.0,
        "Resources": [{ "checkout": {
            "Type": "AWS::Lambda::Function",
            "Properties": { "name": "checkout", "alias": "live", "currentversion": "1", "targetversion": "2" },
        } }],
    })
    .to_string()
}

/// A revision of this text.
pub(crate) fn revision(text: &str) -> Value {
    json!({ "revisionType": "AppSpecContent", "appSpecContent": { "content": text } })
}

/// An endpoint where the application `shop` has the group `web`, with other members as given.
pub(crate) async fn shop(other: Value) -> (Endpoint, Client) {
    let endpoint = endpoint_with(|builder| builder).await;
    let client = Client::new(&endpoint);
    set_up(&client, other).await;
    (endpoint, client)
}

/// Makes the application `shop` and its group `web`.
pub(crate) async fn set_up(client: &Client, other: Value) {
    crate::endpoint_support::application(client, "shop").await;
    client.done("CreateDeploymentGroup", with(group(), other)).await;
}

/// Begins a deployment of this text to `web`.
pub(crate) async fn deploy(client: &Client, text: &str) -> String {
    deploy_with(client, text, json!({})).await
}

/// Begins a deployment of this text to `web`, with other members as given.
pub(crate) async fn deploy_with(client: &Client, text: &str, other: Value) -> String {
    let input =
        json!({ "applicationName": "shop", "deploymentGroupName": "web", "revision": revision(text) });
    let made = client.done("CreateDeployment", with(input, other)).await;
    made["deploymentId"].as_str().unwrap().to_owned()
}

/// What GetDeployment says.
pub(crate) async fn info(client: &Client, id: &str) -> Value {
    client.done("GetDeployment", json!({ "deploymentId": id })).await["deploymentInfo"].take()
}

/// Asks until the deployment is as wanted.
pub(crate) async fn until(client: &Client, id: &str, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let wait = async {
        loop {
            let info = info(client, id).await;
            if wanted(&info) {
                return info;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    soon(what, wait).await
}

/// Asks until the deployment has this status.
pub(crate) async fn until_status(client: &Client, id: &str, status: &str) -> Value {
    until(client, id, status, |info| info["status"] == status).await
}

/// The one target of a deployment, as its type's member.
pub(crate) async fn target(client: &Client, id: &str) -> Value {
    let input = json!({ "deploymentId": id, "targetId": "main:web" });
    client.done("GetDeploymentTarget", input).await["deploymentTarget"]["ecsTarget"].take()
}

/// The statuses of a target's lifecycle events.
pub(crate) fn events(target: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let event = |event: &Value| (text(&event["lifecycleEventName"]), text(&event["status"]));
    target["lifecycleEvents"].as_array().unwrap().iter().map(event).collect()
}

/// A hook function that tells the test of each call, and leaves it to the test to report.
#[derive(Debug)]
pub(crate) struct Silent(mpsc::UnboundedSender<HookExecution>);

/// A hook function that the test reports for, and its calls.
pub(crate) fn silent() -> (Silent, mpsc::UnboundedReceiver<HookExecution>) {
    let (calls, called) = mpsc::unbounded_channel();
    (Silent(calls), called)
}

#[async_trait::async_trait]
impl HookFunction for Silent {
    async fn invoke(&self, call: HookCall) -> HookAnswer {
        self.0.send(call.execution).unwrap();
        HookAnswer::WillReport
    }
}

/// The next call of a hook function.
pub(crate) async fn called(calls: &mut mpsc::UnboundedReceiver<HookExecution>) -> HookExecution {
    soon("call of the hook", calls.recv()).await.unwrap()
}

/// A report of a hook function.
pub(crate) fn report(hook: &HookExecution, status: &str) -> Value {
    json!({
        "deploymentId": hook.deployment.as_str(),
        "lifecycleEventHookExecutionId": hook.execution.as_str(),
        "status": status,
    })
}
