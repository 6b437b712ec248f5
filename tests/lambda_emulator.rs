//! The Lambda host under an emulator of AWS Lambda that other people made, as the hook function of whole deployments.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::Stdio;

use aws_sdk_codedeploy::types::{DeploymentInfo, DeploymentStatus, ErrorCode};
use greenlight_tests::codedeploy::{
    Waits, codedeploy, create_application, create_group, deploy, ecs_appspec, info_when,
};
use greenlight_tests::{Emulator, Endpoint, client, eventually, function_folder, programs};
use serde_json::Value;
use tokio::process::{Child, Command};

const FUNCTION: &str = "CodeDeployHook_check";
const EVENT: &str = "AfterAllowTestTraffic";

/// The function as a process. Its log is the file `log` of its folder.
fn start(function: &Path, emulator: &Emulator, endpoint: &Endpoint) -> Child {
    let log = fs::File::create(function.join("log")).unwrap();
    let mut command = Command::new(programs::bootstrap());
    command.env_clear().current_dir(function).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
    // What the emulator says that has to be set.
    command.env("AWS_LAMBDA_RUNTIME_API", emulator.runtime_api(FUNCTION));
    command.env("AWS_LAMBDA_FUNCTION_NAME", FUNCTION);
    command.env("AWS_LAMBDA_FUNCTION_VERSION", "1").env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "4096");
    command.env("AWS_ENDPOINT_URL_CODEDEPLOY", endpoint.url()).env("AWS_REGION", "us-east-1");
    command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
    command.spawn().unwrap()
}

/// Deploys with the function as the validation test. Gives how that ended, and the last line of the function.
async fn deployed(config: &str) -> (DeploymentInfo, Value) {
    let emulator = Emulator::start(&client("cargo_lambda"), FUNCTION).await;
    let settings = format!("events = [\"{EVENT}\"]\nconfig = {config}");
    let function = function_folder(&programs::guest_faults(), &settings).await;
    let project = tempfile::tempdir().unwrap();
    let file = project.path().join("greenlight.toml");
    fs::write(&file, format!("[hooks.{FUNCTION}]\ninvoke = \"{}\"\n", emulator.url())).unwrap();
    let mut endpoint = Endpoint::new("real").project(&file);
    endpoint.start().await;
    let _process = start(function.path(), &emulator, &endpoint);

    let client = codedeploy(endpoint.url());
    create_application(&client, "demo").await;
    create_group(&client, "demo", "web", Waits::default()).await;
    let id = deploy(&client, "demo", "web", &ecs_appspec(1, &[(EVENT, FUNCTION)])).await;
    let ended = |info: &DeploymentInfo| info.complete_time.is_some();
    let info = info_when(&client, &id, &format!("it ends; {endpoint:?}; {emulator:?}"), ended).await;
    // CodeDeploy has the report a moment before the function says so.
    let verdict = || {
        let log = fs::read_to_string(function.path().join("log")).unwrap();
        let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.into_iter().find(|line| line["kind"] == "verdict")
    };
    let said = fs::read_to_string(function.path().join("log")).unwrap();
    eventually(&format!("the function says its verdict; {info:?}; {said}"), || verdict().is_some()).await;
    (info, verdict().unwrap())
}

#[tokio::test]
async fn under_cargo_lambda_a_plugin_that_passes_lets_the_deployment_go_on() {
    let (info, verdict) = deployed("{ behaviour = \"pass\" }").await;
    assert_eq!(info.status(), Some(&DeploymentStatus::Succeeded), "{info:?}\n{verdict}");
    assert_eq!((&verdict["event"], &verdict["report"]), (&EVENT.into(), &"CodeDeploy has the report".into()));
}

#[tokio::test]
async fn under_cargo_lambda_a_plugin_that_fails_stops_the_deployment() {
    let (info, verdict) = deployed("{ behaviour = \"fail\" }").await;
    assert_eq!(info.status(), Some(&DeploymentStatus::Failed), "{info:?}\n{verdict}");
    assert_eq!(info.error_information().unwrap().code(), Some(&ErrorCode::HookExecutionFailure));
    assert!(verdict["reason"].as_str().unwrap().starts_with("plugin \"check\" failed: "), "{verdict}");
}

#[tokio::test]
async fn under_cargo_lambda_a_plugin_that_is_not_sure_is_asked_again() {
    let (info, verdict) = deployed("{ behaviour = \"pending\", attempts = 3, delay_seconds = 1 }").await;
    assert_eq!(info.status(), Some(&DeploymentStatus::Succeeded), "{info:?}\n{verdict}");
    assert_eq!(verdict["runs"], 3, "{verdict}");
}
