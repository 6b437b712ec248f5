//! The time budget of a plan against what a deployment really takes.

use std::time::Duration;

use crate::support::settings::{at, hooks, minutes, plain, seconds, stop_after};
use crate::support::stage::Stage;
use greenlight_core::lifecycle::{Action, Input, Settings, Termination};
use greenlight_core::{
    DeploymentStatus, HookEvent, HookStatus, LifecycleEventStatus, TimeBudget, TrafficRouting, WaitKind,
};
use proptest::prelude::*;
use proptest::sample::subsequence;

fn budget_of(settings: &Settings) -> TimeBudget {
    let termination = match settings.termination {
        Termination::Terminate(wait) => wait,
        Termination::KeepAlive => Duration::ZERO,
    };
    let hooks = u32::try_from(settings.hooks.len()).unwrap();
    TimeBudget::new(settings.routing, hooks, settings.ready.wait, termination)
}

#[test]
fn a_budget_has_every_part_of_a_deployments_time() {
    let routing = TrafficRouting::canary(10, 15).unwrap();
    let budget = TimeBudget::new(routing, 3, minutes(30), minutes(5));
    assert_eq!(budget.install_at_most, minutes(60));
    assert_eq!(budget.hooks_at_most, minutes(180));
    assert_eq!(budget.at_least(), minutes(20));
    assert_eq!(budget.at_most(), minutes(20 + 30 + 180 + 60));
    assert_eq!(budget.to_string(), "at least 20 min (shift 15, termination wait 5), at most 290 min");
}

#[test]
fn a_budget_rounds_up_to_whole_minutes() {
    let budget = TimeBudget::new(TrafficRouting::AllAtOnce, 0, seconds(0), seconds(61));
    assert_eq!(budget.to_string(), "at least 2 min (shift 0, termination wait 2), at most 62 min");
}

#[test]
fn a_budget_of_endless_waits_does_not_overflow() {
    let budget = TimeBudget::new(TrafficRouting::AllAtOnce, u32::MAX, Duration::MAX, Duration::MAX);
    assert_eq!(budget.at_most(), Duration::MAX);
}

#[test]
fn the_longest_deployment_uses_its_whole_budget() {
    let mut settings = plain();
    settings.hooks = hooks(HookEvent::ALL, "");
    settings.ready = stop_after(minutes(30));
    settings.routing = TrafficRouting::linear(10, 1).unwrap();
    settings.termination = Termination::Terminate(minutes(5));
    let budget = budget_of(&settings);
    let last_moment = Duration::from_millis(1);
    let mut stage = Stage::new(settings);
    stage.tell(Input::Start).unwrap();
    for _ in HookEvent::ALL {
        if let Some(due) = stage.forward().next_deadline() {
            stage.wait(due - stage.now - last_moment);
        }
        if stage.status() == DeploymentStatus::Ready {
            stage.tell(Input::Continue(WaitKind::Ready)).unwrap();
            let due = stage.forward().next_deadline().unwrap();
            stage.wait(due - stage.now - last_moment);
        }
        stage.report(HookStatus::Succeeded, None).unwrap();
        if matches!(stage.outstanding.front(), Some((_, Action::CreateTaskSet))) {
            let due = stage.forward().next_deadline().unwrap();
            stage.oversleep(due - stage.now - last_moment);
        }
        stage.answer_all();
        while !stage.forward().green_weight().get().is_multiple_of(100) {
            stage.wait(minutes(1));
        }
    }
    stage.wait(minutes(5));
    assert_eq!(stage.status(), DeploymentStatus::Succeeded);
    let missed = at(0) + budget.at_most() - stage.forward().times().2.unwrap();
    assert_eq!(
        missed,
        Duration::from_millis(7),
        "five hooks, the install and the ready wait ended a moment early"
    );
}

proptest! {
    #[test]
    fn a_deployment_that_is_answered_at_once_keeps_to_its_budget(
        share in 1_u64..=99,
        every in 1_u64..=29,
        events in subsequence(HookEvent::ALL, 0..=5),
        hook_time in 0_u64..3600,
        ready in 0_u64..7200,
        termination in 0_u64..2880,
        proceed in any::<bool>(),
    ) {
        let mut settings = plain();
        settings.routing = TrafficRouting::linear(share, every).unwrap();
        settings.hooks = hooks(&events, "");
        settings.ready = stop_after(minutes(ready));
        settings.termination = Termination::Terminate(minutes(termination));
        let budget = budget_of(&settings);
        let mut stage = Stage::started(settings);
        while !stage.forward().is_ended() {
            if stage.status() == DeploymentStatus::Ready && proceed {
                stage.tell(Input::Continue(WaitKind::Ready)).unwrap();
                stage.answer_all();
            }
            let in_progress = stage.events().into_iter().find(|(_, status)| *status == LifecycleEventStatus::InProgress);
            if in_progress.is_some_and(|(name, _)| name.hook_event().is_some()) {
                stage.wait(seconds(hook_time));
                stage.report(HookStatus::Succeeded, None).unwrap();
                stage.answer_all();
            } else {
                let due = stage.forward().next_deadline().unwrap_or(stage.now);
                stage.wait(due - stage.now);
            }
        }
        let took = stage.forward().times().2.unwrap() - at(0);
        prop_assert!(took <= budget.at_most(), "{took:?} of {budget}");
        if stage.status() == DeploymentStatus::Succeeded {
            prop_assert!(took >= budget.at_least(), "{took:?} of {budget}");
        }
    }
}
