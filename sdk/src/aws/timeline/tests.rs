use std::collections::BTreeMap;
use std::time::Duration;

use greenlight_core::lifecycle::Platform;
use greenlight_core::{
    AutoRollback, Deployment, DeploymentCreator, DeploymentHead, DeploymentStatus, ErrorCode,
    ErrorInformation, HookEvent, HookState, LifecycleEvent, LifecycleEventName, Percent, TrafficRouting,
};

use super::*;

const fn at(second: u64) -> Timestamp {
    Timestamp::from_millis(second * 1000)
}

fn facts() -> Facts {
    Facts {
        platform: Platform::Ecs,
        ready_wait: None,
        termination_wait: Some(Duration::from_secs(300)),
        auto_rollback: AutoRollback::disabled(),
        routing: Some(TrafficRouting::canary(10, 5).unwrap()),
        hooks: BTreeMap::from([(HookEvent::AfterInstall, "smoke".parse().unwrap())]),
        rolls_back_from: Percent::ZERO,
    }
}

/// A deployment whose event number `current` is as given, with those before it done, ten seconds each.
fn seen(current: usize, status: LifecycleEventStatus) -> Seen {
    let head = DeploymentHead {
        application: "shop".to_owned(),
        deployment_group: "web".to_owned(),
        deployment_config: "any".to_owned(),
        revision: String::new(),
    };
    let id = "d-1NNWZG91L".parse().unwrap();
    let mut deployment = Deployment::accepted(id, head, DeploymentCreator::User, at(0));
    deployment.status = DeploymentStatus::InProgress;
    for (index, name) in LifecycleEventName::of_ecs_deployment(true).enumerate() {
        let begin = at(10 * index as u64);
        let end = at(10 * index as u64 + 10);
        let (status, started, ended) = match index.cmp(&current) {
            std::cmp::Ordering::Less => (LifecycleEventStatus::Succeeded, Some(begin), Some(end)),
            std::cmp::Ordering::Greater => (LifecycleEventStatus::Pending, None, None),
            std::cmp::Ordering::Equal => {
                let over = !matches!(status, LifecycleEventStatus::InProgress);
                (status, Some(begin), over.then_some(end))
            }
        };
        deployment.lifecycle_events.push(LifecycleEvent { name, status, started, ended });
    }
    Seen { deployment, diagnostics: None, target_updated: None, green: Percent::ZERO, closed: false }
}

fn ended(mut seen: Seen, status: DeploymentStatus, code: ErrorCode, message: &str) -> Seen {
    for event in &mut seen.deployment.lifecycle_events {
        if event.status == LifecycleEventStatus::Pending {
            event.status = LifecycleEventStatus::Skipped;
        }
    }
    seen.deployment.status = status;
    seen.deployment.completed = Some(at(1000));
    seen.deployment.error = Some(ErrorInformation { code, message: message.to_owned() });
    seen.closed = true;
    seen
}

fn kinds(timeline: &Timeline) -> Vec<EventKind> {
    timeline.after(Place::BEGIN).iter().map(|(_, event)| event.kind.clone()).collect()
}

/// How a hook ended.
fn hook_end(timeline: &Timeline) -> Option<HookState> {
    let mut hooks = kinds(timeline).into_iter().filter_map(|kind| match kind {
        EventKind::Hook { state, .. } if state != HookState::Invoked => Some(state),
        _ => None,
    });
    hooks.next_back()
}

#[test]
fn what_is_told_early_is_what_is_told_late() {
    let (facts, logs) = (facts(), HookLogs::default());
    let mut last: Vec<(Place, DeploymentEvent)> = Vec::new();
    for current in 0..8 {
        for status in [LifecycleEventStatus::InProgress, LifecycleEventStatus::Succeeded] {
            let mut seen = seen(current, status);
            if current >= 6 {
                seen.green = Percent::new(10).unwrap();
            }
            let timeline = tell(&seen, &facts, &logs);
            assert!(timeline.events.is_sorted_by(|a, b| a.0 < b.0 && a.1.time <= b.1.time));
            assert!(timeline.events.starts_with(&last), "after event {current} {status}");
            assert!(!timeline.ended);
            last = timeline.events;
        }
    }
}

#[test]
fn a_failure_is_told_when_the_deployment_says_why() {
    let (facts, logs) = (facts(), HookLogs::default());
    let failed = seen(2, LifecycleEventStatus::Failed);
    assert_eq!(hook_end(&tell(&failed, &facts, &logs)), None);
    let why = "The deployment failed because one or more of the lifecycle event validation functions failed.";
    let known = ended(failed.clone(), DeploymentStatus::Failed, ErrorCode::HookExecutionFailure, why);
    let told = tell(&known, &facts, &logs);
    assert_eq!(hook_end(&told), Some(HookState::Failed));
    assert!(told.ended);
}

#[test]
fn a_hook_that_ends_with_its_deployment_was_cancelled() {
    let (facts, logs) = (facts(), HookLogs::default());
    let silent = "The deployment timed out while waiting for a status callback. CodeDeploy expects a status callback \
                  within one hour after a deployment hook is invoked.";
    for (status, code, message) in [
        (DeploymentStatus::Stopped, ErrorCode::ManualStop, "stopped"),
        (DeploymentStatus::Stopped, ErrorCode::AlarmActive, "an alarm"),
        (DeploymentStatus::Failed, ErrorCode::HookExecutionFailure, silent),
    ] {
        let seen = ended(seen(2, LifecycleEventStatus::Failed), status, code, message);
        assert_eq!(hook_end(&tell(&seen, &facts, &logs)), Some(HookState::Cancelled), "{message}");
    }
}

#[test]
fn steps_that_were_due_before_a_stop_are_told_and_no_others() {
    let logs = HookLogs::default();
    let mut facts = facts();
    for (minutes, expected) in [(5, 1), (1, 2)] {
        facts.routing = Some(TrafficRouting::canary(10, minutes).unwrap());
        let mut seen = seen(6, LifecycleEventStatus::Failed);
        seen.deployment.lifecycle_events[6].ended = Some(at(200));
        let seen = ended(seen, DeploymentStatus::Stopped, ErrorCode::ManualStop, "stopped");
        let steps = kinds(&tell(&seen, &facts, &logs))
            .into_iter()
            .filter(|kind| matches!(kind, EventKind::Traffic { .. }));
        assert_eq!(steps.count(), expected, "canary of {minutes} min");
    }
}

#[test]
fn a_deployment_of_which_the_service_does_not_tell_the_end_of_an_event_ends_nonetheless() {
    let (facts, logs) = (facts(), HookLogs::default());
    for status in [LifecycleEventStatus::InProgress, LifecycleEventStatus::Pending] {
        let mut seen = seen(2, status);
        seen.deployment.status = DeploymentStatus::Stopped;
        assert!(!tell(&seen, &facts, &logs).ended);
        seen.closed = true;
        let told = tell(&seen, &facts, &logs);
        assert!(told.ended);
        assert!(matches!(kinds(&told).last(), Some(EventKind::Ended { .. })));
    }
}

#[test]
fn a_wait_to_be_continued_is_told_at_the_gap_where_it_was() {
    let logs = HookLogs::default();
    let mut facts = facts();
    facts.ready_wait = Some(Duration::from_secs(600));
    let ready_before = |seen: &Seen| {
        let kinds = kinds(&tell(seen, &facts, &logs));
        let at = kinds.iter().position(|kind| matches!(kind, EventKind::Ready { .. }))?;
        match kinds.get(at + 1) {
            Some(EventKind::LifecycleEvent { name, .. }) => Some(Some(*name)),
            _ => Some(None),
        }
    };
    let mut waits = seen(4, LifecycleEventStatus::Succeeded);
    assert_eq!(ready_before(&waits), None, "the service has not said so");
    waits.deployment.status = DeploymentStatus::Ready;
    assert_eq!(ready_before(&waits), Some(None));
    let goes_on = seen(5, LifecycleEventStatus::InProgress);
    assert_eq!(ready_before(&goes_on), Some(Some(LifecycleEventName::BeforeAllowTraffic)));
    let mut earlier = seen(4, LifecycleEventStatus::InProgress);
    earlier.deployment.lifecycle_events[4].started = Some(at(90));
    assert_eq!(ready_before(&earlier), Some(Some(LifecycleEventName::AfterAllowTestTraffic)));
}
