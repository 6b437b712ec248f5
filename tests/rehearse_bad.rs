//! A bad release stops at its validation test and is rolled back; no production request ever reaches it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use greenlight_tests::{Event, Load, Project, lifecycle, of_deployment, traffic};

/// How green is broken, and how the reason of the check that finds it begins and what it names.
const WAYS: [(&str, &str, &str); 3] = [
    ("status", "version: GET /version answered 500 in 10 of 10 requests, expected 200", ""),
    ("slow", "latency: GET /version took ", "expected 50 ms or less"),
    ("body", "body: GET /version answered a body without `version`", "in 10 of 10 bodies"),
];

fn broken(way: &str) -> Project {
    let project = Project::with_green(&["--broken", way]);
    match way {
        // Faster than green by far, slower than a request on a busy machine may be.
        "slow" => project.set("hooks.CodeDeployHook_smoke.config.max_latency", "50ms"),
        _ => project,
    }
}

fn expect_reason(reason: &str, begin: &str, named: &str) {
    assert!(reason.starts_with(begin) && reason.contains(named), "{reason}");
}

#[tokio::test]
async fn the_reason_of_the_failed_check_is_the_last_line() {
    for (way, begin, named) in WAYS {
        let ended = broken(way).rehearse().run().await.expect(3).await;
        expect_reason(ended.last_line().strip_prefix("reason: ").unwrap_or_default(), begin, named);
        let before_last = ended.stdout.lines().rev().nth(1).unwrap();
        assert_eq!(before_last, "failed and rolled back, blue serves", "{way}");
        assert_eq!(ended.stderr, "", "{way}");
    }
}

#[tokio::test]
async fn the_outcome_has_the_reason_in_json_too() {
    for (way, begin, named) in WAYS {
        let events = broken(way).rehearse().start().finish().await.expect(3).await.events();
        let finished = events.last().unwrap();
        let values = [("outcome", "failed"), ("rolled-back", "true"), ("serving", "blue")];
        assert!(finished.is("finished", &values), "{finished:?}");
        expect_reason(finished.text("reason"), begin, named);
    }
}

#[tokio::test]
async fn later_events_are_skipped() {
    let events = broken("status").rehearse().start().finish().await.expect(3).await.events();
    let forward = events.last().unwrap().deployment();
    let changes = lifecycle(of_deployment(&events, forward));
    assert_eq!(
        changes[changes.len() - 4..],
        [
            "AfterAllowTestTraffic: InProgress -> Failed",
            "BeforeAllowTraffic: Pending -> Skipped",
            "AllowTraffic: Pending -> Skipped",
            "AfterAllowTraffic: Pending -> Skipped",
        ]
    );
    assert_eq!(traffic(&events), [], "production traffic was never shifted");
}

#[tokio::test]
async fn the_rollback_is_a_deployment_of_its_own_with_paired_ids() {
    let events = broken("status").rehearse().start().finish().await.expect(3).await.events();
    let of_kind = |kind: &str| events.iter().filter(|e| e.kind() == kind).collect::<Vec<&Event>>();
    let started = of_kind("started");
    let [forward, rollback] = started[..] else { panic!("two deployments start: {started:?}") };
    assert_ne!(forward.deployment(), rollback.deployment());
    assert_eq!(rollback.text("rolls-back"), forward.deployment());
    assert!(forward.is("started", &[("rolls-back", "null")]), "{forward:?}");

    let announced = of_kind("rollback");
    assert_eq!(announced.len(), 1, "{announced:?}");
    assert_eq!(announced[0].deployment(), forward.deployment());
    assert_eq!(announced[0].text("id"), rollback.deployment());
    assert!(announced[0].text("message").contains(rollback.deployment()), "{announced:?}");

    let ended: Vec<(&str, &str)> =
        of_kind("ended").iter().map(|event| (event.deployment(), event.text("status"))).collect();
    assert_eq!(ended, [(forward.deployment(), "Failed"), (rollback.deployment(), "Succeeded")]);
    let finished = events.last().unwrap();
    assert_eq!(finished.deployment(), forward.deployment());
    assert_eq!(finished.text("rollback"), rollback.deployment());

    let of_rollback = of_deployment(&events, rollback.deployment());
    let succeeded: Vec<&str> = of_rollback
        .iter()
        .filter(|event| event.is("lifecycle-event", &[("to", "Succeeded")]))
        .map(|event| event.text("name"))
        .collect();
    assert_eq!(succeeded.len(), 8, "{succeeded:?}");
    assert!(of_rollback.iter().all(|event| event.kind() != "hook"), "no validation test runs in a rollback");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_production_request_reaches_the_bad_release() {
    for (way, _, _) in WAYS {
        let project = broken(way).set("clock", "60x").with_lingering("green", "2", &["--broken", way]);
        let mut running = project.rehearse().start();
        running.until("started", &[]).await;
        let load = Load::start(project.production(), 200);
        // The rollback deletes green last: whatever was to reach it has done so.
        running.until_service_ended("green").await;
        load.send_more(50).await;
        let report = load.stop().await;
        project.release();
        running.finish().await.expect(3).await;
        report.expect_no_loss(0.0);
        assert_eq!(report.answered_by("1"), report.answers.len(), "{way}: {:?}", report.answers);
    }
}
