//! What nobody outside the service knows for certain: each setting changes what its name says.

use crate::support::settings::{hooks, minutes, plain, stop_after, with_hooks, with_rollback};
use crate::support::stage::Stage;
use greenlight_core::lifecycle::{Behaviour, Input, ReadySlot, Settings};
use greenlight_core::{
    AutoRollback, AutoRollbackEvent, DeploymentStatus, ErrorCode, HookEvent, HookStatus, LifecycleEventName,
    LifecycleEventStatus, Rollback, WaitKind,
};

/// `settings` with one thing of the service's behaviour changed.
fn but(mut settings: Settings, change: impl FnOnce(&mut Behaviour)) -> Settings {
    let before = settings.behaviour.clone();
    change(&mut settings.behaviour);
    assert_ne!(settings.behaviour, before, "the test changes nothing");
    settings
}

fn code(stage: &Stage) -> ErrorCode {
    stage.forward().error().unwrap().code
}

fn event_before_the_ready_wait(mut settings: Settings) -> Option<LifecycleEventName> {
    settings.ready = stop_after(minutes(30));
    let stage = Stage::started(settings);
    assert_eq!(stage.status(), DeploymentStatus::Ready);
    let done = stage.events().into_iter().filter(|(_, status)| *status == LifecycleEventStatus::Succeeded);
    done.map(|(name, _)| name).next_back()
}

#[test]
fn the_ready_slot_moves_the_wait_before_or_behind_the_hook_of_test_traffic() {
    let early = |behaviour: &mut Behaviour| behaviour.ready_slot = ReadySlot::BeforeAfterAllowTestTraffic;
    assert_eq!(event_before_the_ready_wait(plain()), Some(LifecycleEventName::AfterAllowTestTraffic));
    let moved = event_before_the_ready_wait(but(plain(), early));
    assert_eq!(moved, Some(LifecycleEventName::AllowTestTraffic));
}

#[test]
fn the_early_ready_slot_is_the_late_one_without_a_test_listener() {
    let mut settings = but(plain(), |it| it.ready_slot = ReadySlot::BeforeAfterAllowTestTraffic);
    settings.test_listener = false;
    assert_eq!(event_before_the_ready_wait(settings), Some(LifecycleEventName::AfterInstall));
}

#[test]
fn the_early_ready_slot_comes_once_and_before_its_hook() {
    let mut settings = but(plain(), |it| it.ready_slot = ReadySlot::BeforeAfterAllowTestTraffic);
    settings.ready = stop_after(minutes(30));
    let mut stage = Stage::started(with_hooks(settings, &[HookEvent::AfterAllowTestTraffic]));
    assert!(stage.hook.is_none());
    stage.tell(Input::Continue(WaitKind::Ready)).unwrap();
    assert_eq!(stage.running_hook().event, HookEvent::AfterAllowTestTraffic);
    stage.report(HookStatus::Succeeded, None).unwrap();
    stage.answer_all();
    assert_eq!(stage.status(), DeploymentStatus::Succeeded);
}

#[test]
fn the_hook_timeout_code_is_the_code_of_an_hour_of_silence() {
    let silent = |settings| {
        let mut stage = Stage::at_hook(with_hooks(settings, HookEvent::ALL), HookEvent::AfterInstall);
        stage.wait(minutes(60));
        code(&stage)
    };
    assert_eq!(silent(plain()), ErrorCode::HookExecutionFailure);
    assert_eq!(silent(but(plain(), |it| it.hook_timeout_code = ErrorCode::Timeout)), ErrorCode::Timeout);
}

#[test]
fn the_install_timeout_code_is_the_code_of_a_replacement_that_is_not_healthy() {
    let unhealthy = |settings, input: Input| {
        let mut stage = Stage::new(settings);
        stage.tell(Input::Start).unwrap();
        stage.oversleep(minutes(60));
        stage.tell(input).unwrap();
        code(&stage)
    };
    let failed = || Input::TaskSetFailed { detail: "exit status 1".to_owned() };
    let other = || but(plain(), |it| it.install_timeout_code = ErrorCode::HealthConstraints);
    for input in [Input::Tick, failed()] {
        assert_eq!(unhealthy(plain(), input.clone()), ErrorCode::Timeout);
        assert_eq!(unhealthy(other(), input), ErrorCode::HealthConstraints);
    }
}

#[test]
fn the_ready_timeout_code_is_the_code_of_a_ready_wait_that_ran_out() {
    let expired = |mut settings: Settings| {
        settings.ready = stop_after(minutes(30));
        let mut stage = Stage::started(settings);
        stage.wait(minutes(30));
        code(&stage)
    };
    assert_eq!(expired(plain()), ErrorCode::Timeout);
    let other = but(plain(), |it| it.ready_timeout_code = ErrorCode::ManualStop);
    assert_eq!(expired(other), ErrorCode::ManualStop);
}

#[test]
fn a_ready_wait_that_ran_out_is_rolled_back_by_the_setting_that_is_named_for_it() {
    for named in AutoRollbackEvent::ALL {
        for configured in AutoRollbackEvent::ALL {
            let mut settings = with_rollback();
            settings.behaviour.ready_timeout_rolls_back_on = *named;
            settings.auto_rollback = AutoRollback::on([*configured]);
            settings.ready = stop_after(minutes(30));
            let mut stage = Stage::started(settings);
            stage.wait(minutes(30));
            assert_eq!(stage.machines.len() == 2, named == configured, "{named}, {configured}");
        }
    }
    assert_eq!(Behaviour::default().ready_timeout_rolls_back_on, AutoRollbackEvent::DeploymentFailure);
}

#[test]
fn hooks_in_rollback_runs_the_hooks_of_the_previous_revision() {
    let run = |settings: Settings| {
        let mut settings = with_hooks(settings, HookEvent::ALL);
        settings.rollback_hooks = hooks(&[HookEvent::AfterAllowTraffic], "-before");
        let mut stage = Stage::at_hook(settings, HookEvent::AfterAllowTestTraffic);
        stage.hook_fails("no");
        stage
    };
    assert_eq!(run(with_rollback()).rollback().status(), DeploymentStatus::Succeeded);

    let mut stage = run(but(with_rollback(), |it| it.hooks_in_rollback = true));
    assert_eq!(stage.rollback().status(), DeploymentStatus::InProgress);
    assert_eq!(stage.running_hook().execution.as_str(), "AfterAllowTraffic-before-execution");
    stage.report(HookStatus::Succeeded, None).unwrap();
    stage.answer_all();
    assert_eq!(stage.rollback().status(), DeploymentStatus::Succeeded);

    let mut stage = run(but(with_rollback(), |it| it.hooks_in_rollback = true));
    stage.hook_fails("the old release is broken as well");
    assert_eq!(stage.rollback().status(), DeploymentStatus::Failed);
    assert_eq!(stage.machines.len(), 2, "a rollback is not rolled back");
}

#[test]
fn rollback_before_install_starts_a_rollback_though_nothing_was_changed() {
    let stopped = |settings| {
        let mut stage = Stage::at_hook(with_hooks(settings, HookEvent::ALL), HookEvent::BeforeInstall);
        stage.stop(Rollback::AsConfigured).unwrap();
        stage
    };
    assert_eq!(stopped(with_rollback()).machines.len(), 1);
    let stage = stopped(but(with_rollback(), |it| it.rollback_before_install = true));
    assert_eq!(stage.rollback().status(), DeploymentStatus::Succeeded);
}

#[test]
fn a_behaviour_is_read_from_the_settings_that_it_names_and_keeps_the_defaults_of_the_others() {
    let read: Behaviour =
        serde_json::from_str(r#"{"ready-slot":"before-after-allow-test-traffic","hooks-in-rollback":true}"#)
            .unwrap();
    let mut expected = Behaviour::default();
    expected.ready_slot = ReadySlot::BeforeAfterAllowTestTraffic;
    expected.hooks_in_rollback = true;
    assert_eq!(read, expected);
}
