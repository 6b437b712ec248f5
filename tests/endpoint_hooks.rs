//! Hook functions as the AWS tutorial has them run unmodified; a silent one fails its deployment after an hour; none can
//! report for another deployment.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use aws_sdk_codedeploy::Client as CodeDeploy;
use aws_sdk_codedeploy::types::{DeploymentInfo, DeploymentStatus, ErrorCode, LifecycleEventStatus};
use greenlight_tests::codedeploy::{
    Waits, codedeploy, create_application, create_group, deploy, ecs_appspec, ecs_target, events, info_when,
    until_status,
};
use greenlight_tests::{Client, Endpoint, FakeService, client, eventually, programs, silent_lambda};
use serde_json::{Value, json};
use tempfile::TempDir;
use toml::Table;

const FUNCTION: &str = "CodeDeployHook_check";
const EVENT: &str = "AfterAllowTestTraffic";

/// A hook function of `tests/clients/hooks`, with the variables that it reads.
struct Function {
    runtime: &'static str,
    code: PathBuf,
    handler: &'static str,
    environment: BTreeMap<&'static str, String>,
    /// Where the runtime's interpreter is, if not on the `PATH`.
    programs: Option<PathBuf>,
}

impl Function {
    /// A Node.js function. The SDK lies where Lambda's own runtime has it, as far as the function can tell.
    fn nodejs(nodejs: &Client, handler: &'static str) -> Self {
        let modules = nodejs.folder().join("node_modules").display().to_string();
        Self::new("nodejs", "node", handler).env("NODE_PATH", modules)
    }

    /// The Python function. The endpoint's `PATH` leads to an interpreter that has boto3, as Lambda's own has.
    fn python(boto3: &Client) -> Self {
        let mut function = Self::new("python", "python", "hook.lambda_handler");
        function.programs = Some(boto3.folder().join("bin"));
        // The checkout is not the place for what Python compiles.
        function.env("PYTHONDONTWRITEBYTECODE", "1")
    }

    fn new(runtime: &'static str, folder: &str, handler: &'static str) -> Self {
        let code = programs::root().join("tests/clients/hooks").join(folder);
        Self { runtime, code, handler, environment: BTreeMap::new(), programs: None }
    }

    fn env(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.environment.insert(name, value.into());
        self
    }

    /// A project file that binds it.
    fn project(&self) -> TempDir {
        let environment: Table =
            self.environment.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into())).collect();
        let mut hook = Table::new();
        hook.insert("runtime".to_owned(), self.runtime.into());
        hook.insert("handler".to_owned(), self.handler.into());
        hook.insert("code".to_owned(), self.code.display().to_string().into());
        hook.insert("timeout".to_owned(), "60s".into());
        hook.insert("env".to_owned(), environment.into());
        let named = Table::from_iter([(FUNCTION.to_owned(), hook.into())]);
        let file = Table::from_iter([("hooks".to_owned(), named.into())]);
        let text = toml::to_string(&file).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(project_file(&folder), text).unwrap();
        folder
    }
}

fn project_file(folder: &TempDir) -> PathBuf {
    folder.path().join("greenlight.toml")
}

/// A new release that answers all requests with this status.
async fn release(status: u16) -> FakeService {
    FakeService::start(move |_| (status, json!({}))).await
}

/// Deploys with the function as the validation test, and gives how that ended.
async fn deploy_with(function: Function) -> DeploymentInfo {
    let folder = function.project();
    let mut endpoint = Endpoint::new("real").project(&project_file(&folder));
    if let Some(programs) = function.programs {
        let path = std::env::var("PATH").unwrap_or_default();
        endpoint = endpoint.env("PATH", &format!("{}:{path}", programs.display()));
    }
    endpoint.start().await;
    let client = codedeploy(endpoint.url());
    let id = deploy_hook(&client, "web").await;
    let ended = |info: &DeploymentInfo| info.complete_time.is_some();
    let info = info_when(&client, &id, &format!("it ends; {endpoint:?}"), ended).await;
    // No client of CodeDeploy ever sees what a function prints; the endpoint's own log has it.
    let printed = format!("log  {EVENT}  {FUNCTION}  info  Entering the {EVENT} hook.");
    eventually("the log has what the function printed, and the end", || {
        let log = endpoint.stderr();
        log.contains(&printed) && log.contains(&format!("ended  {id}  "))
    })
    .await;
    info
}

/// Starts a deployment with the hook into a new group of this name.
async fn deploy_hook(client: &CodeDeploy, group: &str) -> String {
    create_application(client, "demo").await;
    create_group(client, "demo", group, Waits::default()).await;
    deploy(client, "demo", group, &ecs_appspec(1, &[(EVENT, FUNCTION)])).await
}

fn expect_hook_failure(info: &DeploymentInfo) {
    assert_eq!(info.status(), Some(&DeploymentStatus::Failed));
    let error = info.error_information().unwrap();
    assert_eq!(error.code(), Some(&ErrorCode::HookExecutionFailure));
    assert_eq!(
        error.message(),
        Some("The deployment failed because one or more of the lifecycle event validation functions failed.")
    );
}

#[tokio::test]
async fn a_nodejs_function_with_the_sdk_passes_a_deployment_whose_release_answers() {
    let release = release(200).await;
    let function = Function::nodejs(&client("nodejs"), "index.handler").env("TEST_ENDPOINT", release.url());
    let info = deploy_with(function).await;
    assert_eq!(info.status(), Some(&DeploymentStatus::Succeeded), "{info:?}");
    assert_eq!(release.asked().len(), 1, "the function ran once");
}

#[tokio::test]
async fn a_nodejs_function_with_the_sdk_fails_a_deployment_whose_release_is_broken() {
    let release = release(500).await;
    let function = Function::nodejs(&client("nodejs"), "index.handler").env("TEST_ENDPOINT", release.url());
    expect_hook_failure(&deploy_with(function).await);
}

#[tokio::test]
async fn a_python_function_with_boto3_passes_a_deployment_whose_release_answers() {
    let release = release(200).await;
    let function = Function::python(&client("boto3")).env("TEST_ENDPOINT", release.url());
    let info = deploy_with(function).await;
    assert_eq!(info.status(), Some(&DeploymentStatus::Succeeded), "{info:?}");
    assert_eq!(release.asked().len(), 1, "the function ran once");
}

#[tokio::test]
async fn a_python_function_with_boto3_fails_a_deployment_whose_release_is_broken() {
    let release = release(500).await;
    let function = Function::python(&client("boto3")).env("TEST_ENDPOINT", release.url());
    expect_hook_failure(&deploy_with(function).await);
}

#[tokio::test]
async fn a_nodejs_function_cannot_report_for_another_deployment() {
    let nodejs = client("nodejs");
    let lambda = silent_lambda().await;
    let folder = tempfile::tempdir().unwrap();
    let (others_event, outcome) = (folder.path().join("event.json"), folder.path().join("outcome"));
    let path = |path: &Path| path.display().to_string();
    let meddler = Function::nodejs(&nodejs, "meddler.handler")
        .env("OTHERS_EVENT", path(&others_event))
        .env("OUTCOME", path(&outcome));
    let project = meddler.project();
    let mut endpoint =
        Endpoint::new("real").project(&project_file(&project)).env("AWS_ENDPOINT_URL_LAMBDA", &lambda.url());
    endpoint.start().await;
    let client = codedeploy(endpoint.url());
    create_application(&client, "demo").await;
    create_group(&client, "demo", "other", Waits::default()).await;
    let appspec = ecs_appspec(1, &[(EVENT, "CodeDeployHook_of_somebody_else")]);
    let other = deploy(&client, "demo", "other", &appspec).await;
    std::fs::write(&others_event, lambda.nth(1).await.body.to_string()).unwrap();

    let own = deploy_hook(&client, "own").await;
    until_status(&client, &own, DeploymentStatus::Succeeded).await;
    let refused = "InvalidLifecycleEventHookExecutionIdException";
    assert_eq!(std::fs::read_to_string(outcome).unwrap(), refused);
    let events = events(&ecs_target(&client, &other).await);
    assert_eq!(events[4], format!("{EVENT}: InProgress"), "{events:?}");
    // The id itself is good: it was the function that was refused.
    let event: Value = serde_json::from_str(&std::fs::read_to_string(others_event).unwrap()).unwrap();
    let report = client.put_lifecycle_event_hook_execution_status().deployment_id(&other);
    let execution = event["LifecycleEventHookExecutionId"].as_str().unwrap();
    let report = report.lifecycle_event_hook_execution_id(execution).status(LifecycleEventStatus::Succeeded);
    report.send().await.unwrap();
    until_status(&client, &other, DeploymentStatus::Succeeded).await;
}

#[tokio::test]
async fn a_function_behind_a_lambda_endpoint_gets_the_event_of_the_service_and_its_report_counts() {
    let lambda = silent_lambda().await;
    let mut endpoint = Endpoint::new("real").env("AWS_ENDPOINT_URL_LAMBDA", &lambda.url());
    endpoint.start().await;
    let client = codedeploy(endpoint.url());
    let id = deploy_hook(&client, "web").await;
    let asked = lambda.nth(1).await;
    assert_eq!(asked.path, format!("/2015-03-31/functions/{FUNCTION}/invocations"));
    let event = asked.body.as_object().unwrap().clone();
    let mut members: Vec<&str> = event.keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["DeploymentId", "LifecycleEventHookExecutionId"]);
    assert_eq!(event["DeploymentId"], Value::from(id.as_str()));
    let execution = event["LifecycleEventHookExecutionId"].as_str().unwrap();
    assert!(execution.len() > 100, "it can be guessed: {execution}");

    let report = client.put_lifecycle_event_hook_execution_status().deployment_id(&id);
    let report = report.lifecycle_event_hook_execution_id(execution).status(LifecycleEventStatus::Succeeded);
    report.clone().send().await.unwrap();
    let again = report.send().await.unwrap_err().into_service_error();
    assert!(again.is_lifecycle_event_already_completed_exception(), "{again:?}");
    until_status(&client, &id, DeploymentStatus::Succeeded).await;
}

const NO_CALLBACK: &str = "The deployment timed out while waiting for a status callback. CodeDeploy expects a status \
                           callback within one hour after a deployment hook is invoked.";

#[tokio::test]
async fn a_hook_that_never_calls_back_fails_its_deployment_after_exactly_an_hour() {
    let lambda = silent_lambda().await;
    let mut endpoint = Endpoint::new("virtual").env("AWS_ENDPOINT_URL_LAMBDA", &lambda.url());
    endpoint.start().await;
    let client = codedeploy(endpoint.url());
    let id = deploy_hook(&client, "web").await;
    let failed = until_status(&client, &id, DeploymentStatus::Failed).await;
    assert_eq!(failed.error_information().unwrap().message(), Some(NO_CALLBACK));
    let target = ecs_target(&client, &id).await;
    let event = &target.lifecycle_events()[4];
    assert_eq!(event.lifecycle_event_name(), Some(EVENT));
    assert_eq!(event.status(), Some(&LifecycleEventStatus::Failed));
    let millis = |time: Option<&aws_sdk_codedeploy::primitives::DateTime>| time.unwrap().to_millis().unwrap();
    assert_eq!(millis(event.end_time()) - millis(event.start_time()), 3_600_000);
    assert_eq!(lambda.asked().len(), 1, "it was invoked once");
}

#[tokio::test]
async fn an_hour_of_silence_passes_when_the_clock_is_moved() {
    let lambda = silent_lambda().await;
    let mut endpoint = Endpoint::new("real").env("AWS_ENDPOINT_URL_LAMBDA", &lambda.url());
    endpoint.start().await;
    let client = codedeploy(endpoint.url());
    let id = deploy_hook(&client, "web").await;
    lambda.nth(1).await;
    endpoint.advance("50m").await;
    let target = ecs_target(&client, &id).await;
    assert_eq!(target.lifecycle_events()[4].status(), Some(&LifecycleEventStatus::InProgress));
    endpoint.advance("10m").await;
    let failed = until_status(&client, &id, DeploymentStatus::Failed).await;
    assert_eq!(failed.error_information().unwrap().message(), Some(NO_CALLBACK));
}

#[tokio::test]
async fn without_a_lambda_endpoint_a_deployment_fails_at_its_first_hook() {
    let endpoint = Endpoint::started("real").await;
    let client = codedeploy(endpoint.url());
    let id = deploy_hook(&client, "web").await;
    let failed = until_status(&client, &id, DeploymentStatus::Failed).await;
    assert!(failed.error_information().and_then(|error| error.message()).is_some(), "{failed:?}");
    let events = events(&ecs_target(&client, &id).await);
    assert_eq!(events[4..6], [format!("{EVENT}: Failed"), "BeforeAllowTraffic: Skipped".to_owned()]);
}
