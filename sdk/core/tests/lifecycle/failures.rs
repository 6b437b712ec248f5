//! Everything that makes a deployment fail: the service's code and text, what it leaves behind, what it undoes.

use crate::support::settings::{
    at, execution, minutes, plain, seconds, stop_after, with_hooks, with_rollback,
};
use crate::support::stage::{Stage, exited};
use greenlight_core::LifecycleEventStatus::{Failed, Skipped, Succeeded};
use greenlight_core::TaskSetLabel::{Blue, Green};
use greenlight_core::lifecycle::{Action, Input, Refusal, Settings, Termination};
use greenlight_core::{
    DeploymentStatus, ErrorCode, HookEvent, HookStatus, LifecycleEventName, Percent, TrafficRouting,
};

const FUNCTION_FAILED: &str =
    "The deployment failed because one or more of the lifecycle event validation functions failed.";

/// The failure of the forward deployment: status, code, text, and what is known beyond that.
fn failure(stage: &Stage) -> (DeploymentStatus, ErrorCode, &str, Option<&str>) {
    let error = stage.forward().error().unwrap();
    (stage.status(), error.code, &error.message, stage.forward().reason())
}

/// What was asked of the world after the hook at `event` had failed.
fn after_failed_hook(settings: Settings, event: HookEvent) -> (Stage, Vec<Action>) {
    let mut stage = Stage::at_hook(with_hooks(settings, HookEvent::ALL), event);
    let before = stage.actions().len();
    stage.hook_fails("version: GET /version answered 500");
    let after = stage.actions().into_iter().skip(before).cloned().collect();
    (stage, after)
}

#[test]
fn a_failed_hook_fails_the_deployment_with_the_services_text_and_its_own_reason() {
    for event in HookEvent::ALL {
        let (stage, _) = after_failed_hook(plain(), *event);
        let reason = Some("version: GET /version answered 500");
        let expected = (DeploymentStatus::Failed, ErrorCode::HookExecutionFailure, FUNCTION_FAILED, reason);
        assert_eq!(failure(&stage), expected, "{event}");
    }
}

#[test]
fn the_event_of_a_failed_hook_has_failed_and_all_later_ones_are_skipped() {
    for event in HookEvent::ALL {
        let (stage, _) = after_failed_hook(plain(), *event);
        let failed = LifecycleEventName::from(*event);
        for (name, status) in stage.events() {
            let expected = match name.cmp(&failed) {
                std::cmp::Ordering::Less => Succeeded,
                std::cmp::Ordering::Equal => Failed,
                std::cmp::Ordering::Greater => Skipped,
            };
            assert_eq!(status, expected, "{name} after a failure at {event}");
        }
    }
}

#[test]
fn without_rollback_a_failed_hook_leaves_everything_as_it_is() {
    for event in HookEvent::ALL {
        let (stage, after) = after_failed_hook(plain(), *event);
        assert_eq!(after, [], "after a failure at {event}");
        let share = if *event == HookEvent::AfterAllowTraffic { Percent::ALL } else { Percent::ZERO };
        assert_eq!(stage.forward().green_weight(), share, "{event}");
        assert_eq!(stage.forward().rollback(), None, "{event}");
    }
}

#[test]
fn a_failed_hook_before_the_install_is_not_rolled_back_because_nothing_was_changed() {
    let (stage, after) = after_failed_hook(with_rollback(), HookEvent::BeforeInstall);
    assert_eq!(after, []);
    let info = stage.forward().rollback().unwrap();
    assert_eq!(info.rollback_deployment, None);
    assert_eq!(info.message, "Nothing was changed, so there is nothing to roll back.");
}

#[test]
fn with_rollback_a_failed_hook_before_production_traffic_takes_the_test_route_and_green_away() {
    for event in [HookEvent::AfterInstall, HookEvent::AfterAllowTestTraffic, HookEvent::BeforeAllowTraffic] {
        let (stage, after) = after_failed_hook(with_rollback(), event);
        let [Action::StartRollback(_), rest @ ..] = after.as_slice() else { panic!("{event}: {after:?}") };
        let expected = [
            Action::RouteTestTraffic(Blue),
            Action::ShiftTraffic(Percent::ZERO),
            Action::SetPrimary(Blue),
            Action::DeleteTaskSet(Green),
        ];
        assert_eq!(rest, expected, "{event}");
        assert_eq!(stage.rollback().status(), DeploymentStatus::Succeeded, "{event}");
        assert_eq!(stage.traffic(), [], "no production request was to reach green");
    }
}

#[test]
fn with_rollback_a_failed_hook_after_production_traffic_brings_all_of_it_back() {
    let (stage, after) = after_failed_hook(with_rollback(), HookEvent::AfterAllowTraffic);
    assert_eq!(stage.traffic(), [(0, 100), (0, 0)]);
    assert!(after.contains(&Action::SetPrimary(Blue)) && after.contains(&Action::DeleteTaskSet(Green)));
    assert!(
        !stage.actions().contains(&&Action::DeleteTaskSet(Blue)),
        "blue is alive until the termination wait"
    );
    assert_eq!(stage.rollback().green_weight(), Percent::ZERO);
    assert_eq!(stage.forward().green_weight(), Percent::ALL, "what it was when the forward deployment ended");
}

#[test]
fn a_hook_that_failed_by_its_own_report_is_not_cancelled() {
    let (_, after) = after_failed_hook(plain(), HookEvent::AfterInstall);
    assert_eq!(after, []);
    let mut stage = Stage::at_hook(with_hooks(plain(), HookEvent::ALL), HookEvent::AfterInstall);
    let execution = execution(HookEvent::AfterInstall, "");
    stage.tell(Input::HookNotInvoked { execution, detail: "no such function".to_owned() }).unwrap();
    assert!(!stage.actions().iter().any(|action| matches!(action, Action::CancelHook(_))));
}

#[test]
fn a_hook_has_one_hour_to_report_and_not_a_millisecond_more() {
    for event in HookEvent::ALL {
        let settings = with_hooks(plain(), HookEvent::ALL);
        let mut stage = Stage::at_hook(settings.clone(), *event);
        stage.oversleep(minutes(60) - std::time::Duration::from_millis(1));
        stage.tick();
        stage.report(HookStatus::Succeeded, None).unwrap();

        let mut stage = Stage::at_hook(settings, *event);
        stage.oversleep(minutes(60));
        assert_eq!(stage.report(HookStatus::Succeeded, None), Err(Refusal::HookAlreadyCompleted), "{event}");
        stage.tick();
        let text = "The deployment timed out while waiting for a status callback. CodeDeploy expects a status \
                    callback within one hour after a deployment hook is invoked.";
        let reason = format!("the hook function validate-{event} did not report within one hour");
        let expected =
            (DeploymentStatus::Failed, ErrorCode::HookExecutionFailure, text, Some(reason.as_str()));
        assert_eq!(failure(&stage), expected);
        assert_eq!(stage.forward().times().2, Some(at(3600)));
        assert_eq!(*stage.actions().last().unwrap(), &Action::CancelHook(execution(*event, "")));
    }
}

#[test]
fn the_hour_of_a_hook_begins_with_its_own_invocation() {
    let mut stage = Stage::started(with_hooks(plain(), HookEvent::ALL));
    stage.wait(minutes(50));
    stage.report(HookStatus::Succeeded, None).unwrap();
    stage.answer_all();
    stage.wait(minutes(59));
    assert_eq!(stage.status(), DeploymentStatus::InProgress);
    stage.wait(minutes(1));
    assert_eq!(stage.forward().times().2, Some(at(110 * 60)));
}

#[test]
fn a_hook_that_can_not_be_invoked_fails_the_deployment_at_once() {
    let mut stage = Stage::at_hook(with_hooks(plain(), HookEvent::ALL), HookEvent::AfterInstall);
    let execution = execution(HookEvent::AfterInstall, "");
    let detail = "the role may not invoke validate-AfterInstall".to_owned();
    stage.tell(Input::HookNotInvoked { execution, detail: detail.clone() }).unwrap();
    let text = "The service role does not give you permission to perform operations in the following AWS service: \
                AWSLambda, or the function does not exist.";
    let expected = (DeploymentStatus::Failed, ErrorCode::IamRolePermissions, text, Some(detail.as_str()));
    assert_eq!(failure(&stage), expected);
}

#[test]
fn a_report_under_another_id_or_a_second_one_is_refused() {
    let mut stage = Stage::at_hook(with_hooks(plain(), HookEvent::ALL), HookEvent::AfterAllowTestTraffic);
    let report = |stage: &mut Stage, event, suffix| {
        let execution = execution(event, suffix);
        stage.tell(Input::HookReported { execution, status: HookStatus::Failed, reason: None })
    };
    let before = stage.forward().clone();
    let unknown = report(&mut stage, HookEvent::AfterAllowTestTraffic, "-of-another-deployment");
    assert_eq!(unknown, Err(Refusal::UnknownExecution));
    assert_eq!(report(&mut stage, HookEvent::AfterInstall, ""), Err(Refusal::HookAlreadyCompleted));
    assert_eq!(report(&mut stage, HookEvent::AfterAllowTraffic, ""), Err(Refusal::UnknownExecution));
    assert_eq!(stage.forward(), &before);
    assert_eq!(report(&mut stage, HookEvent::AfterAllowTestTraffic, ""), Ok(()));
    assert_eq!(report(&mut stage, HookEvent::AfterAllowTestTraffic, ""), Err(Refusal::HookAlreadyCompleted));
    assert_eq!(report(&mut stage, HookEvent::AfterAllowTraffic, ""), Err(Refusal::UnknownExecution));
}

#[test]
fn a_replacement_that_is_not_healthy_within_an_hour_fails_the_deployment() {
    let text = "The deployment timed out while waiting for the replacement task set to become healthy. \
                This time out period is 60 minutes.";
    let mut stage = Stage::new(plain());
    stage.tell(Input::Start).unwrap();
    stage.oversleep(seconds(3599));
    stage.tell(Input::Tick).unwrap();
    assert_eq!(stage.status(), DeploymentStatus::InProgress);
    stage.oversleep(seconds(1));
    stage.tell(Input::TaskSetHealthy).unwrap();
    assert_eq!(failure(&stage), (DeploymentStatus::Failed, ErrorCode::Timeout, text, None));
    assert_eq!(stage.forward().times().2, Some(at(3600)));
}

#[test]
fn a_replacement_that_does_not_start_fails_the_deployment_with_what_happened() {
    let mut stage = Stage::new(with_rollback());
    stage.tell(Input::Start).unwrap();
    stage.tell(Input::TaskSetFailed { detail: "port 8080 is taken".to_owned() }).unwrap();
    let (status, code, _, reason) = failure(&stage);
    assert_eq!(
        (status, code, reason),
        (DeploymentStatus::Failed, ErrorCode::Timeout, Some("port 8080 is taken"))
    );
    assert_eq!(stage.machines.len(), 2, "what there is of the replacement is taken away");
}

#[test]
fn an_alarm_stops_the_deployment_and_names_every_alarm() {
    let mut stage = Stage::new(plain());
    stage.tell(Input::Start).unwrap();
    let names = vec!["latency-p99".to_owned(), "errors-5xx".to_owned()];
    stage.tell(Input::AlarmsActive { names }).unwrap();
    let text = "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and \
                the affected deployments have been stopped. Activated alarms: latency-p99 errors-5xx";
    assert_eq!(failure(&stage), (DeploymentStatus::Stopped, ErrorCode::AlarmActive, text, None));
    let (_, install) = stage.events()[1];
    assert_eq!(install, Failed, "the event in flight has failed");
}

#[test]
fn an_alarm_in_the_middle_of_a_shift_brings_all_traffic_back() {
    let mut settings = with_rollback();
    settings.routing = TrafficRouting::linear(10, 1).unwrap();
    let mut stage = Stage::started(settings);
    stage.wait(seconds(150));
    stage.tell(Input::AlarmsActive { names: vec!["errors-5xx".to_owned()] }).unwrap();
    stage.answer_all();
    assert_eq!(stage.traffic(), [(0, 10), (60, 20), (120, 30), (150, 0)]);
    assert_eq!(stage.rollback().status(), DeploymentStatus::Succeeded);
    stage.wait(minutes(60));
    assert_eq!(stage.traffic().len(), 4, "nothing is shifted once the deployment has ended");
}

#[test]
fn an_alarm_does_not_touch_a_rollback_or_a_deployment_that_deletes_or_has_ended() {
    let alarm = || Input::AlarmsActive { names: vec!["errors-5xx".to_owned()] };
    let mut stage = Stage::at_hook(with_hooks(with_rollback(), HookEvent::ALL), HookEvent::AfterAllowTraffic);
    stage.report(HookStatus::Failed, None).unwrap();
    let before = stage.machines.clone();
    stage.tell(alarm()).unwrap();
    stage.tell_rollback(alarm()).unwrap();
    assert_eq!(stage.machines, before);

    let mut stage = Stage::new(plain());
    stage.tell(Input::Start).unwrap();
    while stage.outstanding.front().is_none_or(|(_, action)| !matches!(action, Action::DeleteTaskSet(_))) {
        stage.answer();
    }
    let before = stage.machines.clone();
    stage.tell(alarm()).unwrap();
    assert_eq!(stage.machines, before);
}

#[test]
fn a_task_set_that_requests_may_reach_must_not_end_by_itself() {
    let text = "The deployment failed because a task set of the service is not running any more.";
    let mut gradual = plain();
    gradual.routing = TrafficRouting::canary(50, 5).unwrap();
    let mut ready = plain();
    ready.ready = stop_after(minutes(5));
    let mut waiting = plain();
    waiting.termination = Termination::Terminate(minutes(5));
    let hook = with_hooks(plain(), &[HookEvent::AfterInstall]);
    for (settings, which) in [
        (gradual.clone(), Green),
        (gradual, Blue),
        (ready.clone(), Green),
        (ready, Blue),
        (hook.clone(), Green),
        (hook, Blue),
        (waiting, Green),
    ] {
        let mut stage = Stage::started(settings.clone());
        stage.tell(exited(which)).unwrap();
        let reason = format!("the {} process ended with status 1", which);
        let expected = (DeploymentStatus::Failed, ErrorCode::EcsUpdateError, text, Some(reason.as_str()));
        assert_eq!(failure(&stage), expected, "{which} with {settings:?}");
    }
}

#[test]
fn a_task_set_that_no_request_reaches_any_more_may_end() {
    let mut settings = plain();
    settings.termination = Termination::Terminate(minutes(5));
    let mut stage = Stage::started(settings);
    stage.tell(exited(Blue)).unwrap();
    stage.wait(minutes(5));
    assert_eq!(stage.status(), DeploymentStatus::Succeeded);

    let mut stage = Stage::at_hook(with_hooks(with_rollback(), HookEvent::ALL), HookEvent::AfterAllowTraffic);
    stage.report(HookStatus::Failed, None).unwrap();
    stage.tell_rollback(exited(Green)).unwrap();
    stage.answer_all();
    assert_eq!(stage.rollback().status(), DeploymentStatus::Succeeded);
}
