//! The rollback: a second deployment, its pair of ids and messages, its steps, and when there can be none.

use crate::support::settings::{
    FORWARD, ROLLBACK, at, hooks, id, minutes, plain, seconds, stop_after, with_hooks, with_rollback,
};
use crate::support::stage::{Stage, exited};
use greenlight_core::TaskSetLabel::{Blue, Green};
use greenlight_core::lifecycle::{Action, EVENT_TIMEOUT, Input, Kind, Termination};
use greenlight_core::{
    AutoRollback, AutoRollbackEvent, DeploymentStatus, ErrorCode, EventKind, HookEvent, LifecycleEventStatus,
    Percent, Rollback, RollbackInfo, TrafficRouting,
};
use snapbox::{assert_data_eq, str};

#[test]
fn a_rollback_plays_out_as_a_second_deployment() {
    let mut stage = Stage::at_hook(
        with_hooks(with_rollback(), &[HookEvent::AfterAllowTraffic]),
        HookEvent::AfterAllowTraffic,
    );
    stage.wait(seconds(7));
    stage.hook_fails("latency: p99 was 812 ms, allowed are 500 ms");
    assert_data_eq!(
        stage.transcript(),
        str![[r#"
   0.000 forward  BeforeInstall Pending InProgress
   0.000 forward  BeforeInstall InProgress Succeeded
   0.000 forward  Install Pending InProgress
   0.000 forward  -> create the task set
   0.000 forward  Install InProgress Succeeded
   0.000 forward  AfterInstall Pending InProgress
   0.000 forward  AfterInstall InProgress Succeeded
   0.000 forward  AllowTestTraffic Pending InProgress
   0.000 forward  -> route test traffic to green
   0.000 forward  AllowTestTraffic InProgress Succeeded
   0.000 forward  AfterAllowTestTraffic Pending InProgress
   0.000 forward  AfterAllowTestTraffic InProgress Succeeded
   0.000 forward  BeforeAllowTraffic Pending InProgress
   0.000 forward  BeforeAllowTraffic InProgress Succeeded
   0.000 forward  AllowTraffic Pending InProgress
   0.000 forward  -> shift 100% of traffic
   0.000 forward  traffic blue 0% green 100%
   0.000 forward  -> make green primary
   0.000 forward  AllowTraffic InProgress Succeeded
   0.000 forward  AfterAllowTraffic Pending InProgress
   0.000 forward  -> invoke validate-AfterAllowTraffic at AfterAllowTraffic
   7.000 forward  AfterAllowTraffic InProgress Failed
   7.000 forward  rollback d-ROLLBACK1: Deployment d-FORWARD01 terminated. Automatic rollback is triggered with a DeploymentId d-ROLLBACK1.
   7.000 forward  ended Failed HOOK_EXECUTION_FAILURE: The deployment failed because one or more of the lifecycle event validation functions failed. (latency: p99 was 812 ms, allowed are 500 ms)
   7.000 forward  -> start d-ROLLBACK1
   7.000 rollback BeforeInstall Pending InProgress
   7.000 rollback BeforeInstall InProgress Succeeded
   7.000 rollback Install Pending InProgress
   7.000 rollback Install InProgress Succeeded
   7.000 rollback AfterInstall Pending InProgress
   7.000 rollback AfterInstall InProgress Succeeded
   7.000 rollback AllowTestTraffic Pending InProgress
   7.000 rollback -> route test traffic to blue
   7.000 rollback AllowTestTraffic InProgress Succeeded
   7.000 rollback AfterAllowTestTraffic Pending InProgress
   7.000 rollback AfterAllowTestTraffic InProgress Succeeded
   7.000 rollback BeforeAllowTraffic Pending InProgress
   7.000 rollback BeforeAllowTraffic InProgress Succeeded
   7.000 rollback AllowTraffic Pending InProgress
   7.000 rollback -> shift 0% of traffic
   7.000 rollback traffic blue 100% green 0%
   7.000 rollback -> make blue primary
   7.000 rollback AllowTraffic InProgress Succeeded
   7.000 rollback AfterAllowTraffic Pending InProgress
   7.000 rollback AfterAllowTraffic InProgress Succeeded
   7.000 rollback -> delete green
   7.000 rollback ended Succeeded

"#]]
    );
}

#[test]
fn the_pair_names_each_other_word_for_word() {
    let mut stage = Stage::at_hook(with_hooks(with_rollback(), HookEvent::ALL), HookEvent::AfterInstall);
    stage.hook_fails("no");
    let text =
        "Deployment d-FORWARD01 terminated. Automatic rollback is triggered with a DeploymentId d-ROLLBACK1.";
    let forward = RollbackInfo {
        rollback_deployment: Some(id(ROLLBACK)),
        triggering_deployment: None,
        message: text.to_owned(),
    };
    let rollback = RollbackInfo {
        rollback_deployment: None,
        triggering_deployment: Some(id(FORWARD)),
        message: "Deployment d-ROLLBACK1 is triggered to roll back deployment d-FORWARD01.".to_owned(),
    };
    assert_eq!(stage.forward().rollback(), Some(&forward));
    assert_eq!(stage.rollback().rollback(), Some(&rollback));
    let told = stage.log.iter().filter_map(|(_, _, output)| match output {
        greenlight_core::lifecycle::Output::Event(_, EventKind::Rollback { id, message }) => {
            Some((id, message))
        }
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), [(&id(ROLLBACK), &forward.message)]);
}

#[test]
fn a_rollback_is_all_at_once_without_hooks_waits_or_a_rollback_of_its_own() {
    let mut settings = with_hooks(with_rollback(), HookEvent::ALL);
    settings.rollback_hooks = hooks(HookEvent::ALL, "-before");
    settings.routing = TrafficRouting::linear(10, 1).unwrap();
    settings.ready = stop_after(minutes(5));
    settings.termination = Termination::Terminate(minutes(5));
    let mut stage = Stage::at_hook(settings, HookEvent::AfterAllowTestTraffic);
    stage.hook_fails("no");
    let settings = stage.rollback().settings();
    assert_eq!(settings.id, id(ROLLBACK));
    assert_eq!(settings.kind, Kind::Rollback { of: id(FORWARD), green: Percent::ZERO });
    assert_eq!(settings.routing, TrafficRouting::AllAtOnce);
    assert_eq!(settings.auto_rollback, AutoRollback::disabled());
    assert_eq!(settings.rollback_id, None);
    assert_eq!(stage.rollback().status(), DeploymentStatus::Succeeded, "it went through at once");
    let events = stage.rollback().lifecycle_events();
    assert_eq!(events.len(), 8);
    assert!(events.iter().all(|event| event.status == LifecycleEventStatus::Succeeded));
}

#[test]
fn a_rollback_creates_no_task_set_and_waits_for_every_answer() {
    let mut stage = Stage::at_hook(with_hooks(with_rollback(), HookEvent::ALL), HookEvent::AfterAllowTraffic);
    stage.report(greenlight_core::HookStatus::Failed, None).unwrap();
    let expected =
        [Action::RouteTestTraffic(Blue), Action::ShiftTraffic(Percent::ZERO), Action::DeleteTaskSet(Green)];
    for action in expected {
        assert_eq!(stage.outstanding, [(1, action)]);
        assert_eq!(stage.rollback().status(), DeploymentStatus::InProgress);
        assert_eq!(stage.rollback().next_deadline(), Some(stage.now + EVENT_TIMEOUT));
        stage.oversleep(seconds(1));
        stage.answer();
    }
    assert_eq!(stage.rollback().times(), (at(0), Some(at(0)), Some(at(3))));
}

#[test]
fn a_rollback_without_a_test_listener_routes_no_test_traffic() {
    let mut settings = with_rollback();
    settings.test_listener = false;
    let mut stage = Stage::at_hook(with_hooks(settings, HookEvent::ALL), HookEvent::AfterAllowTraffic);
    stage.hook_fails("no");
    assert_eq!(stage.rollback().lifecycle_events().len(), 6);
    assert!(!stage.actions().iter().any(|action| matches!(action, Action::RouteTestTraffic(_))));
    assert_eq!(stage.traffic(), [(0, 100), (0, 0)]);
}

#[test]
fn each_cause_is_rolled_back_by_its_own_setting_alone() {
    let causes: [(AutoRollbackEvent, fn() -> Input); 3] = [
        (AutoRollbackEvent::DeploymentFailure, || exited(Green)),
        (AutoRollbackEvent::StopOnAlarm, || Input::AlarmsActive { names: vec!["errors".to_owned()] }),
        (AutoRollbackEvent::StopOnRequest, || Input::Stop(Rollback::AsConfigured)),
    ];
    for (cause, input) in causes {
        for setting in AutoRollbackEvent::ALL {
            let mut settings = with_rollback();
            settings.auto_rollback = AutoRollback::on([*setting]);
            let mut stage = Stage::at_hook(with_hooks(settings, HookEvent::ALL), HookEvent::AfterInstall);
            stage.tell(input()).unwrap();
            assert_eq!(stage.machines.len() == 2, cause == *setting, "{cause} with {setting}");
            assert_eq!(stage.forward().rollback().is_some(), cause == *setting, "{cause} with {setting}");
        }
    }
}

#[test]
fn without_a_previous_revision_there_is_nothing_to_roll_back_to_and_it_says_so() {
    let mut settings = with_rollback();
    settings.rollback_id = None;
    let mut stage = Stage::at_hook(with_hooks(settings, HookEvent::ALL), HookEvent::AfterInstall);
    stage.hook_fails("no");
    assert_eq!(stage.machines.len(), 1);
    let info = stage.forward().rollback().unwrap();
    assert_eq!(info.message, "There is no previous successful revision to roll back to.");
    assert_eq!(info.rollback_deployment, None);
}

#[test]
fn without_the_original_task_set_there_is_nothing_to_roll_back_to_and_it_says_so() {
    // It ends by itself while it still serves.
    let mut stage = Stage::at_hook(with_hooks(with_rollback(), HookEvent::ALL), HookEvent::AfterInstall);
    stage.tell(exited(Blue)).unwrap();
    let text = "The original task set is not running any more, so there is nothing to roll back to.";
    assert_eq!(stage.forward().rollback().unwrap().message, text);
    // It ends once nothing reaches it, and then the hook fails.
    let mut stage = Stage::at_hook(with_hooks(with_rollback(), HookEvent::ALL), HookEvent::AfterAllowTraffic);
    stage.tell(exited(Blue)).unwrap();
    assert_eq!(stage.status(), DeploymentStatus::InProgress);
    stage.hook_fails("no");
    assert_eq!(stage.forward().rollback().unwrap().message, text);
    assert_eq!(stage.machines.len(), 1);
    assert_eq!(stage.forward().green_weight(), Percent::ALL);
}

#[test]
fn a_rollback_whose_task_set_ends_fails_and_leaves_traffic_where_it_is() {
    let mut stage = Stage::at_hook(with_hooks(with_rollback(), HookEvent::ALL), HookEvent::AfterAllowTraffic);
    stage.report(greenlight_core::HookStatus::Failed, None).unwrap();
    stage.tell_rollback(exited(Blue)).unwrap();
    assert_eq!(stage.rollback().status(), DeploymentStatus::Failed);
    assert_eq!(stage.rollback().error().unwrap().code, ErrorCode::EcsUpdateError);
    assert_eq!(stage.rollback().green_weight(), Percent::ALL);
    assert_eq!(stage.machines.len(), 2, "a rollback is not rolled back");
    assert_eq!(stage.rollback().rollback().unwrap().triggering_deployment, Some(id(FORWARD)));
}

#[test]
fn a_rollback_does_not_begin_when_its_task_set_has_ended_before() {
    let mut failed =
        Stage::at_hook(with_hooks(with_rollback(), HookEvent::ALL), HookEvent::AfterAllowTraffic);
    failed.hook_fails("no");
    let mut stage = Stage::new(failed.rollback().settings().clone());
    stage.tell(exited(Blue)).unwrap();
    stage.tell(Input::Start).unwrap();
    assert_eq!(stage.status(), DeploymentStatus::Failed);
    assert!(
        stage.actions().is_empty(),
        "traffic would go to a task set that is not there: {:?}",
        stage.actions()
    );
}

#[test]
fn a_failure_without_rollback_settings_says_nothing_of_a_rollback() {
    let mut stage = Stage::at_hook(with_hooks(plain(), HookEvent::ALL), HookEvent::AfterInstall);
    stage.hook_fails("no");
    assert_eq!(stage.forward().rollback(), None);
    assert_eq!(stage.machines.len(), 1);
}
