use std::collections::BTreeMap;
use std::time::Duration;

use greenlight_core::lifecycle::Platform;
use greenlight_core::{
    AutoRollback, DeploymentStatus, ErrorCode, ErrorInformation, HookEvent, HookState, LifecycleEventName,
    Percent, RollbackInfo, TrafficRouting,
};

use super::*;
use crate::aws::test_support::{at, in_progress};

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
    in_progress(|index, _| {
        let (begin, end) = (at(10 * index as u64), at(10 * index as u64 + 10));
        match index.cmp(&current) {
            std::cmp::Ordering::Less => (LifecycleEventStatus::Succeeded, Some(begin), Some(end)),
            std::cmp::Ordering::Greater => (LifecycleEventStatus::Pending, None, None),
            std::cmp::Ordering::Equal => {
                let over = !matches!(status, LifecycleEventStatus::InProgress);
                (status, Some(begin), over.then_some(end))
            }
        }
    })
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

/// The shares that are told of a shift which began at 60 s and ended otherwise than well at 200 s.
fn shares(
    routing: TrafficRouting,
    green: u8,
    end: (DeploymentStatus, ErrorCode),
    rolls_back: bool,
) -> Vec<u8> {
    let mut facts = facts();
    facts.routing = Some(routing);
    let mut seen = seen(6, LifecycleEventStatus::Failed);
    seen.deployment.lifecycle_events[6].ended = Some(at(200));
    seen.green = Percent::new(green).unwrap();
    let mut seen = ended(seen, end.0, end.1, "why");
    seen.deployment.rollback = rolls_back.then(rollback);
    let told = kinds(&tell(&seen, &facts, &HookLogs::default())).into_iter();
    told.filter_map(|kind| match kind {
        EventKind::Traffic { green, .. } => Some(green.get()),
        _ => None,
    })
    .collect()
}

fn rollback() -> RollbackInfo {
    RollbackInfo { rollback_deployment: "d-ROLLBACK1".parse().ok(), ..RollbackInfo::default() }
}

const STOPPED: (DeploymentStatus, ErrorCode) = (DeploymentStatus::Stopped, ErrorCode::ManualStop);
const ALARM: (DeploymentStatus, ErrorCode) = (DeploymentStatus::Stopped, ErrorCode::AlarmActive);
const NO_UPDATE: (DeploymentStatus, ErrorCode) = (DeploymentStatus::Failed, ErrorCode::EcsUpdateError);

#[test]
fn steps_that_were_due_before_a_stop_are_told_where_a_rollback_has_undone_them() {
    let (canary, linear) = (TrafficRouting::canary(10, 5).unwrap(), TrafficRouting::linear(10, 1).unwrap());
    assert_eq!(shares(canary, 0, STOPPED, true), [10]);
    assert_eq!(shares(linear, 0, ALARM, true), [10, 20, 30]);
    // Where nothing was undone, the shares are as they were.
    assert_eq!(shares(linear, 20, ALARM, false), [10, 20]);
    assert_eq!(shares(canary, 0, STOPPED, false), [0; 0]);
}

#[test]
fn a_shift_that_failed_is_never_told_as_done() {
    let canary = TrafficRouting::canary(10, 1).unwrap();
    for rolls_back in [true, false] {
        assert_eq!(shares(TrafficRouting::AllAtOnce, 0, NO_UPDATE, rolls_back), [0; 0]);
        assert_eq!(shares(canary, 0, NO_UPDATE, rolls_back), [0; 0]);
        assert_eq!(shares(canary, 10, NO_UPDATE, rolls_back), [10]);
    }
    // The last step ends the event: had it been done, the event would not have ended otherwise.
    assert_eq!(shares(TrafficRouting::AllAtOnce, 0, STOPPED, true), [0; 0]);
    assert_eq!(shares(canary, 0, STOPPED, true), [10]);
}

#[test]
fn what_became_of_a_shift_is_told_when_it_is_known_whether_it_was_undone() {
    let (facts, logs) = (facts(), HookLogs::default());
    let traffic = |seen: &Seen| {
        let kinds = kinds(&tell(seen, &facts, &logs));
        kinds.into_iter().filter(|kind| matches!(kind, EventKind::Traffic { .. })).count()
    };
    let mut seen = ended(seen(6, LifecycleEventStatus::Failed), STOPPED.0, STOPPED.1, "stopped");
    seen.closed = false;
    let told = tell(&seen, &facts, &logs);
    assert_eq!(traffic(&seen), 0);
    assert!(!told.ended);
    seen.deployment.rollback = Some(rollback());
    assert_eq!(traffic(&seen), 1);
    assert!(tell(&seen, &facts, &logs).events.starts_with(&told.events));
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

/// The event before which a wait is told, if one is; none when that event has not begun.
fn ready_before(seen: &Seen) -> Option<Option<LifecycleEventName>> {
    let mut facts = facts();
    facts.ready_wait = Some(Duration::from_secs(600));
    let kinds = kinds(&tell(seen, &facts, &HookLogs::default()));
    let at = kinds.iter().position(|kind| matches!(kind, EventKind::Ready { .. }))?;
    match kinds.get(at + 1) {
        Some(EventKind::LifecycleEvent { name, .. }) => Some(Some(*name)),
        _ => Some(None),
    }
}

#[test]
fn a_wait_to_be_continued_is_told_at_the_gap_where_it_was() {
    let mut waits = seen(4, LifecycleEventStatus::Succeeded);
    assert_eq!(ready_before(&waits), None, "the service has not said so");
    waits.deployment.status = DeploymentStatus::Ready;
    waits.note_ready();
    assert_eq!(ready_before(&waits), Some(None));
    let goes_on = seen(5, LifecycleEventStatus::InProgress);
    assert_eq!(ready_before(&goes_on), Some(Some(LifecycleEventName::BeforeAllowTraffic)));
    let mut earlier = seen(4, LifecycleEventStatus::InProgress);
    earlier.deployment.lifecycle_events[4].started = Some(at(90));
    assert_eq!(ready_before(&earlier), Some(Some(LifecycleEventName::AfterAllowTestTraffic)));
}

/// What a later answer says to whoever has heard the one before.
fn after(before: &Seen, current: usize, status: LifecycleEventStatus) -> Seen {
    let mut seen = seen(current, status);
    seen.ready = before.ready;
    seen.note_ready();
    seen
}

#[test]
fn a_pause_of_the_service_is_no_wait_for_whoever_was_there() {
    let mut early = seen(3, LifecycleEventStatus::Succeeded);
    early.note_ready();
    let mut test = after(&early, 4, LifecycleEventStatus::InProgress);
    test.deployment.lifecycle_events[4].started = Some(at(45));
    assert_eq!(ready_before(&test), None, "the hook has not run");
    let mut ready = after(&test, 4, LifecycleEventStatus::Succeeded);
    ready.deployment.lifecycle_events[4].started = Some(at(45));
    ready.deployment.status = DeploymentStatus::Ready;
    ready.note_ready();
    assert_eq!(ready_before(&ready), Some(None));
    // In weather in which nothing is heard, it is told by the gap.
    test.deployment.lifecycle_events[4].started = Some(at(85));
    assert_eq!(ready_before(&test), Some(Some(LifecycleEventName::AfterAllowTestTraffic)));
}

#[test]
fn a_wait_that_was_seen_is_told_where_it_was_however_short() {
    let mut ready = seen(3, LifecycleEventStatus::Succeeded);
    ready.deployment.status = DeploymentStatus::Ready;
    ready.note_ready();
    assert_eq!(ready_before(&ready), Some(None));
    let mut continued = after(&ready, 3, LifecycleEventStatus::Succeeded);
    assert_eq!(ready_before(&continued), Some(None), "it is let go on, and nothing has begun yet");
    for current in 4..8 {
        continued = after(&continued, current, LifecycleEventStatus::InProgress);
        assert_eq!(ready_before(&continued), Some(Some(LifecycleEventName::AfterAllowTestTraffic)));
    }
}

#[test]
fn whoever_comes_late_is_told_of_the_longer_of_two_gaps() {
    let mut late = seen(5, LifecycleEventStatus::InProgress);
    late.deployment.lifecycle_events[4].started = Some(at(45));
    late.note_ready();
    assert_eq!(ready_before(&late), Some(Some(LifecycleEventName::AfterAllowTestTraffic)));
    late.deployment.lifecycle_events[5].started = Some(at(110));
    assert_eq!(ready_before(&late), Some(Some(LifecycleEventName::BeforeAllowTraffic)));
}
