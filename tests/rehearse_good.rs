//! A good release goes live: eight events in order, the validation test before any user, traffic by the configured
//! steps, blue terminated after its wait.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use greenlight_tests::{Event, Load, Project, RecordingService, lifecycle, processes, traffic};

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

const MINUTE: i64 = 60_000;

fn one<'e>(events: &'e [Event], kind: &str, values: &[(&str, &str)]) -> &'e Event {
    let found: Vec<&Event> = events.iter().filter(|event| event.is(kind, values)).collect();
    assert_eq!(found.len(), 1, "`{kind}` with {values:?}: {found:?}");
    found[0]
}

#[tokio::test]
async fn eight_events_succeed_in_order_and_the_exit_status_is_0() {
    let project = Project::new();
    let ended = project.rehearse().start().finish().await.expect(0).await;
    let expected: Vec<String> = EVENTS
        .iter()
        .flat_map(|name| {
            [format!("{name}: Pending -> InProgress"), format!("{name}: InProgress -> Succeeded")]
        })
        .collect();
    let events = ended.events();
    assert_eq!(lifecycle(&events), expected);
    assert_eq!(ended.stderr, "");
    let finished = events.last().unwrap();
    assert!(
        finished.is(
            "finished",
            &[("outcome", "succeeded"), ("rolled-back", "false"), ("reason", "null"), ("serving", "green")]
        ),
        "{finished:?}"
    );
}

#[tokio::test]
async fn traffic_is_shifted_by_the_configured_steps_at_exact_times() {
    for (config, steps) in [
        ("CodeDeployDefault.ECSAllAtOnce", vec![(0, 100)]),
        ("CodeDeployDefault.ECSCanary10Percent5Minutes", vec![(0, 10), (5, 100)]),
        (
            "CodeDeployDefault.ECSLinear10PercentEvery3Minutes",
            (0..10_i64).map(|step| (step * 3, 10 * (step.unsigned_abs() + 1))).collect(),
        ),
    ] {
        let project = Project::new().set("deployment.config", config);
        let events = project.rehearse().start().finish().await.expect(0).await.events();
        let began =
            one(&events, "lifecycle-event", &[("name", "AllowTraffic"), ("to", "InProgress")]).millis();
        let seen: Vec<(i64, u64)> =
            traffic(&events).iter().map(|(time, green)| (time - began, *green)).collect();
        let expected: Vec<(i64, u64)> =
            steps.iter().map(|(minutes, green)| (minutes * MINUTE, *green)).collect();
        assert_eq!(seen, expected, "{config}");
    }
}

#[tokio::test]
async fn blue_is_kept_for_its_wait_and_is_gone_after_it() {
    let project =
        Project::new().set("clock", "60x").set("deployment.config", "CodeDeployDefault.ECSAllAtOnce");
    let mut running = project.rehearse().start();
    let wait = running.until("termination-wait", &[]).await;
    assert_eq!(wait.millis_of("until") - wait.millis(), 2 * MINUTE);
    let blue = processes::services(&project.mark(), "1");
    assert_eq!(blue.len(), 1, "blue is kept: {blue:?}");

    let draining = running.until("task-set", &[("task-set", "blue"), ("state", "draining")]).await;
    assert!(draining.millis() >= wait.millis_of("until"), "{draining:?} came before the end of {wait:?}");
    let stopped = running.until("task-set", &[("task-set", "blue"), ("state", "stopped")]).await;
    assert_eq!(stopped.pid(), blue[0].id);
    assert!(!processes::is_alive(blue[0].id), "{stopped:?}");
    running.finish().await.expect(0).await;
}

#[tokio::test]
async fn blue_is_terminated_at_the_exact_end_of_its_wait_in_virtual_time() {
    let project = Project::new().set("deployment.termination-wait", "47h 30m");
    let events = project.rehearse().start().finish().await.expect(0).await.events();
    let shifted = one(&events, "traffic", &[("green", "100")]).millis();
    let stopped = one(&events, "task-set", &[("task-set", "blue"), ("state", "stopped")]).millis();
    assert_eq!(stopped - shifted, (47 * 60 + 30) * MINUTE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_plugin_asks_green_before_any_production_request_reaches_it() {
    let green = RecordingService::start("2").await;
    let project = Project::new()
        .set("clock", "600x")
        .set("deployment.termination-wait", "48h")
        .without("service.green.command")
        .set("service.green.address", green.address().to_string());
    let mut running = project.rehearse().start();
    running.until("started", &[]).await;
    let load = Load::start(project.production(), 200);
    running.until("termination-wait", &[]).await;
    let report = load.stop().await;
    // Nobody waits for the end of two days.
    running.signal(rustix::process::Signal::INT);
    running.finish().await.expect(3).await;

    report.expect_no_loss(0.0);
    let paths = green.paths();
    let is_production = |path: &String| path.contains("?n=");
    let before_production: Vec<&String> = paths.iter().take_while(|path| !is_production(path)).collect();
    let of_plugin = before_production.iter().filter(|path| **path == "/version").count();
    // One to warm up, and ten that are judged.
    assert_eq!(of_plugin, 11, "green was asked in this order: {paths:?}");
    assert!(
        paths.iter().filter(|path| is_production(path)).count() > 0,
        "production reached green at the end"
    );
    assert!(report.answered_by("1") > 0 && report.answered_by("2") > 0, "both served");
}

#[tokio::test]
async fn without_a_terminal_the_outcome_is_the_last_line() {
    let project = Project::new();
    let ended = project.rehearse().run().await.expect(0).await;
    assert_eq!(ended.last_line(), "succeeded, green serves");
    assert_eq!(ended.stderr, "");
}

#[tokio::test]
async fn without_a_test_listener_there_are_six_events_and_the_hook_runs_before_traffic() {
    let project = Project::new()
        .without("listeners.test")
        .appspec_hooks(&[("BeforeAllowTraffic", "CodeDeployHook_smoke")])
        .set("hooks.CodeDeployHook_smoke.config.listener", "production")
        .set("hooks.CodeDeployHook_smoke.config.expected_version", "1")
        .set("hooks.CodeDeployHook_smoke.grants.http", vec!["{production}"]);
    let events = project.rehearse().start().finish().await.expect(0).await.events();
    let begun: Vec<&str> = events
        .iter()
        .filter(|event| event.is("lifecycle-event", &[("to", "InProgress")]))
        .map(|event| event.text("name"))
        .collect();
    let expected: Vec<&str> = EVENTS.into_iter().filter(|name| !name.contains("TestTraffic")).collect();
    assert_eq!(begun, expected);
    one(&events, "hook", &[("lifecycle-event", "BeforeAllowTraffic"), ("state", "succeeded")]);
}
