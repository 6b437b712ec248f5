//! `greenlight watch`, `stop` and `logs`: what becomes of a deployment that somebody else started.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::net::Ipv4Addr;

use aws_sdk_codedeploy::types::DeploymentStatus;
use greenlight_tests::codedeploy::{Waits, deploy, ecs_appspec, until_status};
use greenlight_tests::{
    AwsTwin, Endpoint, Event, FakeService, check_by_schema, lifecycle, redact_aws, silent_lambda, without_aws,
};
use rustix::process::Signal;
use serde_json::json;
use snapbox::{assert_data_eq, str};
use tokio::net::TcpListener;

const AN_HOUR: Waits = Waits { ready: 60, termination: 0 };

#[tokio::test]
async fn a_deployment_that_has_ended_is_told_from_its_beginning() {
    let twin = AwsTwin::new(Waits::default(), false).await;
    let id = deploy(&twin.client, "demo", "web", &ecs_appspec(1, &[])).await;
    until_status(&twin.client, &id, DeploymentStatus::Succeeded).await;
    let events = twin.greenlight("watch").arg(&id).start().finish().await.expect(0).await.events();
    assert_eq!(events[0].kind(), "started");
    assert_eq!(lifecycle(&events).last().unwrap(), "AfterAllowTraffic: InProgress -> Succeeded");
    assert!(events.last().unwrap().is("finished", &[("outcome", "succeeded"), ("serving", "green")]));
}

#[tokio::test]
async fn a_watch_goes_on_from_where_it_was_without_a_gap() {
    let twin = AwsTwin::new(Waits::default(), false).await;
    let id = deploy(&twin.client, "demo", "web", &ecs_appspec(1, &[])).await;
    until_status(&twin.client, &id, DeploymentStatus::Succeeded).await;
    let whole = twin.greenlight("watch").arg(&id).start().finish().await.expect(0).await.events();

    let mut parts: Vec<Event> = Vec::new();
    for until in ["Install", "AfterAllowTestTraffic", "succeeded"] {
        let call = twin.greenlight("watch --position at.json --until").arg(until).arg(&id);
        parts.extend(call.start().finish().await.expect(0).await.events());
    }
    parts.retain(|event| event.kind() != "note");
    assert_eq!(parts, whole);

    let other = deploy(&twin.client, "demo", "web", &ecs_appspec(2, &[])).await;
    let ended = twin.greenlight("watch --position at.json").arg(&other).run().await.expect(2).await;
    assert_data_eq!(
        redact_aws(&twin, &ended.stderr),
        str![[r#"
greenlight: --position: at.json is the position of deployment [ID]; name another file, or remove this one

"#]]
    );
}

#[tokio::test]
async fn a_goal_that_a_deployment_reached_before_it_ended_is_not_told_as_if_it_went_on() {
    let twin = AwsTwin::new(AN_HOUR, false).await;
    let id = deploy(&twin.client, "demo", "web", &ecs_appspec(1, &[])).await;
    until_status(&twin.client, &id, DeploymentStatus::Ready).await;
    let ended = twin.greenlight("watch --until ready").arg(&id).run().await.expect(0).await;
    assert!(ended.stdout.contains("is ready; let it go on with"), "{}", ended.stdout);
    twin.greenlight("stop --no-rollback --watch").arg(&id).run().await.expect(4).await;
    for goal in ["ready", "Install"] {
        let ended = twin.greenlight("watch --until").arg(goal).arg(&id).run().await.expect(4).await;
        assert!(ended.stdout.contains("stopped and not rolled back, blue serves"), "{}", ended.stdout);
    }
}

#[tokio::test]
async fn a_signal_during_a_slow_login_ends_the_command_and_touches_nothing() {
    // The credentials of a container, which never come.
    let login = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}/", login.local_addr().unwrap());
    let call = without_aws().args("watch d-1NNWZG91L --on-giveup rollback --region eu-west-1");
    let call = call.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url).start();
    let _asking = login.accept().await.unwrap();
    call.signal(Signal::TERM);
    let ended = call.finish().await.expect(4).await;
    let told = "interrupted before AWS was asked for deployment d-1NNWZG91L, which was not touched";
    assert!(ended.stderr.contains(told), "{}", ended.stderr);
}

#[tokio::test]
async fn a_deployment_that_is_not_there_is_named() {
    let twin = AwsTwin::new(Waits::default(), false).await;
    for verb in ["watch", "continue", "stop", "logs"] {
        let ended = twin.greenlight(verb).arg("d-1NNWZG91L").run().await.expect(2).await;
        assert_eq!(
            ended.stderr, "greenlight: there is no deployment d-1NNWZG91L at AWS CodeDeploy in us-east-1\n",
            "{verb}"
        );
        let ended = twin.greenlight(verb).arg("web").run().await.expect(2).await;
        assert!(ended.stderr.contains("is not a deployment id"), "{verb}: {}", ended.stderr);
    }
}

#[tokio::test]
async fn a_stop_says_what_became_of_it_and_of_the_rollback() {
    let twin = AwsTwin::new(AN_HOUR, false).await;
    let id = deploy(&twin.client, "demo", "web", &ecs_appspec(1, &[])).await;
    until_status(&twin.client, &id, DeploymentStatus::Ready).await;
    let ended = twin.greenlight("stop --no-rollback --watch").arg(&id).run().await.expect(4).await;
    assert!(ended.stdout.starts_with("note  deployment d-"), "{}", ended.stdout);
    assert!(ended.stdout.contains("stopped and not rolled back, blue serves"), "{}", ended.stdout);
    let ended = twin.greenlight("stop").arg(&id).run().await.expect(2).await;
    assert_data_eq!(
        redact_aws(&twin, &ended.stderr),
        str![[r#"
greenlight: deployment [ID] cannot be changed any more: it is Stopped

"#]]
    );
}

#[tokio::test]
async fn a_deployment_that_does_not_wait_cannot_be_continued() {
    let twin = AwsTwin::new(AN_HOUR, false).await;
    let id = deploy(&twin.client, "demo", "web", &ecs_appspec(1, &[])).await;
    until_status(&twin.client, &id, DeploymentStatus::Ready).await;
    let ended = twin.greenlight("continue --wait termination").arg(&id).run().await.expect(2).await;
    assert!(ended.stderr.contains("is Ready and not in its "), "{}", ended.stderr);
}

#[tokio::test]
async fn the_lines_of_a_hook_function_are_shown() {
    let lambda = silent_lambda().await;
    let endpoint = Endpoint::new("real").env("AWS_ENDPOINT_URL_LAMBDA", &lambda.url());
    let twin = AwsTwin::on(endpoint, Waits::default(), false).await;
    let hooks = [("BeforeInstall", "CodeDeployHook_smoke")];
    let id = deploy(&twin.client, "demo", "web", &ecs_appspec(1, &hooks)).await;
    lambda.nth(1).await;
    let logs = FakeService::start(|asked| {
        assert!(asked.operation.ends_with("FilterLogEvents"), "{asked:?}");
        assert_eq!(asked.body["logGroupName"], "/aws/lambda/CodeDeployHook_smoke");
        let time = asked.body["startTime"].as_u64().unwrap_or_default() + 6000;
        let line = |id: &str, text: &str| json!({ "eventId": id, "timestamp": time, "message": text, "logStreamName": "s" });
        (200, json!({ "events": [line("1", "GET /health answered 200\n"), line("2", "red\u{1b}[31m\n")] }))
    })
    .await;
    let call = |arguments: &str| {
        twin.greenlight(arguments).arg(&id).env("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", &logs.url())
    };
    let ended = call("logs").arg("BeforeInstall").run().await.expect(0).await;
    assert_data_eq!(
        redact_aws(&twin, &ended.stdout),
        str![[r#"
[AT]  CodeDeployHook_smoke  info  GET /health answered 200
[AT]  CodeDeployHook_smoke  info  red

"#]]
    );
    let ended = call("logs").run().await.expect(0).await;
    let text = redact_aws(&twin, &ended.stdout);
    assert_eq!(
        text.lines().next(),
        Some("[AT]  BeforeInstall  CodeDeployHook_smoke  info  GET /health answered 200")
    );
    let events = call("logs").start().finish().await.expect(0).await.events();
    let values =
        [("lifecycle-event", "BeforeInstall"), ("function", "CodeDeployHook_smoke"), ("level", "info")];
    assert!(events.iter().all(|event| event.is("hook-log", &values)), "{events:?}");
    assert_eq!(events.len(), 2);
    check_by_schema(&events);
    let ended = call("logs").arg("AfterInstall").run().await.expect(0).await;
    assert_eq!(ended.stdout, "");
    assert!(ended.stderr.contains("AfterInstall"), "{}", ended.stderr);
}
