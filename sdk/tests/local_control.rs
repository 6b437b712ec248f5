//! What an operator and an alarm do to a local deployment: continue, stop, report, and what is refused.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::time::Duration;

use crate::local_support::{Held, Hook, Services, answers, follow, request, start, until};
use greenlight::local::{HookAnswer, Local, LocalClock, LocalGroup};
use greenlight_core::lifecycle::{ReadyAction, ReadyWait, Termination};
use greenlight_core::{
    Clock as _, DeploymentConfig, DeploymentPipeline as _, DeploymentStatus, EventKind, HookExecution,
    HookExecutionId, HookStatus, Percent, Reported, Rollback, TrafficRouting, WaitKind,
};

const HOUR: Duration = Duration::from_secs(3600);

fn ready_wait() -> ReadyWait {
    ReadyWait { action: ReadyAction::StopDeployment, wait: HOUR }
}

/// In real time, so that nothing of what it waits for comes by itself.
async fn pipeline(group: LocalGroup) -> Local {
    Local::builder().with_group(group).build().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn both_waits_are_ended_by_the_operator() {
    let services = Services::start().await;
    let group = services.group().with_ready_wait(ready_wait()).with_termination(Termination::Terminate(HOUR));
    let local = pipeline(group).await;
    let id = start(&local, &request(&[])).await;

    until(&local, &id, |kind| matches!(kind, EventKind::Ready { .. })).await;
    assert_eq!(local.describe(&id).await.unwrap().status, DeploymentStatus::Ready);
    assert_eq!(answers(&local).await, ("blue".to_owned(), Some("green".to_owned())));
    local.proceed(&id, WaitKind::Ready).await.unwrap();

    until(&local, &id, |kind| matches!(kind, EventKind::TerminationWait { .. })).await;
    let waiting = local.describe(&id).await.unwrap();
    assert!(
        waiting.status == DeploymentStatus::InProgress && waiting.termination_wait_started,
        "{waiting:?}"
    );
    assert_eq!(answers(&local).await.0, "green");
    local.proceed(&id, WaitKind::Termination).await.unwrap();

    assert_eq!(follow(&local, &id).await.outcome.to_string(), "succeeded, green serves");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_that_is_not_there_cannot_be_ended() {
    let services = Services::start().await;
    let (mut held, hook) = Held::new();
    let group = services.group().with_ready_wait(ready_wait());
    let local = Local::builder().with_group(group).with_hook("judge", hook).build().await.unwrap();
    let id = start(&local, &request(&[("BeforeInstall", "judge")])).await;
    held.called().await;
    let refused = local.proceed(&id, WaitKind::Ready).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("deployment {id} is InProgress and not in its READY_WAIT; continue it when it is")
    );
    held.release();

    until(&local, &id, |kind| matches!(kind, EventKind::Ready { .. })).await;
    let refused = local.proceed(&id, WaitKind::Termination).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("deployment {id} is Ready and not in its TERMINATION_WAIT; continue it when it is")
    );
    local.proceed(&id, WaitKind::Ready).await.unwrap();
    follow(&local, &id).await;
    for wait in [WaitKind::Ready, WaitKind::Termination] {
        let refused = local.proceed(&id, wait).await.unwrap_err();
        assert_eq!(
            refused.to_string(),
            format!("deployment {id} cannot be changed any more: it is Succeeded")
        );
    }
    let unknown = "d-000000000".parse().unwrap();
    assert_eq!(
        local.proceed(&unknown, WaitKind::Ready).await.unwrap_err().to_string(),
        "there is no deployment d-000000000 at the local pipeline"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_that_has_ended_cannot_be_stopped() {
    let services = Services::start().await;
    let local = pipeline(services.group()).await;
    let id = start(&local, &request(&[])).await;
    follow(&local, &id).await;
    for wish in [Rollback::AsConfigured, Rollback::Always, Rollback::Never] {
        let refused = local.stop(&id, wish).await.unwrap_err();
        assert_eq!(
            refused.to_string(),
            format!("deployment {id} cannot be changed any more: it is Succeeded")
        );
    }
    assert_eq!(answers(&local).await.0, "green");
}

/// On one thread, which the test does not give away: nobody but the test can notice that the hour is over.
#[tokio::test]
async fn a_report_after_the_hour_does_not_count_even_if_nobody_noticed_its_end() {
    let services = Services::start().await;
    let clock = LocalClock::scaled(100_000);
    let builder = Local::builder().with_clock(clock.clone()).with_group(services.group());
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let hook = Hook::new(move |call| {
        sender.send(call.execution).unwrap();
        async { HookAnswer::WillReport }
    });
    let local = builder.with_hook("judge", hook).build().await.unwrap();
    let id = start(&local, &request(&[("BeforeAllowTraffic", "judge")])).await;
    let execution = crate::router_support::soon("the call of the hook", receiver.recv()).await.unwrap();
    let over = clock.now() + HOUR;
    while clock.now() < over {
        std::hint::spin_loop();
    }
    let refused = local.report(&execution, HookStatus::Succeeded).await.unwrap_err().to_string();
    assert_eq!(refused, format!("this hook execution of deployment {id} has already ended"));
    let played = follow(&local, &id).await;
    assert_eq!(
        played.outcome.to_string(),
        "failed and not rolled back, blue serves: the hook function judge did not report within one hour"
    );
    let all = crate::local_support::lines(&played.events);
    assert!(all.iter().all(|line| !line.ends_with("hook judge Succeeded")), "{all:#?}");
}

/// A deployment whose one hook, of `BeforeAllowTraffic`, leaves the report to the test.
async fn waiting_for_a_report() -> (Services, Local, HookExecution) {
    let services = Services::start().await;
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let hook = Hook::new(move |call| {
        sender.send(call.execution).unwrap();
        async { HookAnswer::WillReport }
    });
    let local = Local::builder().with_group(services.group()).with_hook("judge", hook).build().await.unwrap();
    start(&local, &request(&[("BeforeAllowTraffic", "judge")])).await;
    let execution = crate::router_support::soon("the call of the hook", receiver.recv()).await.unwrap();
    (services, local, execution)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_lets_the_deployment_go_on_and_counts_once() {
    let (_services, local, hook) = waiting_for_a_report().await;
    assert_eq!(local.report(&hook, HookStatus::Succeeded).await.unwrap(), Reported::Accepted);
    for status in [HookStatus::Succeeded, HookStatus::Failed] {
        let refused = local.report(&hook, status).await.unwrap_err().to_string();
        assert_eq!(
            refused,
            format!("this hook execution of deployment {} has already ended", hook.deployment)
        );
    }
    let played = follow(&local, &hook.deployment).await;
    assert_eq!(played.outcome.to_string(), "succeeded, green serves");
    let refused = local.report(&hook, HookStatus::Failed).await.unwrap_err().to_string();
    assert_eq!(refused, format!("this hook execution of deployment {} has already ended", hook.deployment));
    let ends = played.events.iter().filter(|event| matches!(event.kind, EventKind::Hook { .. })).count();
    assert_eq!(ends, 2, "one call and one end: {:#?}", crate::local_support::lines(&played.events));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_a_failure_ends_the_deployment() {
    let (_services, local, hook) = waiting_for_a_report().await;
    assert_eq!(local.report(&hook, HookStatus::Failed).await.unwrap(), Reported::Accepted);
    let played = follow(&local, &hook.deployment).await;
    assert_eq!(
        played.outcome.to_string(),
        "failed and not rolled back, blue serves: The deployment failed because one or more of the lifecycle event \
         validation functions failed."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_under_an_id_that_was_never_given_is_refused() {
    let (_services, local, hook) = waiting_for_a_report().await;
    let foreign = HookExecution { execution: HookExecutionId::new("bm9uZQ=="), ..hook.clone() };
    let refused = local.report(&foreign, HookStatus::Failed).await.unwrap_err().to_string();
    assert_eq!(refused, format!("deployment {} has no hook execution with this id", hook.deployment));
    let elsewhere = HookExecution { deployment: "d-000000000".parse().unwrap(), ..hook.clone() };
    let refused = local.report(&elsewhere, HookStatus::Failed).await.unwrap_err().to_string();
    assert_eq!(refused, "deployment d-000000000 has no hook execution with this id");
    let still = local.describe(&hook.deployment).await.unwrap();
    assert_eq!(still.status, DeploymentStatus::InProgress);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_during_the_shift_without_rollback_leaves_the_shares_as_they_are() {
    let services = Services::start().await;
    let linear = DeploymentConfig::custom("Half", TrafficRouting::linear(50, 60).unwrap());
    let local = pipeline(services.group().with_deployment_config(linear)).await;
    let id = start(&local, &request(&[])).await;
    until(&local, &id, |kind| matches!(kind, EventKind::Traffic { .. })).await;
    local.stop(&id, Rollback::Never).await.unwrap();
    let stopped = follow(&local, &id).await.deployment;
    let half = Percent::new(50).unwrap();
    assert!(stopped.task_sets.iter().all(|set| set.traffic_weight == half), "{:?}", stopped.task_sets);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..20 {
        seen.insert(answers(&local).await.0);
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["blue", "green"]);
}
