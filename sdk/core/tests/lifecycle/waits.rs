//! The two waits of a deployment: before production traffic, and before the original task set is deleted.

use crate::support::settings::{at, minutes, plain, seconds, stop_after, with_hooks};
use crate::support::stage::Stage;
use greenlight_core::lifecycle::{Action, Input, ReadyAction, ReadyWait, Refusal, Settings, Termination};
use greenlight_core::{
    DeploymentStatus, ErrorCode, HookEvent, HookStatus, LifecycleEventName, LifecycleEventStatus,
    TaskSetLabel, WaitKind,
};
use snapbox::{assert_data_eq, str};

fn ready_after(wait: std::time::Duration) -> Settings {
    let mut settings = plain();
    settings.ready = stop_after(wait);
    settings
}

#[test]
fn a_ready_wait_begins_once_test_traffic_is_routed_and_before_the_event_of_production_traffic() {
    let mut settings = with_hooks(ready_after(minutes(30)), &[HookEvent::AfterAllowTestTraffic]);
    settings.termination = Termination::KeepAlive;
    let mut stage = Stage::started(settings);
    assert_eq!(stage.status(), DeploymentStatus::InProgress);
    stage.report(HookStatus::Succeeded, None).unwrap();
    assert_eq!(stage.status(), DeploymentStatus::Ready);
    assert_eq!(stage.forward().next_deadline(), Some(at(30 * 60)));
    let status_of = |name| stage.events().into_iter().find(|(it, _)| *it == name).map(|(_, status)| status);
    assert_eq!(status_of(LifecycleEventName::AfterAllowTestTraffic), Some(LifecycleEventStatus::Succeeded));
    assert_eq!(status_of(LifecycleEventName::BeforeAllowTraffic), Some(LifecycleEventStatus::Pending));
}

#[test]
fn a_ready_wait_that_is_continued_goes_on_and_does_not_come_again() {
    let mut stage = Stage::started(ready_after(minutes(30)));
    stage.wait(minutes(29));
    stage.tell(Input::Continue(WaitKind::Ready)).unwrap();
    assert_eq!(stage.status(), DeploymentStatus::InProgress);
    stage.answer_all();
    assert_eq!(stage.status(), DeploymentStatus::Succeeded);
    assert_eq!(stage.forward().times().2, Some(at(29 * 60)));
}

#[test]
fn a_ready_wait_that_runs_out_stops_the_deployment_and_says_how_long_it_was() {
    for (minutes_given, said) in [(1, "1"), (60, "60"), (7200, "7200")] {
        let mut stage = Stage::started(ready_after(minutes(minutes_given)));
        stage.wait(minutes(minutes_given) - seconds(1));
        assert_eq!(stage.status(), DeploymentStatus::Ready);
        stage.wait(seconds(1));
        assert_eq!(stage.status(), DeploymentStatus::Stopped);
        let error = stage.forward().error().unwrap();
        assert_eq!(error.code, ErrorCode::Timeout);
        assert_eq!(
            error.message,
            format!(
                "The deployment timed out while waiting for a notification to continue. \
                 This time out period is {said} minutes."
            ),
        );
    }
}

#[test]
fn events_after_a_ready_wait_that_ran_out_are_skipped_and_none_has_failed() {
    let mut stage = Stage::started(ready_after(minutes(5)));
    stage.wait(minutes(5));
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
   0.000 forward  ready until 300
 300.000 forward  BeforeAllowTraffic Pending Skipped
 300.000 forward  AllowTraffic Pending Skipped
 300.000 forward  AfterAllowTraffic Pending Skipped
 300.000 forward  ended Stopped TIMEOUT: The deployment timed out while waiting for a notification to continue. This time out period is 5 minutes.

"#]]
    );
}

#[test]
fn a_ready_wait_that_ran_out_can_not_be_continued_even_before_anybody_ticked() {
    let mut stage = Stage::started(ready_after(minutes(5)));
    stage.oversleep(minutes(5));
    let refusal = stage.tell(Input::Continue(WaitKind::Ready)).unwrap_err();
    assert_eq!(refusal, Refusal::AlreadyCompleted(DeploymentStatus::Stopped));
    stage.tick();
    assert_eq!(stage.status(), DeploymentStatus::Stopped);
    assert_eq!(stage.forward().times().2, Some(at(300)), "it ended when the wait ran out");
}

#[test]
fn there_is_no_ready_wait_when_the_action_is_to_continue_or_the_wait_is_zero() {
    let go_on = ReadyWait { action: ReadyAction::ContinueDeployment, wait: minutes(30) };
    for ready in [go_on, stop_after(seconds(0)), ReadyWait::default()] {
        let mut settings = plain();
        settings.ready = ready;
        assert_eq!(Stage::started(settings).status(), DeploymentStatus::Succeeded, "{ready:?}");
    }
}

#[test]
fn a_wait_that_the_deployment_is_not_in_can_not_be_ended() {
    let mut settings = with_hooks(ready_after(minutes(30)), &[HookEvent::AfterInstall]);
    settings.termination = Termination::Terminate(minutes(5));
    let mut stage = Stage::started(settings);
    let refused = |stage: &mut Stage, wait, status| {
        let before = stage.forward().clone();
        assert_eq!(stage.tell(Input::Continue(wait)), Err(Refusal::NotWaiting { status, wait }));
        assert_eq!(stage.forward(), &before);
    };
    refused(&mut stage, WaitKind::Ready, DeploymentStatus::InProgress);
    refused(&mut stage, WaitKind::Termination, DeploymentStatus::InProgress);
    stage.report(HookStatus::Succeeded, None).unwrap();
    stage.answer_all();
    refused(&mut stage, WaitKind::Termination, DeploymentStatus::Ready);
    stage.tell(Input::Continue(WaitKind::Ready)).unwrap();
    stage.answer_all();
    assert!(stage.forward().termination_wait_started());
    refused(&mut stage, WaitKind::Ready, DeploymentStatus::InProgress);
    stage.tell(Input::Continue(WaitKind::Termination)).unwrap();
    refused(&mut stage, WaitKind::Termination, DeploymentStatus::InProgress);
    stage.answer_all();
    for wait in [WaitKind::Ready, WaitKind::Termination] {
        let refusal = stage.tell(Input::Continue(wait)).unwrap_err();
        assert_eq!(refusal, Refusal::AlreadyCompleted(DeploymentStatus::Succeeded));
    }
}

#[test]
fn a_deployment_is_in_progress_until_the_original_task_set_is_deleted() {
    let mut settings = plain();
    settings.termination = Termination::Terminate(minutes(5));
    let mut stage = Stage::new(settings);
    stage.tell(Input::Start).unwrap();
    stage.answer_all();
    stage.wait(seconds(299));
    assert_eq!(stage.status(), DeploymentStatus::InProgress);
    assert!(stage.events().iter().all(|(_, status)| *status == LifecycleEventStatus::Succeeded));
    assert!(stage.forward().termination_wait_started());
    stage.oversleep(seconds(1));
    stage.tell(Input::Tick).unwrap();
    assert_eq!(stage.outstanding, [(0, Action::DeleteTaskSet(TaskSetLabel::Blue))]);
    assert_eq!(stage.status(), DeploymentStatus::InProgress);
    stage.oversleep(seconds(12));
    stage.answer();
    assert_eq!(stage.status(), DeploymentStatus::Succeeded);
    assert_eq!(stage.forward().times().2, Some(at(312)));
}

#[test]
fn a_termination_wait_can_be_ended_early() {
    let mut settings = plain();
    settings.termination = Termination::Terminate(minutes(2880));
    let mut stage = Stage::started(settings);
    stage.wait(minutes(1));
    stage.tell(Input::Continue(WaitKind::Termination)).unwrap();
    assert_eq!(stage.outstanding, [(0, Action::DeleteTaskSet(TaskSetLabel::Blue))]);
    stage.answer();
    assert_eq!(stage.status(), DeploymentStatus::Succeeded);
    assert_eq!(stage.forward().times().2, Some(at(60)));
}

#[test]
fn an_original_task_set_that_is_kept_is_neither_waited_for_nor_deleted() {
    let mut settings = plain();
    settings.termination = Termination::KeepAlive;
    let stage = Stage::started(settings);
    assert_eq!(stage.status(), DeploymentStatus::Succeeded);
    assert!(!stage.forward().termination_wait_started());
    assert!(!stage.actions().iter().any(|action| matches!(action, Action::DeleteTaskSet(_))));
}

#[test]
fn a_termination_wait_of_nothing_has_begun_when_the_deployment_is_over() {
    let stage = Stage::started(plain());
    assert_eq!(stage.status(), DeploymentStatus::Succeeded);
    assert!(stage.forward().termination_wait_started());
}
