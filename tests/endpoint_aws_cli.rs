//! The AWS CLI drives deployments through the endpoint: its CodeDeploy commands, and `aws ecs deploy`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use greenlight_tests::codedeploy::ecs_appspec;
use greenlight_tests::{Call, Client, DEADLINE, Endpoint, FakeService, client};
use serde_json::{Value, json};

/// The AWS CLI, pointed at an endpoint.
struct Aws {
    client: Client,
    endpoint: Endpoint,
}

impl Aws {
    async fn started(client: Client, clock: &str) -> Self {
        Self { client, endpoint: Endpoint::started(clock).await }
    }

    fn call(&self) -> Call {
        let aws = self.client.program("aws").env("AWS_ENDPOINT_URL_CODEDEPLOY", self.endpoint.url());
        aws.args(&["--output", "json"])
    }

    /// `aws deploy`, with what it prints.
    async fn deploy(&self, arguments: &str) -> Value {
        let words: Vec<&str> = arguments.split_whitespace().collect();
        let output = self.call().arg("deploy").args(&words).succeed().await;
        if output.trim().is_empty() { Value::Null } else { serde_json::from_str(&output).unwrap() }
    }

    /// Starts a deployment of this AppSpec into the group `web`.
    async fn create_deployment(&self, appspec: &str) -> String {
        let revision = json!({ "revisionType": "AppSpecContent", "appSpecContent": { "content": appspec } });
        let call = self.call().args(&["deploy", "create-deployment", "--application-name", "demo"]);
        let call = call.args(&["--deployment-group-name", "web", "--revision", &revision.to_string()]);
        let output: Value = serde_json::from_str(&call.succeed().await).unwrap();
        output["deploymentId"].as_str().unwrap().to_owned()
    }

    async fn info(&self, deployment: &str) -> Value {
        let answer = self.deploy(&format!("get-deployment --deployment-id {deployment}")).await;
        answer["deploymentInfo"].clone()
    }

    async fn until(&self, deployment: &str, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let begin = std::time::Instant::now();
        loop {
            let info = self.info(deployment).await;
            if holds(&info) {
                return info;
            }
            assert!(begin.elapsed() < DEADLINE, "still not so: {what}; {info}");
        }
    }

    async fn until_status(&self, deployment: &str, status: &str) -> Value {
        self.until(deployment, status, |info| info["status"] == status).await
    }

    /// Creates the application `demo` and the group `web`, with waits in minutes.
    async fn create_group(&self, ready: u32, termination: u32) {
        self.deploy("create-application --application-name demo --compute-platform ECS").await;
        let on_timeout = if ready > 0 { "STOP_DEPLOYMENT" } else { "CONTINUE_DEPLOYMENT" };
        let listener = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/web/1/";
        let group = json!({
            "applicationName": "demo",
            "deploymentGroupName": "web",
            "deploymentConfigName": "CodeDeployDefault.ECSAllAtOnce",
            "serviceRoleArn": "arn:aws:iam::123456789012:role/deployer",
            "ecsServices": [{ "clusterName": "cluster", "serviceName": "web" }],
            "deploymentStyle": { "deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL" },
            "loadBalancerInfo": { "targetGroupPairInfoList": [{
                "targetGroups": [{ "name": "web-1" }, { "name": "web-2" }],
                "prodTrafficRoute": { "listenerArns": [format!("{listener}1")] },
                "testTrafficRoute": { "listenerArns": [format!("{listener}2")] },
            }] },
            "blueGreenDeploymentConfiguration": {
                "deploymentReadyOption": { "actionOnTimeout": on_timeout, "waitTimeInMinutes": ready },
                "terminateBlueInstancesOnDeploymentSuccess": {
                    "action": "TERMINATE", "terminationWaitTimeInMinutes": termination,
                },
            },
        });
        let call = self.call().args(&["deploy", "create-deployment-group", "--cli-input-json"]);
        call.arg(&group.to_string()).succeed().await;
    }
}

#[tokio::test]
async fn aws_cli_deploys_watches_the_events_and_waits_until_successful() {
    let aws = Aws::started(client("aws_cli"), "virtual").await;
    aws.create_group(0, 5).await;
    let id = aws.create_deployment(&ecs_appspec(1, &[])).await;
    aws.deploy(&format!("wait deployment-successful --deployment-id {id}")).await;
    let targets = aws.deploy(&format!("list-deployment-targets --deployment-id {id}")).await;
    assert_eq!(targets, json!({ "targetIds": ["cluster:web"] }));
    let target =
        aws.deploy(&format!("get-deployment-target --deployment-id {id} --target-id cluster:web")).await;
    let events = target["deploymentTarget"]["ecsTarget"]["lifecycleEvents"].as_array().unwrap().clone();
    assert_eq!(events.len(), 8);
    assert!(events.iter().all(|event| event["status"] == "Succeeded"), "{events:?}");
    let listed = aws.deploy("list-deployments --application-name demo --deployment-group-name web").await;
    assert_eq!(listed["deployments"], json!([id]));
}

#[tokio::test]
async fn aws_cli_continues_stops_and_rolls_back() {
    let aws = Aws::started(client("aws_cli"), "real").await;
    aws.create_group(60, 60).await;
    let good = aws.create_deployment(&ecs_appspec(1, &[])).await;
    aws.until_status(&good, "Ready").await;
    let proceed = |id: &str, wait: &str| {
        format!("continue-deployment --deployment-id {id} --deployment-wait-type {wait}")
    };
    let begun = |info: &Value| info["instanceTerminationWaitTimeStarted"] == true;
    aws.deploy(&proceed(&good, "READY_WAIT")).await;
    aws.until(&good, "blue waits for its end", begun).await;
    aws.deploy(&proceed(&good, "TERMINATION_WAIT")).await;
    aws.until_status(&good, "Succeeded").await;

    let bad = aws.create_deployment(&ecs_appspec(2, &[])).await;
    aws.until_status(&bad, "Ready").await;
    let stop = format!("stop-deployment --deployment-id {bad} --auto-rollback-enabled");
    aws.deploy(&stop).await;
    let stopped = aws.until_status(&bad, "Stopped").await;
    let back = stopped["rollbackInfo"]["rollbackDeploymentId"].as_str().unwrap();
    let told = aws.until_status(back, "Succeeded").await;
    assert_eq!(told["creator"], "codeDeployRollback");
    let again = aws.call().args(&["deploy"]).args(&stop.split(' ').collect::<Vec<_>>()).run().await;
    assert!(again.stderr.contains("(DeploymentAlreadyCompletedException)"), "{again:?}");
}

/// ECS, as far as `aws ecs deploy` asks for it.
async fn ecs() -> FakeService {
    FakeService::start(|asked| match asked.operation.as_str() {
        "DescribeServices" => {
            let cluster = "arn:aws:ecs:us-east-1:123456789012:cluster/cluster";
            let service = "arn:aws:ecs:us-east-1:123456789012:service/cluster/web";
            let known = asked.body["services"][0] == "web";
            let services = if known {
                json!([{ "serviceName": "web", "serviceArn": service, "clusterArn": cluster }])
            } else {
                json!([])
            };
            (200, json!({ "services": services }))
        }
        "RegisterTaskDefinition" => {
            let arn = "arn:aws:ecs:us-east-1:123456789012:task-definition/web:7";
            (200, json!({ "taskDefinition": { "taskDefinitionArn": arn, "family": asked.body["family"] } }))
        }
        other => (400, json!({ "__type": "InvalidAction", "message": format!("not `{other}`") })),
    })
    .await
}

#[tokio::test]
async fn aws_cli_deploys_a_task_definition_with_aws_ecs_deploy() {
    let aws = Aws::started(client("aws_cli"), "virtual").await;
    aws.create_group(0, 5).await;
    let ecs = ecs().await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let task = file(
        "task.json",
        r#"{"family": "web", "containerDefinitions": [{"name": "web", "image": "web:7"}]}"#,
    );
    let appspec = file("appspec.json", &ecs_appspec(1, &[]));
    let call = aws.call().env("AWS_ENDPOINT_URL_ECS", &ecs.url()).args(&["ecs", "deploy"]);
    let call = call.args(&["--cluster", "cluster", "--service", "web", "--task-definition", &task]);
    let call = call.args(&["--codedeploy-appspec", &appspec, "--codedeploy-application", "demo"]);
    let output = call.args(&["--codedeploy-deployment-group", "web"]).succeed().await;

    let listed = aws.deploy("list-deployments").await;
    let id = listed["deployments"][0].as_str().unwrap();
    for line in [
        "Successfully registered new ECS task definition arn:aws:ecs:us-east-1:123456789012:task-definition/web:7",
        &format!("Successfully created deployment {id}"),
        "Successfully deployed arn:aws:ecs:us-east-1:123456789012:task-definition/web:7 to service 'web'",
    ] {
        assert!(output.contains(line), "`{line}` is not in:\n{output}");
    }
    let revision = aws.info(id).await["revision"].to_string();
    let call = aws.call().args(&["deploy", "get-application-revision", "--application-name", "demo"]);
    let text = call.args(&["--revision", &revision]).succeed().await;
    assert!(text.contains("task-definition/web:7") && !text.contains("task-definition/web:1"), "{text}");
}
