//! What nobody outside the service knows for certain: each setting changes what its name says.

use crate::support::settings::{hooks, minutes, plain, plain_lambda, stop_after, with_hooks, with_rollback};
use crate::support::stage::Stage;
use std::collections::BTreeMap;

use greenlight_core::lifecycle::{
    Behaviour, FailedEventDiagnostics, Input, ReadySlot, Settings, Termination,
};
use greenlight_core::{
    AutoRollback, AutoRollbackEvent, DeploymentStatus, Diagnostics, ErrorCode, HookEvent, HookStatus,
    LifecycleErrorCode, LifecycleEventName, LifecycleEventStatus, Percent, Rollback, TargetStatus,
    TrafficRouting, WaitKind,
};
use snapbox::{assert_data_eq, str};

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
fn the_target_is_where_the_deployment_is_and_in_the_ready_wait_where_the_setting_says() {
    let waiting = |change: fn(&mut Behaviour)| {
        let mut settings = plain();
        change(&mut settings.behaviour);
        settings.ready = stop_after(minutes(30));
        Stage::started(settings)
    };
    assert_eq!(waiting(|_| {}).forward().target_status(), TargetStatus::Ready);
    let mut stage = waiting(|it| it.ready_target_status = TargetStatus::InProgress);
    assert_eq!(stage.forward().target_status(), TargetStatus::InProgress);
    assert_eq!(stage.status(), DeploymentStatus::Ready);
    stage.tell(Input::Continue(WaitKind::Ready)).unwrap();
    assert_eq!(stage.forward().target_status(), TargetStatus::InProgress);
    stage.answer_all();
    assert_eq!(stage.forward().target_status(), TargetStatus::Succeeded);

    let mut stage = Stage::new(plain());
    assert_eq!(stage.forward().target_status(), TargetStatus::Pending);
    stage.stop(Rollback::Never).unwrap();
    assert_eq!(stage.forward().target_status(), TargetStatus::Skipped, "it had not begun");
    let mut stage = waiting(|_| {});
    stage.stop(Rollback::Never).unwrap();
    assert_eq!(stage.forward().target_status(), TargetStatus::Failed);
}

#[test]
fn baking_in_termination_wait_is_the_status_of_that_wait_alone() {
    use DeploymentStatus::{Baking, InProgress, Succeeded};
    let statuses = |mut settings: Settings| {
        settings.termination = Termination::Terminate(minutes(5));
        let mut stage = Stage::started(settings);
        let waiting = stage.status();
        stage.tell(Input::Continue(WaitKind::Termination)).unwrap();
        let deleting = stage.status();
        stage.answer_all();
        [waiting, deleting, stage.status()]
    };
    assert_eq!(statuses(plain()), [InProgress, InProgress, Succeeded]);
    let baking = but(plain(), |it| it.baking_in_termination_wait = true);
    assert_eq!(statuses(baking), [Baking, InProgress, Succeeded]);
}

#[test]
fn the_listener_mismatch_code_is_the_code_of_a_listener_that_cannot_be_changed() {
    let detail = || "Primary taskset target group must be behind listener prod".to_owned();
    let refused = |settings: Settings, production: bool| {
        let mut stage = Stage::new(settings);
        stage.tell(Input::Start).unwrap();
        stage.answer();
        if production {
            stage.answer();
            stage.tell(Input::TrafficNotShifted { green: Percent::ALL, detail: detail() }).unwrap();
        } else {
            stage.tell(Input::TestTrafficNotRouted { detail: detail() }).unwrap();
        }
        let text = format!("The ELB could not be updated due to the following error: {}", detail());
        assert_eq!(stage.forward().error().unwrap().message, text);
        assert_eq!((stage.status(), stage.forward().reason()), (DeploymentStatus::Failed, Some(&*detail())));
        code(&stage)
    };
    for production in [false, true] {
        assert_eq!(refused(plain(), production), ErrorCode::EcsUpdateError);
        let other = but(plain(), |it| it.listener_mismatch_code = ErrorCode::ElasticLoadBalancingInvalid);
        assert_eq!(refused(other, production), ErrorCode::ElasticLoadBalancingInvalid);
    }
}

#[test]
fn the_alias_update_code_is_the_code_of_an_alias_that_cannot_be_changed() {
    let refused = |settings: Settings| {
        let mut stage = Stage::new(settings);
        stage.tell(Input::Start).unwrap();
        let detail = "there is no version 8".to_owned();
        stage.tell(Input::TrafficNotShifted { green: Percent::ALL, detail }).unwrap();
        let text = "The Lambda alias could not be updated due to the following error: there is no version 8";
        assert_eq!(stage.forward().error().unwrap().message, text);
        code(&stage)
    };
    assert_eq!(refused(plain_lambda()), ErrorCode::InvalidLambdaFunction);
    let other = but(plain_lambda(), |it| it.alias_update_code = ErrorCode::InternalError);
    assert_eq!(refused(other), ErrorCode::InternalError);
}

#[test]
fn a_refusal_of_an_earlier_step_is_overtaken() {
    let mut settings = plain();
    settings.routing = TrafficRouting::linear(10, 1).unwrap();
    let mut stage = Stage::started(settings);
    stage.oversleep(minutes(1));
    stage.tell(Input::Tick).unwrap();
    let before = stage.forward().clone();
    let green = Percent::new(10).unwrap();
    stage.tell(Input::TrafficNotShifted { green, detail: "late".to_owned() }).unwrap();
    assert_eq!(stage.forward(), &before);
}

#[test]
fn the_texts_of_a_manual_stop_and_of_a_missing_revision_are_settings() {
    let stopped = |mut settings: Settings| {
        settings.rollback_id = None;
        let mut stage =
            Stage::at_hook(with_hooks(settings, HookEvent::ALL), HookEvent::AfterAllowTestTraffic);
        stage.stop(Rollback::Always).unwrap();
        let error = stage.forward().error().unwrap().clone();
        assert_eq!(error.code, ErrorCode::ManualStop);
        (error.message, stage.forward().rollback().unwrap().message.clone())
    };
    let text = |text: &str| text.to_owned();
    let (stop, revision) = stopped(plain());
    assert_eq!(stop, "The deployment was stopped on request.");
    assert_eq!(revision, "There is no previous successful revision to roll back to.");
    let other = but(plain(), |it| {
        it.manual_stop_message = text("Stopped.").into();
        it.no_revision_message = text("No revision.").into();
    });
    assert_eq!(stopped(other), (text("Stopped."), text("No revision.")));
}

#[test]
fn the_diagnostics_of_the_failed_event_hold_what_the_setting_says() {
    let failed = |wanted| {
        let mut settings = plain();
        settings.behaviour.failed_event_diagnostics = wanted;
        let mut stage =
            Stage::at_hook(with_hooks(settings, HookEvent::ALL), HookEvent::AfterAllowTestTraffic);
        stage.hook_fails("GET /version answered 500");
        let machine = stage.forward();
        assert_eq!(machine.diagnostics(LifecycleEventName::Install), None, "it went well");
        assert_eq!(machine.diagnostics(LifecycleEventName::AllowTraffic), None, "it was skipped");
        machine.diagnostics(LifecycleEventName::AfterAllowTestTraffic)
    };
    let says = |message: &str| {
        Some(Diagnostics { code: LifecycleErrorCode::ScriptFailed, message: message.to_owned() })
    };
    assert_eq!(failed(FailedEventDiagnostics::None), None);
    assert_eq!(failed(FailedEventDiagnostics::Reason), says("GET /version answered 500"));
    let text =
        "The deployment failed because one or more of the lifecycle event validation functions failed.";
    assert_eq!(failed(FailedEventDiagnostics::ServiceText), says(text));
    assert_eq!(Behaviour::default().failed_event_diagnostics, FailedEventDiagnostics::None);
}

#[test]
fn a_role_that_may_not_invoke_a_hook_is_named() {
    let mut settings = with_hooks(plain(), HookEvent::ALL);
    settings.service_role = Some("arn:aws:iam::111122223333:role/codedeploy".to_owned());
    let mut stage = Stage::at_hook(settings, HookEvent::AfterInstall);
    let execution = stage.running_hook().execution.clone();
    stage.tell(Input::HookNotInvoked { execution, detail: "denied".to_owned() }).unwrap();
    let text = "The IAM role arn:aws:iam::111122223333:role/codedeploy does not give you permission to perform \
                operations in the following AWS service: AWSLambda.";
    assert_eq!(stage.forward().error().unwrap().message, text);
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

#[test]
fn a_behaviour_that_names_what_there_is_not_is_refused_with_what_there_is() {
    let refused = |text: &str| serde_json::from_str::<Behaviour>(text).unwrap_err().to_string();
    let field = refused(r#"{"hooks-in-rollbacks":true}"#);
    assert!(field.starts_with("unknown field `hooks-in-rollbacks`, expected one of `ready-slot`"), "{field}");
    let value = refused(r#"{"hook-timeout-code":"LATE"}"#);
    assert!(value.starts_with("unknown variant `LATE`, expected one of `HOOK_EXECUTION_FAILURE`"), "{value}");
}

#[test]
fn a_behaviour_is_written_as_it_is_read_and_every_default_is_the_documented_one() {
    let text = serde_json::to_string(&Behaviour::default()).unwrap();
    assert_eq!(serde_json::from_str::<Behaviour>(&text).unwrap(), Behaviour::default());
    let written: BTreeMap<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
    let written: Vec<_> = written.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    assert_data_eq!(
        written.join("\n"),
        str![[r#"
alias-update-code: "INVALID_LAMBDA_FUNCTION"
baking-in-termination-wait: false
deletion-timeout-code: "TIMEOUT"
failed-event-diagnostics: "none"
hook-timeout-code: "HOOK_EXECUTION_FAILURE"
hooks-in-rollback: false
install-timeout-code: "TIMEOUT"
lambda-rollback-keeps-config: false
listener-mismatch-code: "ECS_UPDATE_ERROR"
manual-stop-message: "The deployment was stopped on request."
no-revision-message: "There is no previous successful revision to roll back to."
ready-slot: "before-before-allow-traffic"
ready-target-status: "Ready"
ready-timeout-code: "TIMEOUT"
ready-timeout-rolls-back-on: "DEPLOYMENT_FAILURE"
rollback-before-install: false
traffic-timeout-code: "TIMEOUT"
"#]]
    );
}
