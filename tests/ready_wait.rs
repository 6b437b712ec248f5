//! The wait before production traffic is shifted: continued at once, or left to run out.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use greenlight_tests::{Project, lifecycle, of_deployment, traffic};

const HOUR: i64 = 3_600_000;

#[tokio::test]
async fn a_rehearsal_goes_on_at_once_by_default() {
    let project = Project::new().set("deployment.ready-wait", "1h");
    let events = project.rehearse().start().finish().await.expect(0).await.events();
    let place = events.iter().position(|event| event.kind() == "ready").unwrap();
    assert_eq!(events[place].millis_of("until") - events[place].millis(), HOUR);
    let before = lifecycle(&events[..place]);
    assert_eq!(before.last().unwrap(), "AfterAllowTestTraffic: InProgress -> Succeeded");
    assert_eq!(traffic(&events)[0].0, events[place].millis(), "no time passes in the wait");
}

#[tokio::test]
async fn a_wait_that_nobody_ends_stops_the_deployment_when_it_runs_out() {
    let project = Project::new().set("deployment.ready-wait", "1h").set("deployment.on-ready", "wait");
    let ended = project.rehearse().start().finish().await.expect(3).await;
    let events = ended.events();
    let ready = events.iter().find(|event| event.kind() == "ready").unwrap();
    let stopped = events.iter().find(|event| event.kind() == "ended").unwrap();
    assert_eq!(stopped.millis() - ready.millis(), HOUR);
    assert!(stopped.is("ended", &[("status", "Stopped")]), "{stopped:?}");
    assert_eq!(stopped.0["error"]["code"], "TIMEOUT", "{stopped:?}");
    assert_eq!(traffic(&events), []);
    let finished = events.last().unwrap();
    assert!(finished.is("finished", &[("outcome", "stopped"), ("serving", "blue")]), "{finished:?}");
    let changes = lifecycle(of_deployment(&events, ready.deployment()));
    assert_eq!(changes.last().unwrap(), "AfterAllowTraffic: Pending -> Skipped");
}

#[tokio::test]
async fn without_a_wait_there_is_none() {
    let events = Project::new().rehearse().start().finish().await.expect(0).await.events();
    assert!(events.iter().all(|event| event.kind() != "ready"));
}
