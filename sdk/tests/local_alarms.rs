//! Alarms of the group stop a deployment, whenever they go off.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use crate::local_support::{Services, answers, follow, in_virtual_time, play, request, start, until};
use greenlight::local::Local;
use greenlight_core::{
    AutoRollback, AutoRollbackEvent, DeploymentConfig, DeploymentStatus, EventKind, LifecycleEventName,
    LifecycleEventStatus, TrafficRouting,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_that_is_active_already_stops_the_deployment_during_install() {
    let services = Services::start().await;
    let group = services.group().with_alarms(["errors", "latency", "cost"]);
    let local = in_virtual_time(group).build().await.unwrap();
    local.set_alarm("latency", true);
    local.set_alarm("errors", true);
    let played = play(&local, &request(&[])).await;
    let stopped = played.deployment;
    assert_eq!(stopped.status, DeploymentStatus::Stopped);
    let error = stopped.error.unwrap();
    assert_eq!(error.code.as_str(), "ALARM_ACTIVE");
    assert!(
        error.message.ends_with("have been stopped. Activated alarms: errors latency"),
        "{}",
        error.message
    );
    let install =
        stopped.lifecycle_events.iter().find(|event| event.name == LifecycleEventName::Install).unwrap();
    assert_eq!(install.status, LifecycleEventStatus::Failed);
    assert_eq!(answers(&local).await.0, "blue");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_during_the_shift_stops_and_rolls_back_if_the_group_says_so() {
    let services = Services::start().await;
    for (events, ends) in [
        (vec![AutoRollbackEvent::StopOnAlarm], "stopped and rolled back, blue serves"),
        (vec![AutoRollbackEvent::DeploymentFailure], "stopped and not rolled back, green serves"),
    ] {
        let most = DeploymentConfig::custom("Most", TrafficRouting::canary(99, 60).unwrap());
        let group = services.group().with_deployment_config(most).with_alarms(["errors"]);
        let group = group.with_auto_rollback(AutoRollback::on(events));
        let local = Local::builder().with_group(group).build().await.unwrap();
        let id = start(&local, &request(&[])).await;
        until(&local, &id, |kind| matches!(kind, EventKind::Traffic { .. })).await;
        local.set_alarm("errors", true);
        let outcome = follow(&local, &id).await.outcome.to_string();
        assert!(outcome.starts_with(ends), "{outcome}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn alarms_of_others_and_alarms_that_are_over_stop_nothing() {
    let services = Services::start().await;
    let local = in_virtual_time(services.group().with_alarms(["errors"])).build().await.unwrap();
    local.set_alarm("another", true);
    local.set_alarm("errors", true);
    local.set_alarm("errors", false);
    assert_eq!(play(&local, &request(&[])).await.outcome.to_string(), "succeeded, green serves");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_may_be_set_from_a_thread_without_a_runtime() {
    let services = Services::start().await;
    let half = DeploymentConfig::custom("Half", TrafficRouting::canary(50, 60).unwrap());
    let group = services.group().with_deployment_config(half).with_alarms(["errors"]);
    let group = group.with_auto_rollback(AutoRollback::always());
    let local = std::sync::Arc::new(Local::builder().with_group(group).build().await.unwrap());
    let id = start(&local, &request(&[])).await;
    until(&local, &id, |kind| matches!(kind, EventKind::Traffic { .. })).await;
    let here = std::sync::Arc::clone(&local);
    std::thread::spawn(move || here.set_alarm("errors", true)).join().unwrap();
    let outcome = follow(&local, &id).await.outcome.to_string();
    assert!(outcome.starts_with("stopped and rolled back, blue serves"), "{outcome}");
}
