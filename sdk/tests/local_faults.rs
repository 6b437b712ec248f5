//! What goes wrong with the services themselves, and what the deployment makes of it.

#![cfg(all(feature = "local", target_os = "linux"))] // They look into the process table.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::time::Duration;

use crate::local_support::processes::{Pid, release};
use crate::local_support::{
    APPLICATION, GROUP, Hook, Services, answers, assert_golden, assert_text, follow, in_virtual_time, play,
    request, start, until,
};
use crate::router_support::nobody;
use crate::task_set_support::script;
use greenlight::local::task_set::TaskSetSpec;
use greenlight::local::{Local, LocalGroup};
use greenlight_core::lifecycle::Termination;
use greenlight_core::{
    AutoRollback, DeploymentConfig, DeploymentPipeline as _, EventKind, HookState, TrafficRouting,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_that_never_becomes_healthy_fails_install() {
    let services = Services::start().await;
    let mut group = services.group().with_auto_rollback(AutoRollback::always());
    let address = nobody().await;
    group.green = TaskSetSpec::address("green", address).with_start_grace(Duration::from_millis(200));
    let local = in_virtual_time(group).build().await.unwrap();
    let played = play(&local, &request(&[])).await;
    let seen = played.outcome.to_string().replace(&address.port().to_string(), "PORT");
    assert_golden("fault-green-unhealthy.txt", &seen);
    assert_eq!(played.deployment.error.unwrap().code.as_str(), "TIMEOUT");
    assert_eq!(answers(&local).await.0, "blue");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_that_ends_at_once_is_quoted_with_its_last_words() {
    let services = Services::start().await;
    let mut group = services.group();
    group.green = script("echo starting; echo 'no database' >&2; exit 3");
    let local = in_virtual_time(group).build().await.unwrap();
    let played = play(&local, &request(&[])).await;
    let reason = played.outcome.reason.unwrap();
    assert!(reason.contains("ended with exit status 3 before it was healthy"), "{reason}");
    assert!(reason.contains("starting") && reason.contains("no database"), "{reason}");
}

/// A point at which a deployment stays until a process ends.
#[derive(Clone, Copy, Debug)]
enum Point {
    Hook(&'static str),
    Shift,
    TerminationWait,
}

const POINTS: [Point; 5] = [
    Point::Hook("AfterInstall"),
    Point::Hook("BeforeAllowTraffic"),
    Point::Shift,
    Point::Hook("AfterAllowTraffic"),
    Point::TerminationWait,
];

fn is_at(point: Point, kind: &EventKind) -> bool {
    matches!(
        (point, kind),
        (Point::Hook(_), EventKind::Hook { state: HookState::Invoked, .. })
            | (Point::Shift, EventKind::Traffic { .. })
            | (Point::TerminationWait, EventKind::TerminationWait { .. })
    )
}

/// A deployment that has come to a point, with its two processes.
async fn at(point: Point) -> (Local, greenlight_core::DeploymentId, Pid, Pid) {
    let ((blue, blue_pid), (green, green_pid)) = (release("blue"), release("green"));
    let hour = Duration::from_secs(3600);
    let mut group =
        LocalGroup::new(APPLICATION, GROUP, blue, green).with_auto_rollback(AutoRollback::always());
    let mut hooks = Vec::new();
    match point {
        Point::Hook(event) => hooks.push((event, "judge")),
        Point::Shift => {
            group.deployment_config =
                DeploymentConfig::custom("Half", TrafficRouting::canary(50, 60).unwrap());
        }
        Point::TerminationWait => group.termination = Termination::Terminate(hour),
    }
    let judge = Hook::will_report();
    let local = Local::builder().with_group(group).with_hook("judge", judge).build().await.unwrap();
    let id = start(&local, &request(&hooks)).await;
    until(&local, &id, |kind| is_at(point, kind)).await;
    (local, id, blue_pid, green_pid)
}

/// The text without what differs from run to run: the process id, and what the process printed.
fn without_pid(text: &str, pid: u32) -> String {
    let text = text.replace(&format!("pid {pid}"), "pid N");
    let Some((before, output)) = text.split_once("; its last output:\n") else { return text };
    assert!(output.contains("listening on "), "{output}");
    match output.split_once("\n  fix: ") {
        Some((_, fix)) => format!("{before}\n  fix: {fix}"),
        None => before.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_that_ends_half_way_is_rolled_back() {
    for point in POINTS {
        let (local, id, _blue, green) = at(point).await;
        green.kill().await;
        let outcome = follow(&local, &id).await.outcome;
        assert_eq!(
            without_pid(&outcome.to_string(), green.get().await),
            "failed and rolled back, blue serves: green (/bin/sh, pid N) ended by itself with signal 9 (SIGKILL)",
            "{point:?}"
        );
        assert!(answers(&local).await.0.contains("RELEASE=blue\n"), "{point:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_original_there_is_nothing_to_roll_back_to() {
    for point in [Point::Hook("AfterInstall"), Point::Hook("BeforeAllowTraffic"), Point::Shift] {
        let (local, id, blue, _green) = at(point).await;
        blue.kill().await;
        let played = follow(&local, &id).await;
        assert_eq!(
            without_pid(&played.outcome.to_string(), blue.get().await),
            "failed and not rolled back, blue serves: blue (/bin/sh, pid N) ended by itself with signal 9 (SIGKILL)",
            "{point:?}"
        );
        assert_eq!(
            played.deployment.rollback.unwrap().message,
            "The original task set is not running any more, so there is nothing to roll back to."
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_original_that_serves_nobody_any_more_may_end() {
    let (local, id, blue, _green) = at(Point::TerminationWait).await;
    blue.kill().await;
    until(
        &local,
        &id,
        |kind| matches!(kind, EventKind::TaskSet { detail: Some(detail), .. } if detail.contains("SIGKILL")),
    )
    .await;
    local.proceed(&id, greenlight_core::WaitKind::Termination).await.unwrap();
    assert_eq!(follow(&local, &id).await.outcome.to_string(), "succeeded, green serves");
    assert!(answers(&local).await.0.contains("RELEASE=green\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_says_that_nothing_serves_and_a_start_refuses_it() {
    let (blue, pid) = release("blue");
    let (green, _) = release("green");
    let local = in_virtual_time(LocalGroup::new(APPLICATION, GROUP, blue, green)).build().await.unwrap();
    let before = local.plan(&request(&[])).await.unwrap();
    assert!(before.can_start());
    pid.kill().await;
    let plan = loop {
        let plan = local.plan(&request(&[])).await.unwrap();
        if !plan.can_start() {
            break plan;
        }
        tokio::task::yield_now().await;
    };
    let text: Vec<_> = plan.findings.iter().map(|finding| format!("{finding:#}")).collect();
    assert_golden("plan-nothing-to-roll-back-to.txt", &without_pid(&text.join("\n"), pid.get().await));
    for plan in [plan, before] {
        let refused = local.start(plan).await.unwrap_err().to_string();
        assert_text(
            &without_pid(&refused, pid.get().await),
            "the plan has 1 error that must be mended first: the task set that serves production is gone: blue \
             (/bin/sh, pid N) ended by itself with signal 9 (SIGKILL)",
        );
    }
}
