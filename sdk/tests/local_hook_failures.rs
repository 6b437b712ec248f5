//! What a failed hook leaves behind, at each event, with and without rollback: who serves, and which processes live.

#![cfg(all(feature = "local", target_os = "linux"))] // They look into the process table.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::net::SocketAddr;
use std::time::Duration;

use crate::local_support::{Hook, Played, assert_text, in_virtual_time, lines, play, request};
use crate::router_support::Client;
use crate::task_set_support::{members, service_command};
use greenlight::local::task_set::TaskSetSpec;
use greenlight::local::{Local, LocalGroup};
use greenlight_core::{
    AutoRollback, DeploymentConfig, DeploymentCreator, DeploymentId, DeploymentPipeline as _,
    DeploymentStatus, EventKind, LifecycleEventStatus,
};

const EVENTS: [&str; 5] =
    ["BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic"];

/// A process that knows its release.
fn release(name: &str) -> TaskSetSpec {
    TaskSetSpec::command(name, service_command())
        .with_env("RELEASE", name)
        .with_start_grace(Duration::from_secs(20))
}

async fn deploy_and_fail_at(event: &str, rollback: AutoRollback) -> (Local, Played) {
    let canary = DeploymentConfig::built_in("CodeDeployDefault.ECSCanary10Percent5Minutes").unwrap();
    let group = LocalGroup::new("shop", "shop-web", release("blue"), release("green"))
        .with_auto_rollback(rollback)
        .with_deployment_config(canary);
    let local = in_virtual_time(group).with_hook("judge", Hook::fails("no")).build().await.unwrap();
    let played = play(&local, &request(&[(event, "judge")])).await;
    (local, played)
}

/// Which release answers, if any.
async fn release_at(address: Option<SocketAddr>) -> &'static str {
    let Some(address) = address else { return "nobody" };
    let Ok(stream) = tokio::net::TcpStream::connect(address).await else { return "nobody" };
    drop(stream);
    match Client::connect(address).await.get("/").await {
        Ok((200, body)) if body.contains("RELEASE=blue\n") => "blue",
        Ok((200, body)) if body.contains("RELEASE=green\n") => "green",
        Ok((status, body)) => panic!("{address} answered {status}: {body}"),
        Err(error) => panic!("{address} broke off: {error}"),
    }
}

/// Who answers at both listeners, and at the addresses of both processes.
async fn what_is_left(local: &Local, played: &Played) -> String {
    let listeners = local.listeners("shop", "shop-web").unwrap();
    let production = release_at(Some(listeners.production)).await;
    let test = release_at(listeners.test).await;
    let address = |label| {
        let sets = &played.deployment.task_sets;
        sets.iter().find(|set| set.label.as_str() == label).and_then(|set| set.address)
    };
    let mut alive = Vec::new();
    for label in ["blue", "green"] {
        if release_at(address(label)).await == label {
            alive.push(label);
        }
    }
    format!("production {production}, test {test}, alive {}", alive.join(" and "))
}

#[tokio::test(flavor = "multi_thread")]
async fn without_rollback_everything_stays_as_it_was_at_the_failure() {
    let mut rows = Vec::new();
    for event in EVENTS {
        let (local, played) = deploy_and_fail_at(event, AutoRollback::disabled()).await;
        assert!(!played.outcome.rolled_back && played.deployment.rollback.is_none());
        rows.push(format!("{event}: {}; {}", played.outcome, what_is_left(&local, &played).await));
    }
    let expected = "\
BeforeInstall: failed and not rolled back, blue serves: no; production blue, test blue, alive blue
AfterInstall: failed and not rolled back, blue serves: no; production blue, test blue, alive blue and green
AfterAllowTestTraffic: failed and not rolled back, blue serves: no; production blue, test green, alive blue and green
BeforeAllowTraffic: failed and not rolled back, blue serves: no; production blue, test green, alive blue and green
AfterAllowTraffic: failed and not rolled back, green serves: no; production green, test green, alive blue and green";
    assert_text(&rows.join("\n"), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_brings_both_listeners_back_and_ends_the_replacement() {
    let mut rows = Vec::new();
    for event in EVENTS {
        let (local, played) = deploy_and_fail_at(event, AutoRollback::always()).await;
        rows.push(format!("{event}: {}; {}", played.outcome, what_is_left(&local, &played).await));
    }
    let expected = "\
BeforeInstall: failed and not rolled back, blue serves: no; production blue, test blue, alive blue
AfterInstall: failed and rolled back, blue serves: no; production blue, test blue, alive blue
AfterAllowTestTraffic: failed and rolled back, blue serves: no; production blue, test blue, alive blue
BeforeAllowTraffic: failed and rolled back, blue serves: no; production blue, test blue, alive blue
AfterAllowTraffic: failed and rolled back, blue serves: no; production blue, test blue, alive blue";
    assert_text(&rows.join("\n"), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_hook_and_its_rollback_are_told_to_the_end() {
    let (_local, played) = deploy_and_fail_at("AfterAllowTraffic", AutoRollback::always()).await;
    let all = lines(&played.events);
    let from = all.iter().position(|line| line.contains("AfterAllowTraffic InProgress")).unwrap();
    let expected = "\
300 AfterAllowTraffic InProgress
300 hook judge Invoked 1
300 hook judge Failed: no
300 AfterAllowTraffic Failed
300 rollback created
300 ended Failed
300 rollback started, CodeDeployDefault.ECSAllAtOnce
300 BeforeInstall InProgress
300 BeforeInstall Succeeded
300 Install InProgress
300 Install Succeeded
300 AfterInstall InProgress
300 AfterInstall Succeeded
300 AllowTestTraffic InProgress
300 test traffic to blue
300 AllowTestTraffic Succeeded
300 AfterAllowTestTraffic InProgress
300 AfterAllowTestTraffic Succeeded
300 BeforeAllowTraffic InProgress
300 BeforeAllowTraffic Succeeded
300 AllowTraffic InProgress
300 traffic 100% 0%
300 AllowTraffic Succeeded
300 AfterAllowTraffic InProgress
300 AfterAllowTraffic Succeeded
300 green Draining
300 green Stopped
300 ended Succeeded
300 finished: failed and rolled back, blue serves: no";
    assert_text(&all[from..].join("\n"), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_and_its_rollback_know_each_other() {
    let (local, played) = deploy_and_fail_at("AfterInstall", AutoRollback::always()).await;
    let failed = &played.deployment;
    let info = failed.rollback.clone().unwrap();
    let rollback: DeploymentId = info.rollback_deployment.unwrap();
    let (x, y) = (&failed.id, &rollback);
    assert_eq!(
        info.message,
        format!("Deployment {x} terminated. Automatic rollback is triggered with a DeploymentId {y}.")
    );
    assert_eq!(played.outcome.rollback.as_ref(), Some(y));

    let rollback = local.describe(&rollback).await.unwrap();
    assert_eq!(rollback.creator, DeploymentCreator::CodeDeployRollback);
    assert_eq!(rollback.status, DeploymentStatus::Succeeded);
    assert_eq!(rollback.deployment_config, "CodeDeployDefault.ECSAllAtOnce");
    let info = rollback.rollback.unwrap();
    assert_eq!((info.triggering_deployment.as_ref(), info.rollback_deployment), (Some(x), None));
    assert_eq!(info.message, format!("Deployment {y} is triggered to roll back deployment {x}."));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_events_after_a_failed_one_are_skipped() {
    for (index, event) in EVENTS.into_iter().enumerate() {
        let (_local, played) = deploy_and_fail_at(event, AutoRollback::disabled()).await;
        let at = [0, 2, 4, 5, 7][index];
        for (number, lifecycle) in played.deployment.lifecycle_events.iter().enumerate() {
            let expected = match number.cmp(&at) {
                std::cmp::Ordering::Less => LifecycleEventStatus::Succeeded,
                std::cmp::Ordering::Equal => LifecycleEventStatus::Failed,
                std::cmp::Ordering::Greater => LifecycleEventStatus::Skipped,
            };
            assert_eq!(lifecycle.status, expected, "{} after a failure at {event}", lifecycle.name);
        }
        let error = played.deployment.error.unwrap();
        assert_eq!(
            error.message,
            "The deployment failed because one or more of the lifecycle event validation functions failed."
        );
        assert_eq!(error.code.as_str(), "HOOK_EXECUTION_FAILURE");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_process_is_left_when_the_pipeline_is_dropped_after_a_failure() {
    let (local, played) = deploy_and_fail_at("AfterInstall", AutoRollback::disabled()).await;
    let healthy = played.events.iter().find_map(|event| match &event.kind {
        EventKind::TaskSet { detail: Some(detail), .. } => detail.split_once(", pid "),
        _ => None,
    });
    let pid: u32 = healthy.unwrap().1.trim_end_matches(')').parse().unwrap();
    assert!(!members(pid).is_empty());
    drop(local);
    crate::router_support::eventually("the replacement is gone", || members(pid).is_empty()).await;
}
