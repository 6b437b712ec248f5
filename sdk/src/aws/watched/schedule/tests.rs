use std::collections::BTreeMap;

use greenlight_core::{AutoRollback, LifecycleEventName::*, TrafficRouting};

use super::*;
use crate::aws::test_support::{at, in_progress};

fn facts(routing: TrafficRouting) -> Facts {
    Facts {
        platform: Platform::Ecs,
        ready_wait: None,
        termination_wait: Some(Duration::from_secs(300)),
        auto_rollback: AutoRollback::disabled(),
        routing: Some(routing),
        hooks: BTreeMap::new(),
        rolls_back_from: Percent::ZERO,
    }
}

/// A deployment in the event `current`, which began at second 100; what comes before it has succeeded by then.
fn seen(current: Option<LifecycleEventName>) -> Seen {
    let mut before = true;
    let mut seen = in_progress(|_, name| {
        let is_current = Some(name) == current;
        before &= !is_current;
        match (is_current, before) {
            (true, _) => (LifecycleEventStatus::InProgress, Some(at(100)), None),
            (_, true) => (LifecycleEventStatus::Succeeded, Some(at(0)), Some(at(100))),
            _ => (LifecycleEventStatus::Pending, None, None),
        }
    });
    seen.deployment.started = Some(at(0));
    seen
}

fn rhythm(changed: u64) -> Rhythm {
    Rhythm { changed: at(changed), status_asked: at(100), lag: Duration::ZERO }
}

fn asked(seen: &Seen, changed: u64, now: u64) -> (f64, Ask) {
    let facts = facts(TrafficRouting::canary(10, 15).unwrap());
    let rhythm = Rhythm { status_asked: at(now), ..rhythm(changed) };
    let next = next(seen, &facts, &rhythm, at(now));
    (next.pause.as_secs_f64(), next.ask)
}

#[test]
fn pauses_grow_with_the_time_that_a_hook_takes() {
    let seen = seen(Some(AfterAllowTestTraffic));
    assert_eq!(asked(&seen, 100, 100), (3.0, Ask::Target));
    assert_eq!(asked(&seen, 100, 150), (17.5, Ask::Target));
    assert_eq!(asked(&seen, 100, 300), (25.0, Ask::Target));
}

#[test]
fn a_step_of_the_shift_is_asked_for_just_after_it_is_due() {
    let mut seen = seen(Some(AllowTraffic));
    seen.green = Percent::new(10).unwrap();
    assert_eq!(asked(&seen, 100, 200), (45.0, Ask::Target), "it is far away");
    assert_eq!(asked(&seen, 100, 950), (50.3, Ask::Target));
    assert_eq!(asked(&seen, 100, 1001), (1.0, Ask::Target), "it is late");
    assert_eq!(asked(&seen, 100, 1100), (10.0, Ask::Target));
    seen.green = Percent::ALL;
    assert_eq!(asked(&seen, 395, 396), (1.0, Ask::Target), "the event is about to end");
}

#[test]
fn a_step_that_came_late_makes_the_next_one_be_asked_for_later() {
    let mut seen = seen(Some(AllowTraffic));
    let facts = facts(TrafficRouting::linear(10, 1).unwrap());
    seen.green = Percent::new(10).unwrap();
    assert_eq!(overdue(&seen, &facts, at(159)), None);
    assert_eq!(overdue(&seen, &facts, at(164)), Some(Duration::from_secs(4)));
    seen.green = Percent::new(20).unwrap();
    let late = Rhythm { lag: Duration::from_secs(4), ..rhythm(165) };
    assert_eq!(next(&seen, &facts, &late, at(165)).pause, Duration::from_millis(59_300));
    seen.green = Percent::ALL;
    assert_eq!(overdue(&seen, &facts, at(9999)), None);
}

#[test]
fn the_end_of_the_termination_wait_is_waited_for_with_few_questions() {
    let mut seen = seen(None);
    assert_eq!(asked(&seen, 100, 100), (1.0, Ask::Deployment), "whether it waits is not known");
    seen.deployment.termination_wait_started = true;
    assert_eq!(asked(&seen, 100, 101), (120.0, Ask::Deployment));
    assert_eq!(asked(&seen, 100, 350), (50.3, Ask::Deployment));
    assert_eq!(asked(&seen, 100, 404), (2.0, Ask::Deployment));
}

#[test]
fn a_failed_event_is_followed_by_a_question_for_the_status() {
    let mut seen = seen(Some(AfterInstall));
    for event in &mut seen.deployment.lifecycle_events {
        if event.name == AfterInstall {
            event.status = LifecycleEventStatus::Failed;
        }
    }
    assert_eq!(asked(&seen, 100, 100), (1.0, Ask::Deployment));
}

#[test]
fn the_status_is_asked_for_too_when_it_was_not_for_long() {
    let (seen, facts) = (seen(Some(AllowTraffic)), facts(TrafficRouting::canary(10, 15).unwrap()));
    let asked = |now| next(&seen, &facts, &rhythm(100), at(now)).ask;
    assert_eq!((asked(399), asked(400)), (Ask::Target, Ask::Both));
}
