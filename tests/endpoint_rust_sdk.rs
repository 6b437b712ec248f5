//! A program with the AWS SDK for Rust drives deployments through the endpoint.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::time::Duration;

use aws_sdk_codedeploy::client::Waiters as _;
use aws_sdk_codedeploy::types::{
    AutoRollbackConfiguration, AutoRollbackEvent, DeploymentCreator, DeploymentStatus, DeploymentWaitType,
    ErrorCode, TargetLabel,
};
use aws_sdk_codedeploy::{Client, waiters};
use greenlight_tests::Endpoint;
use greenlight_tests::codedeploy::{
    Waits, codedeploy, content, create_application, create_group, deploy, ecs_appspec, ecs_target, events,
    info, info_when, until_status,
};

const EVENTS: [&str; 8] = [
    "BeforeInstall",
    "Install",
    "AfterInstall",
    "AllowTestTraffic",
    "AfterAllowTestTraffic",
    "BeforeAllowTraffic",
    "AllowTraffic",
    "AfterAllowTraffic",
];

fn all(status: &str) -> Vec<String> {
    EVENTS.iter().map(|event| format!("{event}: {status}")).collect()
}

/// An endpoint with the application `demo` and the group `web`.
async fn with_group(waits: Waits) -> (Endpoint, Client) {
    let endpoint = Endpoint::started("real").await;
    let client = codedeploy(endpoint.url());
    create_application(&client, "demo").await;
    create_group(&client, "demo", "web", waits).await;
    (endpoint, client)
}

type WaitError = waiters::deployment_successful::WaitUntilDeploymentSuccessfulError;

/// The SDK's own waiter.
async fn wait(client: &Client, deployment: &str) -> Result<(), WaitError> {
    let waiter = client.wait_until_deployment_successful().deployment_id(deployment);
    waiter.wait(Duration::from_secs(3600)).await.map(drop)
}

#[tokio::test]
async fn a_deployment_succeeds_with_eight_events_in_order_and_green_as_primary() {
    let (_endpoint, client) = with_group(Waits::default()).await;
    let id = deploy(&client, "demo", "web", &ecs_appspec(1, &[])).await;
    wait(&client, &id).await.unwrap();

    let target = ecs_target(&client, &id).await;
    assert_eq!(events(&target), all("Succeeded"));
    assert_eq!(target.target_id(), Some("cluster:web"));
    let begun: Vec<f64> =
        target.lifecycle_events().iter().map(|event| event.start_time().unwrap().as_secs_f64()).collect();
    assert!(begun.is_sorted(), "{begun:?}");
    let green =
        target.task_sets_info().iter().find(|set| set.task_set_label() == Some(&TargetLabel::Green)).unwrap();
    assert_eq!((green.status(), green.traffic_weight()), (Some("PRIMARY"), 100.0));

    let info = info(&client, &id).await;
    assert_eq!(info.creator(), Some(&DeploymentCreator::User));
    assert_eq!(info.deployment_overview().map(|overview| overview.succeeded), Some(1));
    assert!(info.revision().unwrap().app_spec_content().unwrap().content().is_none());
    let listed: Vec<String> = client
        .list_deployments()
        .application_name("demo")
        .deployment_group_name("web")
        .into_paginator()
        .items()
        .send()
        .collect::<Result<_, _>>()
        .await
        .unwrap();
    assert_eq!(listed, [id]);
}

#[tokio::test]
async fn a_group_has_one_active_deployment_and_a_second_is_refused_with_its_id() {
    let (_endpoint, client) = with_group(Waits { ready: 60, termination: 0 }).await;
    let id = deploy(&client, "demo", "web", &ecs_appspec(1, &[])).await;
    let second = client.create_deployment().application_name("demo").deployment_group_name("web");
    let error = second.revision(content(&ecs_appspec(2, &[]))).send().await.unwrap_err().into_service_error();
    assert!(error.is_deployment_limit_exceeded_exception(), "{error:?}");
    assert_eq!(
        error.meta().message(),
        Some(format!("The Deployment Group 'web' already has an active Deployment '{id}'").as_str())
    );
}

#[tokio::test]
async fn a_deployment_is_continued_out_of_both_of_its_waits() {
    let (_endpoint, client) = with_group(Waits { ready: 60, termination: 60 }).await;
    let id = deploy(&client, "demo", "web", &ecs_appspec(1, &[])).await;
    until_status(&client, &id, DeploymentStatus::Ready).await;
    let proceed = |wait| client.continue_deployment().deployment_id(&id).deployment_wait_type(wait).send();
    proceed(DeploymentWaitType::ReadyWait).await.unwrap();
    let begun =
        |info: &aws_sdk_codedeploy::types::DeploymentInfo| info.instance_termination_wait_time_started;
    let waiting = info_when(&client, &id, "blue waits for its end", begun).await;
    assert_eq!(waiting.status(), Some(&DeploymentStatus::InProgress));
    let error = proceed(DeploymentWaitType::ReadyWait).await.unwrap_err().into_service_error();
    assert!(error.is_deployment_is_not_in_ready_state_exception(), "{error:?}");
    proceed(DeploymentWaitType::TerminationWait).await.unwrap();
    wait(&client, &id).await.unwrap();
    let error = proceed(DeploymentWaitType::TerminationWait).await.unwrap_err().into_service_error();
    assert!(error.is_deployment_already_completed_exception(), "{error:?}");
}

#[tokio::test]
async fn a_ready_wait_that_runs_out_stops_the_deployment_with_the_texts_of_the_service() {
    let (endpoint, client) = with_group(Waits { ready: 60, termination: 0 }).await;
    let id = deploy(&client, "demo", "web", &ecs_appspec(1, &[])).await;
    until_status(&client, &id, DeploymentStatus::Ready).await;
    endpoint.advance("59m").await;
    assert_eq!(info(&client, &id).await.status(), Some(&DeploymentStatus::Ready));
    endpoint.advance("1m").await;
    let stopped = until_status(&client, &id, DeploymentStatus::Stopped).await;
    let expected = "The deployment timed out while waiting for a notification to continue. This time out \
                    period is 60 minutes.";
    assert_eq!(stopped.error_information().unwrap().message(), Some(expected));
}

#[tokio::test]
async fn a_stopped_deployment_fails_the_waiter_and_cannot_be_stopped_again() {
    let (_endpoint, client) = with_group(Waits { ready: 60, termination: 0 }).await;
    let id = deploy(&client, "demo", "web", &ecs_appspec(1, &[])).await;
    until_status(&client, &id, DeploymentStatus::Ready).await;
    client.stop_deployment().deployment_id(&id).send().await.unwrap();
    let stopped = until_status(&client, &id, DeploymentStatus::Stopped).await;
    assert_eq!(stopped.error_information().unwrap().code(), Some(&ErrorCode::ManualStop));
    assert!(stopped.rollback_info().and_then(|info| info.rollback_deployment_id()).is_none(), "{stopped:?}");
    let error = wait(&client, &id).await.unwrap_err();
    assert!(matches!(error, WaitError::FailureState(_)), "{error:?}");
    let again = client.stop_deployment().deployment_id(&id).send().await.unwrap_err().into_service_error();
    assert!(again.is_deployment_already_completed_exception(), "{again:?}");
}

#[tokio::test]
async fn a_failed_deployment_is_rolled_back_by_a_deployment_of_its_own() {
    let (_endpoint, client) = with_group(Waits::default()).await;
    let rollback = AutoRollbackConfiguration::builder()
        .enabled(true)
        .events(AutoRollbackEvent::DeploymentFailure)
        .build();
    let update = client.update_deployment_group().application_name("demo");
    let update = update.current_deployment_group_name("web").auto_rollback_configuration(rollback);
    update.send().await.unwrap();
    let good = deploy(&client, "demo", "web", &ecs_appspec(1, &[])).await;
    wait(&client, &good).await.unwrap();

    // Without a binding and without AWS_ENDPOINT_URL_LAMBDA nobody can invoke it.
    let hooks = [("AfterAllowTestTraffic", "CodeDeployHook_nowhere")];
    let bad = deploy(&client, "demo", "web", &ecs_appspec(2, &hooks)).await;
    let failed = until_status(&client, &bad, DeploymentStatus::Failed).await;
    let linked = failed.rollback_info().and_then(|info| info.rollback_deployment_id());
    let back = linked.unwrap_or_else(|| panic!("a rollback is linked: {failed:?}"));
    wait(&client, back).await.unwrap();
    let told = info(&client, back).await;
    assert_eq!(told.creator(), Some(&DeploymentCreator::CodeDeployRollback));
    assert_eq!(told.rollback_info().unwrap().rollback_triggering_deployment_id(), Some(bad.as_str()));
    assert_eq!(told.revision(), info(&client, &good).await.revision());
    let events = events(&ecs_target(&client, &bad).await);
    assert_eq!(events[4..6], ["AfterAllowTestTraffic: Failed", "BeforeAllowTraffic: Skipped"], "{events:?}");
}
