//! A deployment that goes well: its events, its actions and its times.

use crate::support::settings::{at, minutes, plain, seconds, with_hooks};
use crate::support::stage::Stage;
use greenlight_core::LifecycleEventStatus::{Pending, Succeeded};
use greenlight_core::lifecycle::{Action, Input, Lifecycle, Termination};
use greenlight_core::{
    DeploymentStatus, HookEvent, HookStatus, LifecycleEventName, Percent, Timestamp, TrafficRouting,
};
use snapbox::{assert_data_eq, str};

fn percent(value: u8) -> Percent {
    Percent::new(value).unwrap()
}

#[test]
fn the_reference_timeline_is_reproduced() {
    // One task, linear 10 % every minute, five minutes to the termination; the numbers of a real deployment.
    let mut settings = plain();
    settings.routing = TrafficRouting::linear(10, 1).unwrap();
    settings.termination = Termination::Terminate(minutes(5));
    let mut stage = Stage::new(settings);
    assert_eq!(stage.status(), DeploymentStatus::Created);
    stage.oversleep(seconds(3));
    stage.tell(Input::Start).unwrap();
    stage.oversleep(seconds(120));
    stage.answer_all();
    stage.wait(minutes(15));
    assert_data_eq!(
        stage.transcript(),
        str![[r#"
   3.000 forward  BeforeInstall Pending InProgress
   3.000 forward  BeforeInstall InProgress Succeeded
   3.000 forward  Install Pending InProgress
   3.000 forward  -> create the task set
 123.000 forward  Install InProgress Succeeded
 123.000 forward  AfterInstall Pending InProgress
 123.000 forward  AfterInstall InProgress Succeeded
 123.000 forward  AllowTestTraffic Pending InProgress
 123.000 forward  -> route test traffic to green
 123.000 forward  AllowTestTraffic InProgress Succeeded
 123.000 forward  AfterAllowTestTraffic Pending InProgress
 123.000 forward  AfterAllowTestTraffic InProgress Succeeded
 123.000 forward  BeforeAllowTraffic Pending InProgress
 123.000 forward  BeforeAllowTraffic InProgress Succeeded
 123.000 forward  AllowTraffic Pending InProgress
 123.000 forward  -> shift 10% of traffic
 123.000 forward  traffic blue 90% green 10%
 183.000 forward  -> shift 20% of traffic
 183.000 forward  traffic blue 80% green 20%
 243.000 forward  -> shift 30% of traffic
 243.000 forward  traffic blue 70% green 30%
 303.000 forward  -> shift 40% of traffic
 303.000 forward  traffic blue 60% green 40%
 363.000 forward  -> shift 50% of traffic
 363.000 forward  traffic blue 50% green 50%
 423.000 forward  -> shift 60% of traffic
 423.000 forward  traffic blue 40% green 60%
 483.000 forward  -> shift 70% of traffic
 483.000 forward  traffic blue 30% green 70%
 543.000 forward  -> shift 80% of traffic
 543.000 forward  traffic blue 20% green 80%
 603.000 forward  -> shift 90% of traffic
 603.000 forward  traffic blue 10% green 90%
 663.000 forward  -> shift 100% of traffic
 663.000 forward  traffic blue 0% green 100%
 663.000 forward  -> make green primary
 663.000 forward  AllowTraffic InProgress Succeeded
 663.000 forward  AfterAllowTraffic Pending InProgress
 663.000 forward  AfterAllowTraffic InProgress Succeeded
 663.000 forward  termination wait until 963
 963.000 forward  -> delete blue
 963.000 forward  ended Succeeded

"#]]
    );
    assert_eq!(stage.status(), DeploymentStatus::Succeeded);
    assert_eq!(stage.forward().times(), (at(0), Some(at(3)), Some(at(963))));
}

#[test]
fn all_events_are_listed_as_pending_before_the_deployment_begins() {
    let stage = Stage::new(plain());
    let expected: Vec<_> = LifecycleEventName::ALL.iter().map(|name| (*name, Pending)).collect();
    assert_eq!(stage.events(), expected);
    assert!(stage.forward().lifecycle_events().iter().all(|event| event.started.is_none()));
}

#[test]
fn without_a_test_listener_there_are_six_events_and_no_test_traffic() {
    let mut settings = with_hooks(plain(), &[HookEvent::AfterAllowTestTraffic]);
    settings.test_listener = false;
    let stage = Stage::started(settings);
    let expected = [
        LifecycleEventName::BeforeInstall,
        LifecycleEventName::Install,
        LifecycleEventName::AfterInstall,
        LifecycleEventName::BeforeAllowTraffic,
        LifecycleEventName::AllowTraffic,
        LifecycleEventName::AfterAllowTraffic,
    ];
    assert_eq!(stage.events(), expected.map(|name| (name, Succeeded)));
    assert!(stage.actions().iter().all(|action| !matches!(action, Action::RouteTestTraffic(_))));
    assert!(stage.hook.is_none(), "the hook of an event that is not there ran");
}

#[test]
fn an_event_without_a_function_succeeds_at_once() {
    let stage = Stage::started(with_hooks(plain(), &[HookEvent::AfterInstall]));
    assert_data_eq!(
        stage.transcript(),
        str![[r#"
   0.000 forward  BeforeInstall Pending InProgress
   0.000 forward  BeforeInstall InProgress Succeeded
   0.000 forward  Install Pending InProgress
   0.000 forward  -> create the task set
   0.000 forward  Install InProgress Succeeded
   0.000 forward  AfterInstall Pending InProgress
   0.000 forward  -> invoke validate-AfterInstall at AfterInstall

"#]]
    );
}

#[test]
fn every_hook_is_invoked_once_in_the_order_of_the_events() {
    let mut stage = Stage::started(with_hooks(plain(), HookEvent::ALL));
    let mut seen = Vec::new();
    while !stage.forward().is_ended() {
        let hook = stage.running_hook().clone();
        assert_eq!(hook.function.to_string(), format!("validate-{}", hook.event));
        assert_eq!(hook.deadline, stage.now + minutes(60));
        seen.push(hook.event);
        stage.wait(minutes(1));
        stage.report(HookStatus::Succeeded, None).unwrap();
        stage.answer_all();
    }
    assert_eq!(seen, HookEvent::ALL);
    assert_eq!(stage.status(), DeploymentStatus::Succeeded);
    assert!(!stage.actions().iter().any(|action| matches!(action, Action::CancelHook(_))));
}

#[test]
fn no_share_of_traffic_is_shifted_before_every_earlier_hook_has_passed() {
    let mut stage = Stage::at_hook(with_hooks(plain(), HookEvent::ALL), HookEvent::BeforeAllowTraffic);
    stage.wait(minutes(59));
    assert!(!stage.actions().iter().any(|action| matches!(action, Action::ShiftTraffic(_))));
    stage.report(HookStatus::Succeeded, None).unwrap();
    assert_eq!(stage.outstanding, [(0, Action::ShiftTraffic(Percent::ALL))]);
}

#[test]
fn linear_ten_percent_every_minute_shifts_at_the_exact_minute() {
    let mut settings = plain();
    settings.routing = TrafficRouting::linear(10, 1).unwrap();
    let mut stage = Stage::started(settings);
    stage.wait(minutes(60));
    let expected: Vec<_> = (0_u8..10).map(|step| (u64::from(step) * 60, (step + 1) * 10)).collect();
    assert_eq!(stage.traffic(), expected);
}

#[test]
fn a_linear_shift_whose_steps_do_not_divide_ends_with_what_is_left() {
    let mut settings = plain();
    settings.routing = TrafficRouting::linear(30, 2).unwrap();
    let mut stage = Stage::started(settings);
    stage.wait(minutes(60));
    assert_eq!(stage.traffic(), [(0, 30), (120, 60), (240, 90), (360, 100)]);
}

#[test]
fn a_canary_shifts_the_rest_after_its_interval() {
    let mut settings = plain();
    settings.routing = TrafficRouting::canary(10, 5).unwrap();
    let mut stage = Stage::started(settings);
    stage.wait(seconds(299));
    assert_eq!(stage.traffic(), [(0, 10)]);
    stage.wait(seconds(1));
    assert_eq!(stage.traffic(), [(0, 10), (300, 100)]);
}

#[test]
fn green_becomes_primary_only_with_all_traffic() {
    let mut settings = plain();
    settings.routing = TrafficRouting::canary(99, 5).unwrap();
    let mut stage = Stage::started(settings);
    let primary =
        |stage: &Stage| stage.actions().iter().filter(|it| matches!(it, Action::SetPrimary(_))).count();
    stage.wait(seconds(299));
    assert_eq!(primary(&stage), 0);
    stage.wait(seconds(1));
    assert_eq!(primary(&stage), 1);
}

#[test]
fn a_late_tick_catches_up_step_by_step() {
    let mut settings = plain();
    settings.routing = TrafficRouting::linear(25, 1).unwrap();
    let mut stage = Stage::started(settings);
    stage.oversleep(seconds(130));
    stage.tick();
    assert_eq!(stage.traffic(), [(0, 25), (130, 50)], "a step is told when it is done, not when it was due");
    assert_eq!(stage.forward().next_deadline(), Some(at(120)), "the next one is overdue as well");
    stage.tick();
    assert_eq!(stage.traffic(), [(0, 25), (130, 50), (130, 75)]);
    assert_eq!(stage.forward().next_deadline(), Some(at(180)));
}

#[test]
fn a_late_tick_does_not_move_the_steps_that_follow() {
    let mut settings = plain();
    settings.routing = TrafficRouting::linear(40, 10).unwrap();
    let mut stage = Stage::started(settings);
    // The second step is due after ten minutes and noticed after fifteen; the third is due after twenty all the same.
    stage.oversleep(minutes(15));
    stage.tick();
    assert_eq!(stage.forward().next_deadline(), Some(at(20 * 60)));
    stage.wait(minutes(10));
    assert_eq!(stage.traffic(), [(0, 40), (900, 80), (1200, 100)]);
}

#[test]
fn a_shift_that_is_answered_late_is_told_when_it_was_answered() {
    let mut settings = plain();
    settings.routing = TrafficRouting::linear(50, 1).unwrap();
    let mut stage = Stage::new(settings);
    stage.tell(Input::Start).unwrap();
    stage.answer();
    stage.answer();
    assert_eq!(stage.outstanding, [(0, Action::ShiftTraffic(percent(50)))]);
    let due = stage.forward().next_deadline();
    assert_eq!(due, Some(at(3600)), "the next step waits for the answer to this one");
    stage.oversleep(seconds(90));
    stage.answer();
    assert_eq!(
        stage.forward().next_deadline(),
        Some(at(60)),
        "the next step is due by the begin of the shift"
    );
    stage.tick();
    assert_eq!(stage.traffic(), [(90, 50), (90, 100)]);
}

#[test]
fn a_deployment_that_nobody_starts_does_nothing() {
    let mut lifecycle = Lifecycle::new(plain(), Timestamp::EPOCH);
    assert_eq!(lifecycle.next_deadline(), None);
    assert_eq!(lifecycle.step(at(1_000_000), Input::Tick), Ok(Vec::new()));
    assert_eq!(lifecycle.step(at(1_000_001), Input::TaskSetHealthy), Ok(Vec::new()));
    assert_eq!(lifecycle, Lifecycle::new(plain(), Timestamp::EPOCH));
}

#[test]
fn a_second_start_changes_nothing() {
    let mut stage = Stage::at_hook(with_hooks(plain(), HookEvent::ALL), HookEvent::AfterInstall);
    let before = stage.forward().clone();
    stage.tell(Input::Start).unwrap();
    assert_eq!(stage.forward(), &before);
}
