//! Deployments of a Lambda function: three events, weights of an alias, and nothing to create or delete.

use greenlight_core::lifecycle::{Action, Input, Platform, Refusal, Settings, Termination};
use greenlight_core::{
    DeploymentStatus, ErrorCode, HookEvent, HookStatus, LifecycleEventName, Percent, Rollback, TaskSetLabel,
    TrafficRouting, WaitKind,
};
use proptest::prelude::*;
use snapbox::{assert_data_eq, str};

use crate::support::play::Play;
use crate::support::random::{script, settings};
use crate::support::settings::{
    at, execution, minutes, plain_lambda, rolled_back, seconds, stop_after, with_hooks,
};
use crate::support::stage::{Stage, exited};
use crate::support::steps::actions;

fn canary(mut settings: Settings) -> Settings {
    settings.routing = TrafficRouting::canary(10, 5).unwrap();
    settings
}

/// A canary, rolled back whatever happens, at its first step.
fn half_way() -> Stage {
    let stage = Stage::started(rolled_back(canary(plain_lambda())));
    assert_eq!(stage.forward().green_weight().get(), 10);
    stage
}

#[test]
fn a_canary_with_both_hooks_shifts_the_alias_between_them() {
    let mut stage = Stage::started(canary(with_hooks(plain_lambda(), HookEvent::ALL)));
    stage.wait(seconds(30));
    stage.report(HookStatus::Succeeded, None).unwrap();
    stage.answer_all();
    stage.wait(minutes(6));
    stage.report(HookStatus::Succeeded, None).unwrap();
    assert_data_eq!(
        stage.transcript(),
        str![[r#"
   0.000 forward  BeforeAllowTraffic Pending InProgress
   0.000 forward  -> invoke validate-BeforeAllowTraffic at BeforeAllowTraffic
  30.000 forward  BeforeAllowTraffic InProgress Succeeded
  30.000 forward  AllowTraffic Pending InProgress
  30.000 forward  -> shift 10% of traffic
  30.000 forward  traffic blue 90% green 10%
 330.000 forward  -> shift 100% of traffic
 330.000 forward  traffic blue 0% green 100%
 330.000 forward  -> make green primary
 330.000 forward  AllowTraffic InProgress Succeeded
 330.000 forward  AfterAllowTraffic Pending InProgress
 330.000 forward  -> invoke validate-AfterAllowTraffic at AfterAllowTraffic
 390.000 forward  AfterAllowTraffic InProgress Succeeded
 390.000 forward  ended Succeeded

"#]]
    );
}

#[test]
fn test_listener_ready_wait_and_termination_have_no_effect() {
    let mut settings = plain_lambda();
    settings.test_listener = true;
    settings.ready = stop_after(minutes(30));
    settings.termination = Termination::Terminate(minutes(5));
    let stage = Stage::started(settings);
    assert_eq!(stage.status(), DeploymentStatus::Succeeded);
    assert_eq!(stage.forward().times().2, Some(at(0)));
    assert!(!stage.forward().termination_wait_started());
    assert_eq!(stage.forward().lifecycle_events().len(), 3);
}

#[test]
fn there_is_no_wait_to_continue() {
    let mut stage = half_way();
    for wait in WaitKind::ALL {
        let status = DeploymentStatus::InProgress;
        assert_eq!(stage.tell(Input::Continue(*wait)), Err(Refusal::NotWaiting { status, wait: *wait }));
    }
}

#[test]
fn hooks_of_events_that_it_does_not_have_never_run() {
    let mut stage = Stage::started(with_hooks(plain_lambda(), HookEvent::ALL));
    assert_eq!(stage.running_hook().event, HookEvent::BeforeAllowTraffic);
    let execution = execution(HookEvent::AfterInstall, "");
    let report = Input::HookReported { execution, status: HookStatus::Failed, reason: None };
    assert_eq!(stage.tell(report), Err(Refusal::UnknownExecution));
}

#[test]
fn an_alarm_stops_it_at_once_and_brings_the_alias_back() {
    let mut stage = half_way();
    stage.oversleep(seconds(1));
    stage.tell(Input::AlarmsActive { names: vec!["errors".to_owned()] }).unwrap();
    stage.answer_all();
    assert_eq!(stage.status(), DeploymentStatus::Stopped);
    assert_eq!(stage.forward().error().unwrap().code, ErrorCode::AlarmActive);
    assert_eq!(stage.forward().times().2, Some(at(1)));
    assert_eq!(stage.rollback().status(), DeploymentStatus::Succeeded);
    assert_eq!(stage.traffic(), [(0, 10), (1, 0)]);
}

#[test]
fn its_rollback_is_a_lambda_deployment_that_shifts_everything_back_and_no_more() {
    let mut stage = half_way();
    let before = stage.actions().len();
    stage.stop(Rollback::AsConfigured).unwrap();
    let after: Vec<_> = stage.actions().into_iter().skip(before).cloned().collect();
    let [Action::StartRollback(settings), rest @ ..] = after.as_slice() else { panic!("{after:?}") };
    assert_eq!(settings.platform, Platform::Lambda);
    assert_eq!(rest, [Action::ShiftTraffic(Percent::ZERO), Action::SetPrimary(TaskSetLabel::Blue)]);
    let names: Vec<_> = stage.rollback().lifecycle_events().iter().map(|event| event.name).collect();
    assert_eq!(names, LifecycleEventName::of_lambda_deployment().collect::<Vec<_>>());
    assert_eq!(
        stage.forward().rollback().unwrap().message,
        "Deployment d-FORWARD01 terminated. Automatic rollback is triggered with a DeploymentId d-ROLLBACK1."
    );
}

#[test]
fn stopped_by_hand_without_rollback_it_leaves_the_alias_split() {
    let mut stage = half_way();
    stage.stop(Rollback::Never).unwrap();
    stage.wait(minutes(60));
    assert_eq!(stage.status(), DeploymentStatus::Stopped);
    assert_eq!((stage.machines.len(), stage.forward().green_weight().get()), (1, 10));
    assert_eq!(stage.traffic(), [(0, 10)]);
}

#[test]
fn a_failed_hook_before_the_shift_has_nothing_to_roll_back_and_one_after_it_has() {
    let settings = || rolled_back(with_hooks(plain_lambda(), HookEvent::ALL));
    let mut stage = Stage::at_hook(settings(), HookEvent::BeforeAllowTraffic);
    stage.hook_fails("version 8 answers nothing");
    let message = &stage.forward().rollback().unwrap().message;
    assert_eq!(message, "Nothing was changed, so there is nothing to roll back.");
    assert_eq!(stage.machines.len(), 1);

    let mut stage = Stage::at_hook(settings(), HookEvent::AfterAllowTraffic);
    stage.hook_fails("version 8 answers nothing");
    assert_eq!(stage.rollback().status(), DeploymentStatus::Succeeded);
    assert_eq!(stage.traffic(), [(0, 100), (0, 0)]);
}

#[test]
fn a_step_that_was_asked_for_and_not_answered_is_rolled_back_all_the_same() {
    let mut stage = Stage::new(rolled_back(canary(plain_lambda())));
    stage.tell(Input::Start).unwrap();
    stage.outstanding.clear();
    stage.stop(Rollback::AsConfigured).unwrap();
    assert_eq!(stage.rollback().status(), DeploymentStatus::Succeeded);
    assert!(stage.actions().contains(&&Action::ShiftTraffic(Percent::ZERO)));
}

#[test]
fn a_version_does_not_end_so_nothing_comes_of_the_exit_of_a_task_set() {
    let mut stage = half_way();
    let before = stage.forward().clone();
    for task_set in TaskSetLabel::ALL {
        stage.tell(exited(*task_set)).unwrap();
    }
    assert_eq!(stage.forward(), &before);
}

#[test]
fn its_rollback_bears_the_all_at_once_configuration_of_its_platform() {
    let own = "CodeDeployDefault.LambdaCanary10Percent5Minutes";
    let mut settings = plain_lambda();
    assert_eq!(settings.config_of_rollback(own), "CodeDeployDefault.LambdaAllAtOnce");
    settings.behaviour.lambda_rollback_keeps_config = true;
    assert_eq!(settings.config_of_rollback(own), own);
    settings.platform = Platform::Ecs;
    assert_eq!(settings.config_of_rollback(own), "CodeDeployDefault.ECSAllAtOnce");
}

proptest! {
    #[test]
    fn a_lambda_deployment_asks_for_hooks_and_weights_alone(settings in settings(), script in script()) {
        let mut settings = settings;
        settings.platform = Platform::Lambda;
        for steps in &Play::of(&settings, &script).steps {
            for (step, action) in actions(steps) {
                let allowed = match action {
                    Action::ShiftTraffic(_) | Action::SetPrimary(_) | Action::CancelHook(_) => true,
                    Action::InvokeHook(hook) => {
                        matches!(hook.event, HookEvent::BeforeAllowTraffic | HookEvent::AfterAllowTraffic)
                    }
                    Action::StartRollback(rollback) => rollback.platform == Platform::Lambda,
                    Action::CreateTaskSet | Action::RouteTestTraffic(_) | Action::DeleteTaskSet(_) => false,
                };
                prop_assert!(allowed, "{:?} by {:?}", action, step.input);
                prop_assert_ne!(step.after.status(), DeploymentStatus::Ready);
            }
        }
    }
}
