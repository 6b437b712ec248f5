//! Operations that meet an effect at the very moment at which it ends.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::local_support::{Held, Services, follow, request, start};
use greenlight::local::Local;
use greenlight_core::error::{ControlError, ReportError};
use greenlight_core::{
    DeploymentPipeline as _, EventKind, HookStatus, Rollback, TaskSetLabel, TaskSetState, WaitKind,
};

const ROUNDS: u32 = 300;
const STEP: Duration = Duration::from_micros(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stop_while_the_replacement_becomes_healthy_leaves_none_behind() {
    let services = Services::start().await;
    for round in 0..ROUNDS {
        let local = Local::builder().with_group(services.group()).build().await.unwrap();
        let id = start(&local, &request(&[])).await;
        // Each round meets the installation, which takes a few milliseconds, at another of its moments.
        let (began, pause) = (Instant::now(), STEP * round);
        while began.elapsed() < pause {
            tokio::task::yield_now().await;
        }
        let stopped = local.stop(&id, Rollback::Always).await;
        let played = follow(&local, &id).await;
        match stopped {
            Ok(_) => assert_eq!(played.outcome.serving, TaskSetLabel::Blue, "{}", played.outcome),
            Err(ControlError::AlreadyCompleted { .. }) => {
                assert_eq!(played.outcome.serving, TaskSetLabel::Green, "{}", played.outcome);
            }
            Err(other) => panic!("{other}"),
        }
        local.shutdown().await;
        let healthy = played
            .events
            .iter()
            .any(|event| matches!(event.kind, EventKind::TaskSet { state: TaskSetState::Healthy, .. }));
        let sets = local.describe(&id).await.unwrap().task_sets;
        let there = sets.iter().any(|set| set.label == TaskSetLabel::Green);
        assert_eq!(there, healthy, "in round {round} the replacement came after the end");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_reports_at_once_exactly_one_is_accepted() {
    let services = Services::start().await;
    for _ in 0..ROUNDS / 30 {
        let (mut held, hook) = Held::new();
        let builder = Local::builder().with_group(services.group()).with_hook("judge", hook);
        let local = Arc::new(builder.build().await.unwrap());
        let id = start(&local, &request(&[("AfterInstall", "judge")])).await;
        let execution = held.called().await.execution;
        let reports: Vec<_> = (0..8)
            .map(|number| {
                let (local, execution) = (Arc::clone(&local), execution.clone());
                let status = if number % 2 == 0 { HookStatus::Succeeded } else { HookStatus::Failed };
                tokio::spawn(async move { local.report(&execution, status).await.map(|_| status) })
            })
            .collect();
        held.release();
        let mut accepted = Vec::new();
        for report in reports {
            match report.await.unwrap() {
                Ok(status) => accepted.push(status),
                Err(ReportError::AlreadyCompleted { .. }) => {}
                Err(other) => panic!("{other}"),
            }
        }
        let outcome = follow(&local, &id).await.outcome.to_string();
        match accepted.as_slice() {
            // The hook's own answer was the first.
            [] | [HookStatus::Succeeded] => assert_eq!(outcome, "succeeded, green serves"),
            [HookStatus::Failed] => assert!(outcome.starts_with("failed"), "{outcome}"),
            several => panic!("{several:?} were accepted"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_continue_and_a_stop_at_once_each_is_taken_or_refused() {
    use greenlight_core::lifecycle::{ReadyAction, ReadyWait};
    let services = Services::start().await;
    let ready = ReadyWait { action: ReadyAction::StopDeployment, wait: Duration::from_secs(3600) };
    for _ in 0..ROUNDS / 12 {
        let group = services.group().with_ready_wait(ready);
        let local = Arc::new(Local::builder().with_group(group).build().await.unwrap());
        let id = start(&local, &request(&[])).await;
        crate::local_support::until(&local, &id, |kind| matches!(kind, EventKind::Ready { .. })).await;
        let (one, other) = ((Arc::clone(&local), id.clone()), (Arc::clone(&local), id.clone()));
        let proceeds = tokio::spawn(async move { one.0.proceed(&one.1, WaitKind::Ready).await });
        let stops = tokio::spawn(async move { other.0.stop(&other.1, Rollback::Always).await });
        let (proceeds, stops) = (proceeds.await.unwrap(), stops.await.unwrap());
        let outcome = follow(&local, &id).await.outcome.to_string();
        match (proceeds, stops) {
            (Ok(()), Err(ControlError::AlreadyCompleted { .. })) => {
                assert_eq!(outcome, "succeeded, green serves");
            }
            (Ok(()) | Err(ControlError::AlreadyCompleted { .. }), Ok(_)) => {
                assert!(outcome.starts_with("stopped and rolled back, blue serves"), "{outcome}");
            }
            neither => panic!("{neither:?}: {outcome}"),
        }
    }
}
