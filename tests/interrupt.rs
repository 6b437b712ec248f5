//! Signals: a first one stops with rollback, a second one leaves at once, and nothing is left behind.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use greenlight_tests::{Event, Project, Running, processes, within};
use rustix::process::Signal;

/// A rehearsal in real time whose first traffic step takes a minute.
fn slow() -> Project {
    Project::new().set("clock", "real")
}

async fn in_the_shift(project: &Project) -> Running {
    let mut running = project.rehearse().start();
    running.until("traffic", &[("green", "10")]).await;
    running
}

fn error_code(events: &[Event]) -> String {
    let ended = events.iter().find(|event| event.kind() == "ended").unwrap();
    ended.0["error"]["code"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn the_first_signal_stops_and_rolls_back() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let project = slow();
        let mut running = in_the_shift(&project).await;
        running.signal(signal);
        let note = running.until("note", &[]).await;
        assert_eq!(note.text("text"), "stopping and rolling back; press Ctrl-C again to leave at once");
        let events = running.finish().await.expect(3).await.events();
        assert_eq!(error_code(&events), "MANUAL_STOP");
        let back = events.iter().rfind(|event| event.kind() == "traffic").unwrap();
        assert!(back.is("traffic", &[("blue", "100"), ("green", "0")]), "{back:?}");
        let finished = events.last().unwrap();
        let values = [("outcome", "stopped"), ("rolled-back", "true"), ("serving", "blue")];
        assert!(finished.is("finished", &values), "{finished:?}");
    }
}

#[tokio::test]
async fn a_hook_under_way_is_cancelled() {
    let project = Project::with_fault("sleep").set("clock", "real");
    let mut running = project.rehearse().start();
    running.until("hook", &[("state", "invoked")]).await;
    running.signal(Signal::INT);
    let events = running.finish().await.expect(3).await.events();
    assert!(events.iter().any(|event| event.is("hook", &[("state", "cancelled")])), "{events:?}");
    assert_eq!(error_code(&events), "MANUAL_STOP");
}

#[tokio::test]
async fn a_service_that_does_not_become_healthy_is_given_up() {
    let project =
        Project::with_green(&["--never-healthy"]).set("clock", "real").set("service.start-grace", "10m");
    let mut running = project.rehearse().start();
    running.until("task-set", &[("state", "starting")]).await;
    running.signal(Signal::INT);
    let events = running.finish().await.expect(3).await.events();
    assert_eq!(error_code(&events), "MANUAL_STOP");
}

#[tokio::test]
async fn before_anything_is_deployed_it_leaves() {
    let project = slow().set("service.start-grace", "10m");
    let project = project.set("service.blue.command", blue_that_never_starts());
    let running = project.rehearse().start();
    let mark = project.mark();
    greenlight_tests::eventually("blue is there", || !processes::services(&mark, "1").is_empty()).await;
    running.signal(Signal::INT);
    let ended = running.finish().await.leaves_nothing().await;
    assert_eq!(ended.stderr, "greenlight: interrupted before anything was deployed\n");
    assert_eq!(ended.status, Some(4));
}

fn blue_that_never_starts() -> Vec<String> {
    let service = greenlight_tests::programs::demo_service().display().to_string();
    [&service, "--version-label", "1", "--never-healthy"].map(ToString::to_string).into()
}

#[tokio::test]
async fn the_second_signal_leaves_at_once() {
    // Green holds on to life, so that the rollback takes its whole stop grace.
    let project =
        Project::with_green(&["--ignore-sigterm"]).set("clock", "real").set("service.stop-grace", "10m");
    let mut running = in_the_shift(&project).await;
    running.signal(Signal::INT);
    running.until("task-set", &[("task-set", "green"), ("state", "draining")]).await;
    let begin = Instant::now();
    running.signal(Signal::INT);
    let ended = within("it leaves", running.finish()).await.leaves_nothing().await;
    assert!(begin.elapsed() < Duration::from_secs(20), "it took {:?}", begin.elapsed());
    assert_eq!(ended.status, Some(4));
    let events = ended.events();
    let note = events.last().unwrap();
    assert_eq!(note.text("text"), "left at once; the rehearsal's processes are ended", "{note:?}");
}
