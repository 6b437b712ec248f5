//! The example of an application that embeds the SDK: it runs, on both pipelines.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::path::PathBuf;
use std::process::{Output, Stdio};

use greenlight_core::{DeploymentEvent, EventKind};
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::endpoint_deployment_support::{appspec, shop};
use crate::local_support::Services;
use crate::router_support::soon;

/// The program, which is built with these tests.
fn program() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let profile = tests.parent().unwrap().parent().unwrap();
    let program =
        profile.join("examples").join("deploy_service").with_extension(std::env::consts::EXE_EXTENSION);
    assert!(program.exists(), "{} is not built; run the tests without `--tests`", program.display());
    program
}

/// Runs it with these arguments and one deployment to `shop` and `web`.
async fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("appspec.json");
    std::fs::write(&file, appspec(1, &[])).unwrap();
    let mut command = Command::new(program());
    command.args(arguments).envs(variables.iter().copied()).kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    // One that has ended already reads nothing any more.
    let _ = input.write_all(format!("shop web {}\n", file.display()).as_bytes()).await;
    drop(input);
    soon("end of the example", child.wait_with_output()).await.unwrap()
}

/// The events on standard output are those of one deployment that succeeded, told as such.
fn assert_succeeded(output: &Output) {
    let (told, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    let events: Vec<DeploymentEvent> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(matches!(events.first().unwrap().kind, EventKind::Started { .. }), "{told}");
    assert!(matches!(events.last().unwrap().kind, EventKind::Finished(_)), "{told}");
    assert_eq!(said.lines().last(), Some("succeeded, green serves"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_deploys_on_this_machine() {
    let services = Services::start().await;
    let (blue, green) = (services.blue.address.to_string(), services.green.address.to_string());
    assert_succeeded(&run(&["local", &blue, &green], &[]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_deploys_by_codedeploy() {
    let (endpoint, _) = shop(json!({})).await;
    let variables = [
        ("AWS_ENDPOINT_URL_CODEDEPLOY", endpoint.url()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "any".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "any".to_owned()),
    ];
    let variables: Vec<(&str, &str)> =
        variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_succeeded(&run(&["aws"], &variables).await);
    endpoint.shutdown().await;
}

#[tokio::test]
async fn it_says_how_to_use_it() {
    let output = run(&["elsewhere"], &[]).await;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("use `aws`, or `local`"), "{said}");
}

#[test]
fn it_fits_on_a_page() {
    let lines = include_str!("../examples/deploy_service.rs").lines().count();
    assert!(lines < 80, "{lines} lines");
}
