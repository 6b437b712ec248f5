//! A service that never becomes healthy, dies, has its port taken or does not stop: a clear sentence, the right exit
//! status, and no process left behind.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::TcpListener;

use greenlight_tests::{ClaimedPort, Ended, Event, Load, Project, programs, redact};
use snapbox::{assert_data_eq, str};

/// The outcome and the reason.
fn closing(project: &Project, ended: &Ended) -> String {
    let lines: Vec<&str> = ended.stdout.lines().collect();
    let from = lines.len().saturating_sub(2);
    redact(project, &lines.get(from..).unwrap_or_default().join("\n"))
}

fn blue(options: &[&str]) -> Vec<String> {
    let service = programs::demo_service().display().to_string();
    [service.as_str(), "--version-label", "1"].iter().chain(options).map(ToString::to_string).collect()
}

#[tokio::test]
async fn green_never_becomes_healthy() {
    let project = Project::with_green(&["--never-healthy"]).set("service.start-grace", "2s");
    let ended = project.rehearse().run().await.expect(3).await;
    assert_data_eq!(
        closing(&project, &ended),
        str![[r#"
failed and rolled back, blue serves
reason: green ([SERVICE], pid [PID]) did not become healthy within 2 s: GET http://127.0.0.1:[PORT]/health answered 503 Service Unavailable; its last output: demo-service 2 listens on http://127.0.0.1:[PORT]
"#]]
    );
}

#[tokio::test]
async fn green_ends_while_it_starts() {
    let project = Project::with_green(&["--broken", "completely"]);
    let ended = project.rehearse().run().await.expect(3).await;
    assert_data_eq!(
        closing(&project, &ended),
        str![[r#"
failed and rolled back, blue serves
reason: green ([SERVICE], pid [PID]) ended with exit status 2 before it was healthy; its last output: error: invalid value 'completely' for '--broken <BROKEN>' | [possible values: status, slow, body, login] | For more information, try '--help'.
"#]]
    );
}

#[tokio::test]
async fn green_is_no_program() {
    let project = Project::new().set("service.green.command", vec!["bin/webb"]);
    let ended = project.rehearse().run().await.expect(3).await;
    assert_data_eq!(
        closing(&project, &ended),
        str![[r#"
failed and rolled back, blue serves
reason: green cannot be started: there is no file [DIR]/bin/webb; build it, or correct the command
"#]]
    );
}

/// Rehearses until the first production requests come, in the shift, and returns what the outcome was.
async fn with_users(project: &Project, status: i32) -> Vec<Event> {
    let mut running = project.rehearse().start();
    running.until("traffic", &[("green", "10")]).await;
    let load = Load::start(project.production(), 100);
    running.until("task-set", &[("state", "failed")]).await;
    // Users of a service that dies lose requests: whether they do is not the promise here.
    drop(load.stop().await);
    running.finish().await.expect(status).await.events()
}

#[tokio::test]
async fn green_dies_half_way() {
    // Its validation test asks 11 times; the first user who gets to it ends it.
    let project = Project::with_green(&["--die-after-requests", "12"]).set("clock", "real");
    let events = with_users(&project, 3).await;
    let finished = events.last().unwrap();
    assert!(finished.is("finished", &[("outcome", "failed"), ("serving", "blue")]), "{finished:?}");
    assert_data_eq!(
        redact(&project, finished.text("reason")),
        str![[r#"
green ([SERVICE], pid [PID]) ended by itself with exit status 1; its last output:
  demo-service 2 listens on http://127.0.0.1:[PORT]
  demo-service: dies as ordered: the last of its requests came in
"#]]
    );
    let back = events.iter().rfind(|event| event.kind() == "traffic").unwrap();
    assert!(back.is("traffic", &[("blue", "100")]), "{back:?}");
}

#[tokio::test]
async fn blue_dies_half_way_and_nothing_is_there_to_roll_back_to() {
    let project =
        Project::new().set("clock", "real").set("service.blue.command", blue(&["--die-after-requests", "1"]));
    let events = with_users(&project, 4).await;
    let finished = events.last().unwrap();
    assert!(finished.is("finished", &[("outcome", "failed"), ("rolled-back", "false")]), "{finished:?}");
    assert_data_eq!(
        redact(&project, finished.text("reason")),
        str![[r#"
blue ([SERVICE], pid [PID]) ended by itself with exit status 1; its last output:
  demo-service 1 listens on http://127.0.0.1:[PORT]
  demo-service: dies as ordered: the last of its requests came in
"#]]
    );
}

#[tokio::test]
async fn green_dies_after_a_time() {
    // It dies before its validation test is over, or in the shift that follows: whenever, users are safe.
    let project = Project::with_green(&["--die-after", "1s"]).set("clock", "real");
    let events = project.rehearse().start().finish().await.expect(3).await.events();
    let finished = events.last().unwrap();
    assert!(finished.is("finished", &[("outcome", "failed"), ("serving", "blue")]), "{finished:?}");
}

#[tokio::test]
async fn green_has_its_port_taken() {
    let port = ClaimedPort::new();
    let _taken = TcpListener::bind(port.address()).unwrap();
    let project = Project::new().set("service.green.port", i64::from(port.number()));
    let ended = project.rehearse().run().await.expect(3).await;
    let said = closing(&project, &ended).replace(&port.number().to_string(), "[PORT]");
    assert_data_eq!(
        said,
        str![[r#"
failed and rolled back, blue serves
reason: green cannot be started: port [PORT] on 127.0.0.1 is in use; stop the other process, choose another port, or leave the port out to get a free one
"#]]
    );
}

#[tokio::test]
async fn blue_has_its_port_taken() {
    let port = ClaimedPort::new();
    let _taken = TcpListener::bind(port.address()).unwrap();
    let project = Project::new().set("service.blue.port", i64::from(port.number()));
    let ended = project.rehearse().run().await.expect(2).await;
    let said = redact(&project, &ended.stderr).replace(&port.number().to_string(), "[PORT]");
    assert_data_eq!(
        said,
        str![[r#"
greenlight: demo-web has nothing to serve with before the deployment: blue cannot be started: port [PORT] on 127.0.0.1 is in use; stop the other process, choose another port, or leave the port out to get a free one

"#]]
    );
}

#[tokio::test]
async fn blue_never_becomes_healthy() {
    let project = Project::new()
        .set("service.start-grace", "2s")
        .set("service.blue.command", blue(&["--never-healthy"]));
    let ended = project.rehearse().run().await.expect(2).await;
    assert_data_eq!(
        redact(&project, &ended.stderr),
        str![[r#"
greenlight: demo-web has nothing to serve with before the deployment: blue ([SERVICE], pid [PID]) did not become healthy within 2 s: GET http://127.0.0.1:[PORT]/health answered 503 Service Unavailable; its last output:
  demo-service 1 listens on http://127.0.0.1:[PORT]

"#]]
    );
}

#[tokio::test]
async fn a_service_that_ignores_the_stop_signal_is_killed_after_its_grace() {
    let project = Project::with_green(&["--ignore-sigterm"])
        .set("service.stop-grace", "1s")
        .set("service.blue.command", blue(&["--ignore-sigterm"]));
    let ended = project.rehearse().start().finish().await.expect(0).await;
    let events = ended.events();
    let is_end_of_blue = |event: &&Event| event.is("task-set", &[("task-set", "blue"), ("state", "stopped")]);
    let stopped = events.iter().find(is_end_of_blue).unwrap();
    assert_data_eq!(
        redact(&project, stopped.text("detail")),
        str!["blue ([SERVICE], pid [PID]) did not end within [..] s of SIGTERM and was killed"]
    );
}
