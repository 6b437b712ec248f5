//! No child process outlives the command, even when it is killed and can do nothing about it.

use greenlight_tests::{Project, eventually, processes};
use rustix::process::Signal;

/// Kills the command at the first event of this kind, and waits until all that it had started is gone.
async fn killed_at(project: &Project, kind: &str, values: &[(&str, &str)]) {
    let mut running = project.rehearse().start();
    running.until(kind, values).await;
    let mark = project.mark();
    let before = processes::marked(&mark);
    // The command, the service and its warden at least.
    assert!(before.len() >= 3, "{before:?}");
    running.signal(Signal::KILL);
    let ended = running.finish().await.leaves_nothing().await;
    assert_eq!(ended.status, None, "a signal ended it");
}

#[tokio::test]
async fn killed_while_it_starts_blue() {
    let service = greenlight_tests::programs::demo_service().display().to_string();
    let command = vec![service, "--version-label=1".to_owned(), "--never-healthy".to_owned()];
    let project = Project::new().set("service.blue.command", command);
    let running = project.rehearse().start();
    let mark = project.mark();
    eventually("blue is there", || processes::marked(&mark).len() >= 3).await;
    running.signal(Signal::KILL);
    running.finish().await.leaves_nothing().await;
}

#[tokio::test]
async fn killed_while_it_starts_green() {
    let project = Project::with_green(&["--never-healthy"]);
    killed_at(&project, "task-set", &[("task-set", "green"), ("state", "starting")]).await;
}

#[tokio::test]
async fn killed_while_a_hook_runs() {
    killed_at(&Project::with_fault("sleep"), "hook", &[("state", "invoked")]).await;
    killed_at(&Project::with_fault("loop"), "hook", &[("state", "invoked")]).await;
}

#[tokio::test]
async fn killed_in_the_shift() {
    killed_at(&Project::new().set("clock", "real"), "traffic", &[("green", "10")]).await;
}

#[tokio::test]
async fn killed_while_it_stops_a_service_that_holds_on_to_life() {
    let project =
        Project::with_green(&["--broken", "status", "--ignore-sigterm"]).set("service.stop-grace", "10m");
    killed_at(&project, "task-set", &[("task-set", "green"), ("state", "draining")]).await;
}

#[tokio::test]
async fn what_a_service_has_started_goes_too() {
    let service = greenlight_tests::programs::demo_service().display().to_string();
    let script = "sleep 1000 & (sleep 1000 & sleep 1000) & exec \"$@\"";
    let command = ["/bin/sh", "-c", script, "service", &service, "--version-label", "2"];
    let command: Vec<String> = command.map(ToString::to_string).into();
    let project = Project::new().set("clock", "real").set("service.green.command", command);
    killed_at(&project, "traffic", &[("green", "10")]).await;
}
