//! Killed after any change and started again, every deployment goes on from where it was.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use greenlight_core::{
    Cursor, DeploymentCreator, DeploymentEvent, DeploymentId, DeploymentStatus, EventKind,
    LifecycleEventStatus,
};

use super::memory::Memory;
use super::scenario::{deployments, engine, engine_that_calls, restarted};
use crate::local::engine::{Engine, GroupKey};
use crate::local::{HookAnswer, HookCall, HookFunction};

/// Says that it will report, never does, and counts how often it is called and shut down.
#[derive(Debug, Default)]
struct Counted {
    calls: AtomicUsize,
    shutdowns: AtomicUsize,
}

#[async_trait]
impl HookFunction for Counted {
    async fn invoke(&self, _: HookCall) -> HookAnswer {
        self.calls.fetch_add(1, Ordering::Relaxed);
        HookAnswer::WillReport
    }

    async fn shutdown(&self) {
        self.shutdowns.fetch_add(1, Ordering::Relaxed);
    }
}

/// All events of a deployment, once it has ended.
async fn all_events(engine: &Engine, id: &DeploymentId) -> Vec<DeploymentEvent> {
    let mut events = Vec::new();
    let mut cursor = Cursor::start();
    loop {
        let page = engine.events(id, &cursor).await.unwrap();
        events.extend(page.events);
        if page.ended {
            return events;
        }
        cursor = page.next;
    }
}

/// Runs all deployments to their ends, rollbacks included, and gives them in the order of their creation.
async fn run_to_the_end(engine: &Arc<Engine>) -> Vec<(DeploymentId, Vec<DeploymentEvent>)> {
    engine.run();
    engine.resume();
    let mut ended = Vec::new();
    loop {
        let ids: Vec<DeploymentId> = engine.list(None, None, |all| all.map(|summary| summary.id).collect());
        if ids.len() == ended.len() {
            ended.sort_by_key(|(id, _): &(DeploymentId, _)| id.to_string());
            return ended;
        }
        ended.clear();
        for id in ids {
            let events = all_events(engine, &id).await;
            ended.push((id, events));
        }
    }
}

/// What became of the lifecycle events, without times: those of what was in flight move by a kill.
fn steps(events: &[DeploymentEvent]) -> Vec<String> {
    let step = |event: &DeploymentEvent| match &event.kind {
        EventKind::LifecycleEvent { name, to, .. } => Some(format!("{name} {to}")),
        EventKind::Traffic { green, .. } => Some(format!("green {green}")),
        EventKind::Ended { status, .. } => Some(format!("{status}")),
        _ => None,
    };
    events.iter().filter_map(step).collect()
}

#[tokio::test]
async fn after_a_kill_at_any_change_everything_ends_as_it_would_have() {
    let memory = Arc::new(Memory::default());
    let first = engine(&memory);
    for new in deployments(&first) {
        first.begin(new).unwrap();
    }
    let undisturbed = run_to_the_end(&first).await;
    assert_eq!(undisturbed.len(), 5 + 4, "all but the first are rolled back");

    let history = memory.history();
    assert!(history.len() > 25, "{} states", history.len());
    for (kill, rows) in history.iter().enumerate() {
        let (_, second) = restarted(rows);
        let before: Vec<_> = second.list(None, None, |all| all.collect());
        let told: Vec<_> =
            before.iter().map(|summary| second.seen(&summary.id).unwrap().deployment).collect();
        let ended = run_to_the_end(&second).await;
        for (id, events) in &ended {
            let (_, expected) = undisturbed.iter().find(|(other, _)| other == id).unwrap();
            assert_eq!(steps(events), steps(expected), "{id}, killed after change {kill}");
            assert!(events.is_sorted_by_key(|event| event.time), "{id}, killed after change {kill}");
        }
        for seen in told {
            let now = second.seen(&seen.id).unwrap().deployment;
            for (then, now) in seen.lifecycle_events.iter().zip(&now.lifecycle_events) {
                if matches!(then.status, LifecycleEventStatus::Succeeded | LifecycleEventStatus::Failed) {
                    assert_eq!(then, now, "{}: what was over stays as it was", seen.id);
                }
            }
        }
        second.halt_and_wait().await;
    }
}

#[tokio::test]
async fn a_rollback_goes_back_to_the_previous_revision_and_keeps_the_details() {
    let memory = Arc::new(Memory::default());
    let engine = engine(&memory);
    let new = deployments(&engine).remove(1);
    let (id, rollback) = (new.settings.id.clone(), new.settings.rollback_id.clone().unwrap());
    engine.begin(new).unwrap();
    run_to_the_end(&engine).await;
    let (failed, back) = (engine.seen(&id).unwrap(), engine.seen(&rollback).unwrap());
    assert_eq!(failed.deployment.status, DeploymentStatus::Failed);
    assert_eq!(
        (back.deployment.status, back.deployment.creator),
        (DeploymentStatus::Succeeded, DeploymentCreator::CodeDeployRollback)
    );
    assert_eq!((back.deployment.revision.as_str(), back.task_definition.as_deref()), ("old", Some("web:1")));
    assert_eq!(back.details, failed.details);
}

#[tokio::test]
async fn lists_are_in_the_order_of_creation_also_after_a_restart() {
    let memory = Arc::new(Memory::default());
    let first = engine(&memory);
    for new in deployments(&first) {
        first.begin(new).unwrap();
    }
    run_to_the_end(&first).await;
    let ids = |engine: &Engine| engine.list(None, None, |all| all.map(|one| one.id).collect::<Vec<_>>());
    let newest_first = ids(&first);
    assert_eq!(newest_first.len(), 5 + 4);
    assert!(first.list(None, None, |all| all.is_sorted_by(|a, b| a.created >= b.created)));

    let (_, second) = restarted(memory.history().last().unwrap());
    assert_eq!(ids(&second), newest_first);
    let group = GroupKey::new("fails-late");
    let of_group = second.list(Some(&group), None, |all| all.collect::<Vec<_>>());
    let [back, failed] = of_group.as_slice() else { panic!("{of_group:?}") };
    assert_eq!(second.newest(&group, None).unwrap().id, back.id);
    assert_eq!(second.newest(&group, Some(DeploymentStatus::Failed)).unwrap().id, failed.id);
    assert!(second.newest(&group, Some(DeploymentStatus::Stopped)).is_none());
    let before = (back.created, back.id.clone());
    let older = second.list(Some(&group), Some(&before), |all| all.map(|one| one.id).collect::<Vec<_>>());
    assert_eq!(older, std::slice::from_ref(&failed.id));
    let none = second.list(Some(&GroupKey::new("nobody")), None, |all| all.count());
    assert_eq!(none, 0);
}

#[tokio::test]
async fn a_group_has_one_deployment_at_a_time_also_after_a_restart() {
    let memory = Arc::new(Memory::default());
    let first = engine(&memory);
    let new = deployments(&first).remove(4);
    let (id, group) = (new.settings.id.clone(), new.group.clone());
    first.begin(new).unwrap();
    let (_, second) = restarted(memory.history().last().unwrap());
    assert_eq!(second.active_deployment(&group), Some(id.clone()));
    assert_eq!(second.begin(deployments(&second).remove(4)), Err(id));
}

#[tokio::test]
async fn a_hook_in_flight_is_delivered_again_unless_its_hour_is_over() {
    for (away, calls) in [(Duration::from_secs(60), 1), (Duration::from_secs(2 * 3600), 0)] {
        let memory = Arc::new(Memory::default());
        let first = engine_that_calls(Arc::new(Counted::default()), &memory);
        let new = deployments(&first).remove(2);
        let id = new.settings.id.clone();
        first.begin(new).unwrap();
        first.run();
        while !in_flight(&first, &id) {
            tokio::task::yield_now().await;
        }
        first.halt_and_wait().await;

        let function = Arc::new(Counted::default());
        let rows = memory.history().pop().unwrap();
        let second = engine_that_calls(Arc::clone(&function) as _, &Arc::new(Memory::from(rows.clone())));
        second.restore(&rows).unwrap();
        second.clock.advance(away);
        second.run();
        second.resume();
        all_events(&second, &id).await;
        assert_eq!(second.seen(&id).unwrap().deployment.status, DeploymentStatus::Failed);
        assert_eq!(function.calls.load(Ordering::Relaxed), calls, "after {away:?}");

        second.shutdown().await;
        assert_eq!(function.shutdowns.load(Ordering::Relaxed), 1);
    }
}

/// Whether a hook of the deployment is in progress.
fn in_flight(engine: &Engine, id: &DeploymentId) -> bool {
    let deployment = engine.seen(id).unwrap().deployment;
    let hook = deployment.lifecycle_events.iter().find(|event| event.name.as_str() == "BeforeAllowTraffic");
    hook.is_some_and(|event| event.status == LifecycleEventStatus::InProgress)
}
