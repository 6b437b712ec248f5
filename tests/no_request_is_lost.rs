//! Under a steady load on the production listener no request fails and none is lost: not at the shift, not at the
//! rollback, not at the termination.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use greenlight_tests::{Load, LoadReport, Project, RecordingService, Running};
use rustix::process::Signal;

/// Requests a second that are sent, and the fewest that the load must reach on a busy machine.
const RATE: u32 = 250;
const LEAST: f64 = 200.0;

/// A second of load.
const SECOND: u64 = RATE as u64;

/// Load from the first moment until a second after the service of the last task set has ended.
async fn load_to_the_end(project: &Project, running: &mut Running, last: &str) -> LoadReport {
    running.until("started", &[]).await;
    let load = Load::start(project.production(), RATE);
    running.until_service_ended(last).await;
    load.send_more(SECOND).await;
    let report = load.stop().await;
    project.release();
    report.expect_no_loss(LEAST);
    report
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_good_release_loses_no_request_from_start_to_termination() {
    let project = Project::new().set("clock", "240x").with_lingering("blue", "1", &[]);
    let mut running = project.rehearse().start();
    let report = load_to_the_end(&project, &mut running, "blue").await;
    running.finish().await.expect(0).await;
    let (blue, green) = (report.answered_by("1"), report.answered_by("2"));
    assert_eq!(blue + green, report.answers.len());
    assert!(blue > 0 && green > 0, "blue answered {blue}, green {green}");
    assert_eq!(report.answers.last().unwrap().version.as_deref(), Ok("2"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_release_loses_no_request_to_its_rollback() {
    for way in ["status", "slow", "body"] {
        let project = Project::new()
            .set("clock", "240x")
            .set("hooks.CodeDeployHook_smoke.config.max_latency", "50ms")
            .with_lingering("green", "2", &["--broken", way]);
        let mut running = project.rehearse().start();
        let report = load_to_the_end(&project, &mut running, "green").await;
        running.finish().await.expect(3).await;
        assert_eq!(report.answered_by("1"), report.answers.len(), "{way}: green answered users");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rollback_in_the_middle_of_the_shift_loses_no_request() {
    let project = Project::new().set("clock", "240x").with_lingering("green", "2", &[]);
    let mut running = project.rehearse().start();
    running.until("started", &[]).await;
    let load = Load::start(project.production(), RATE);
    running.until("traffic", &[("green", "50")]).await;
    running.signal(Signal::INT);
    running.until_service_ended("green").await;
    load.send_more(SECOND).await;
    let report = load.stop().await;
    project.release();
    running.finish().await.expect(3).await;
    report.expect_no_loss(LEAST);
    assert!(report.answered_by("2") > 0, "green had served");
    assert_eq!(report.answers.last().unwrap().version.as_deref(), Ok("1"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_request_reaches_exactly_one_task_set_exactly_once() {
    let (blue, green) = (RecordingService::start("1").await, RecordingService::start("2").await);
    let project = Project::new()
        .set("clock", "240x")
        .set("deployment.termination-wait", "48h")
        .without("service.blue.command")
        .without("service.green.command")
        .set("service.blue.address", blue.address().to_string())
        .set("service.green.address", green.address().to_string());
    let mut running = project.rehearse().start();
    running.until("started", &[]).await;
    let load = Load::start(project.production(), RATE);
    running.until("traffic", &[("green", "100")]).await;
    load.send_more(SECOND).await;
    let report = load.stop().await;
    // Nobody waits for the end of two days.
    running.signal(Signal::INT);
    running.finish().await.expect(3).await;
    report.expect_no_loss(LEAST);

    let mut seen = BTreeMap::new();
    for path in blue.paths().into_iter().chain(green.paths()) {
        if let Some((_, number)) = path.split_once("?n=") {
            *seen.entry(number.parse::<u64>().unwrap()).or_insert(0_u32) += 1;
        }
    }
    let each_once: BTreeMap<u64, u32> = (0..report.sent).map(|number| (number, 1)).collect();
    assert_eq!(seen, each_once, "what the services counted, and what the clients sent");
}
