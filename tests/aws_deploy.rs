//! `greenlight deploy` starts a deployment once, follows it to its goal or its end, and says the truth about it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_codedeploy::types::DeploymentStatus;
use greenlight_tests::codedeploy::{Waits, deploy, ecs_appspec, until_status};
use greenlight_tests::{Asked, AwsTwin, Event, FakeService, Running, check_by_schema, redact_aws};
use rustix::process::Signal;
use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

/// A group whose deployments wait for an hour to be continued.
const AN_HOUR: Waits = Waits { ready: 60, termination: 0 };

#[tokio::test]
async fn a_release_that_goes_live_ends_with_success() {
    let twin = AwsTwin::new(Waits::default(), true).await;
    let ended = twin.greenlight("deploy").run().await.expect(0).await;
    let text = redact_aws(&twin, &ended.stdout);
    assert!(text.contains("started  [ID]  demo/web  CodeDeployDefault.ECSAllAtOnce\n"), "{text}");
    assert!(text.contains("AllowTraffic  InProgress -> Succeeded\n"), "{text}");
    assert_eq!(ended.last_line(), "succeeded, green serves");
    assert_eq!(ended.stderr, "");
    assert_eq!(twin.deployments().await.len(), 1);
}

#[tokio::test]
async fn every_line_of_json_is_as_the_schema_has_it() {
    let twin = AwsTwin::new(Waits::default(), true).await;
    let ended = twin.greenlight("deploy").start().finish().await.expect(0).await;
    check_by_schema(&ended.events());
    twin.write_appspec(&ecs_appspec(2, &[("AfterAllowTestTraffic", "CodeDeployHook_gone")]));
    let events = twin.greenlight("deploy").start().finish().await.expect(3).await.events();
    check_by_schema(&events);
    let mut kinds: Vec<&str> = events.iter().map(Event::kind).collect();
    kinds.dedup();
    assert_eq!((kinds[0], kinds[kinds.len() - 1]), ("plan", "finished"));
    for kind in ["note", "started", "lifecycle-event", "hook", "rollback", "ended"] {
        assert!(kinds.contains(&kind), "{kind} is not among {kinds:?}");
    }
    // What is not started is told by the same schema.
    twin.write_appspec("{}");
    let events = twin.greenlight("deploy").start().finish().await.expect(2).await.events();
    check_by_schema(&events);
    assert!(events[0].is("plan", &[("can-start", "false")]), "{events:?}");
    assert_eq!(twin.deployments().await.len(), 3, "two and a rollback");
}

#[tokio::test]
async fn a_hook_that_fails_is_told_with_its_rollback_and_what_serves() {
    let twin = AwsTwin::new(Waits::default(), true).await;
    twin.greenlight("deploy").run().await.expect(0).await;
    twin.write_appspec(&ecs_appspec(2, &[("AfterAllowTestTraffic", "CodeDeployHook_gone")]));
    let ended = twin.greenlight("deploy").run().await.expect(3).await;
    let last_two: Vec<&str> = ended.stdout.lines().rev().take(2).collect();
    assert!(last_two[0].starts_with("reason: "), "{}", ended.stdout);
    assert_eq!(last_two[1], "failed and rolled back, blue serves");
    assert!(ended.stdout.contains("  rollback/started  d-"), "{}", ended.stdout);
}

#[tokio::test]
async fn it_can_end_when_the_deployment_is_ready_and_be_continued() {
    let twin = AwsTwin::new(AN_HOUR, false).await;
    let ended = twin.greenlight("deploy --until ready").run().await.expect(0).await;
    let text = redact_aws(&twin, &ended.stdout);
    assert_data_eq!(
        text.lines().next_back().unwrap(),
        str!["[AT]  note  deployment [ID] is ready; let it go on with `greenlight continue [ID]`"]
    );
    let id = twin.deployments().await.remove(0);
    let ended = twin.greenlight("continue --watch").arg(&id).run().await.expect(0).await;
    let first = redact_aws(&twin, ended.stdout.lines().next().unwrap());
    assert_eq!(first, "note  deployment [ID] goes on: production traffic is shifted");
    assert_eq!(ended.last_line(), "succeeded, green serves");
    // The service says so too.
    until_status(&twin.client, &id, DeploymentStatus::Succeeded).await;
    let ended = twin.greenlight("continue").arg(&id).run().await.expect(2).await;
    assert_data_eq!(
        redact_aws(&twin, &ended.stderr),
        str![[r#"
greenlight: deployment [ID] cannot be changed any more: it is Succeeded

"#]]
    );
}

#[tokio::test]
async fn a_goal_that_can_never_come_is_refused_before_anything_is_deployed() {
    let twin = AwsTwin::new(Waits::default(), false).await;
    let ended = twin.greenlight("deploy --until ready").run().await.expect(2).await;
    assert_data_eq!(
        ended.stderr,
        str![[r#"
greenlight: --until ready: deployment group "web" never waits to be continued; set its ready wait (STOP_DEPLOYMENT with minutes), or wait for another goal

"#]]
    );
    assert!(twin.deployments().await.is_empty());
    let ended = twin.greenlight("deploy --until Instal").run().await.expect(2).await;
    assert!(
        ended.stderr.contains("use ready, traffic-shifted, succeeded, or a lifecycle event"),
        "{}",
        ended.stderr
    );
}

#[tokio::test]
async fn while_another_deployment_is_active_it_is_named_or_waited_for() {
    let twin = AwsTwin::new(AN_HOUR, false).await;
    let active = deploy(&twin.client, "demo", "web", &ecs_appspec(7, &[])).await;
    let ended = twin.greenlight("deploy").run().await.expect(2).await;
    assert_data_eq!(
        redact_aws(&twin, &ended.stderr),
        str![[r#"
greenlight: deployment group "web" already has the active deployment [ID]; wait for your turn with --wait-for-turn, follow it with `greenlight watch [ID]`, or stop it with `greenlight stop [ID]`

"#]]
    );
    let call = twin.greenlight("deploy --wait-for-turn --timeout 1s");
    let ended = call.run().await.expect(4).await;
    assert!(ended.stderr.contains("not this command's turn within 1s"), "{}", ended.stderr);

    let mut waiting = twin.greenlight("deploy --wait-for-turn --until ready").start();
    while !waiting.until("note", &[]).await.text("text").starts_with("waits for its turn: ") {}
    twin.greenlight("stop --no-rollback").arg(&active).run().await.expect(0).await;
    waiting.finish().await.expect(0).await;
    assert_eq!(twin.deployments().await.len(), 2);
}

#[tokio::test]
async fn the_same_command_again_takes_over_the_deployment_that_it_started() {
    let twin = AwsTwin::new(AN_HOUR, false).await;
    for told in [
        "deployment [ID] is started",
        "deployment [ID] was under way already with the same AppSpec, and is taken over",
    ] {
        let ended = twin.greenlight("deploy --until ready").run().await.expect(0).await;
        let text = redact_aws(&twin, &ended.stdout);
        assert!(text.contains(&format!("note  {told}\n")), "{text}");
    }
    assert_eq!(twin.deployments().await.len(), 1);
}

/// A deployment by this command that waits to be continued.
async fn waits(twin: &AwsTwin, arguments: &str) -> Running {
    let mut running = twin.greenlight(arguments).start();
    running.until("ready", &[]).await;
    running
}

#[tokio::test]
async fn interrupted_it_leaves_the_deployment_and_says_how_to_come_back() {
    let twin = AwsTwin::new(AN_HOUR, false).await;
    let running = waits(&twin, "deploy").await;
    running.signal(Signal::INT);
    let ended = running.finish().await.expect(4).await;
    let events = ended.events();
    assert_data_eq!(
        redact_aws(&twin, events.last().unwrap().text("text")),
        str![
            "deployment [ID] goes on without being watched; follow it with `greenlight watch [ID]`, or stop it with `greenlight stop [ID]`"
        ]
    );
    let id = twin.deployments().await.remove(0);
    until_status(&twin.client, &id, DeploymentStatus::Ready).await;
}

#[tokio::test]
async fn interrupted_it_stops_the_deployment_with_or_without_a_rollback() {
    for (choice, status, rolled_back) in [("stop", 4, "false"), ("rollback", 3, "true")] {
        let twin = AwsTwin::new(AN_HOUR, false).await;
        twin.greenlight("deploy --until ready").run().await.expect(0).await;
        let first = twin.deployments().await.remove(0);
        twin.greenlight("continue --watch").arg(&first).run().await.expect(0).await;
        twin.write_appspec(&ecs_appspec(2, &[]));
        let running = waits(&twin, &format!("deploy --on-giveup {choice}")).await;
        running.signal(Signal::TERM);
        let events = running.finish().await.expect(status).await.events();
        let note = events.iter().rfind(|event| event.kind() == "note").unwrap();
        assert!(note.text("text").starts_with("interrupted: deployment d-"), "{note:?}");
        let values = [("outcome", "stopped"), ("rolled-back", rolled_back), ("serving", "blue")];
        assert!(events.last().unwrap().is("finished", &values), "{events:?}");
    }
}

#[tokio::test]
async fn when_its_time_is_over_it_gives_up() {
    let twin = AwsTwin::new(AN_HOUR, false).await;
    let ended = twin.greenlight("deploy --timeout 2s --on-giveup stop").run().await.expect(4).await;
    assert!(ended.stdout.contains("out of time: deployment d-"), "{}", ended.stdout);
    assert!(ended.stdout.contains("stopped and not rolled back, blue serves"), "{}", ended.stdout);
}

#[tokio::test]
async fn a_service_that_goes_away_and_comes_back_costs_nothing_but_time() {
    let mut twin = AwsTwin::new(AN_HOUR, false).await;
    let mut running = waits(&twin, "deploy").await;
    twin.endpoint.kill().await;
    twin.endpoint.start().await;
    let id = twin.deployments().await.remove(0);
    twin.greenlight("continue").arg(&id).run().await.expect(0).await;
    running.until("finished", &[("outcome", "succeeded")]).await;
    running.finish().await.expect(0).await;
}

#[tokio::test]
async fn a_second_signal_leaves_at_once_although_the_stop_was_not_answered() {
    let mut twin = AwsTwin::new(AN_HOUR, false).await;
    let mut running = waits(&twin, "deploy --on-giveup rollback").await;
    twin.endpoint.kill().await;
    running.signal(Signal::INT);
    let note = running.until("note", &[]).await;
    let expected = "interrupted: deployment [ID] is being stopped and rolled back; Ctrl-C leaves at once";
    assert_eq!(redact_aws(&twin, note.text("text")), expected);
    running.signal(Signal::INT);
    let events = running.finish().await.expect(4).await.events();
    assert!(events.last().unwrap().text("text").contains(" goes on without being watched; "), "{events:?}");
}

#[tokio::test]
async fn interrupted_before_the_start_it_says_that_nothing_was_deployed() {
    let twin = AwsTwin::new(AN_HOUR, false).await;
    let throttling = FakeService::start(|_| (400, throttled())).await;
    let running = twin.greenlight("deploy --endpoint-url").arg(throttling.url()).start();
    throttling.nth(1).await;
    running.signal(Signal::INT);
    let ended = running.finish().await.expect(4).await;
    assert_eq!(ended.stderr, "greenlight: interrupted before anything was deployed\n");
}

#[tokio::test]
async fn throttling_and_faults_of_the_service_change_nothing() {
    let twin = AwsTwin::new(Waits::default(), false).await;
    let (calls, url) = (AtomicUsize::new(0), twin.endpoint.url().to_owned());
    let front = FakeService::start(move |asked| match calls.fetch_add(1, Ordering::Relaxed) % 8 {
        0 => (400, throttled()),
        4 => (500, json!({ "__type": "InternalFailure" })),
        _ => forwarded(&url, asked),
    })
    .await;
    let ended = twin.greenlight("deploy --endpoint-url").arg(front.url()).run().await.expect(0).await;
    assert_eq!(ended.last_line(), "succeeded, green serves");
    assert_eq!(twin.deployments().await.len(), 1);
    let events = twin.greenlight("watch").arg(&twin.deployments().await[0]).run().await.expect(0).await;
    let told = |text: &str| -> Vec<String> {
        let events = text.lines().filter(|line| line.starts_with('+') && !line.contains("  note  "));
        events.map(ToOwned::to_owned).collect()
    };
    assert_eq!(told(&ended.stdout), told(&events.stdout), "it tells what one tells whom nothing disturbs");
}

fn throttled() -> Value {
    json!({ "__type": "ThrottlingException", "message": "Rate exceeded" })
}

/// What the endpoint answers to a request.
fn forwarded(url: &str, asked: &Asked) -> (u16, Value) {
    let host = url.strip_prefix("http://").unwrap();
    let (body, target) = (asked.body.to_string(), &asked.operation);
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "POST / HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: application/x-amz-json-1.1\r\n\
         x-amz-target: CodeDeploy_20141006.{target}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}
