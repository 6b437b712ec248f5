//! What the service itself has to do has a deadline too: an hour from the moment at which it was asked for.

use std::time::Duration;

use greenlight_core::lifecycle::{Action, EVENT_TIMEOUT, Input, Settings, Termination};
use greenlight_core::{
    DeploymentStatus, ErrorCode, HookEvent, HookStatus, LifecycleEventName, LifecycleEventStatus, Percent,
    TaskSetLabel, TrafficRouting,
};

use crate::support::settings::{at, minutes, plain, plain_lambda, rolled_back, seconds, with_hooks};
use crate::support::stage::Stage;

const MOMENT: Duration = Duration::from_millis(1);

/// Plays up to an action that nobody answers.
fn unanswered(settings: Settings, action: &Action) -> Stage {
    let mut stage = Stage::new(settings);
    stage.tell(Input::Start).unwrap();
    while stage.outstanding.front().is_none_or(|(_, front)| front != action) {
        assert!(!stage.forward().is_ended(), "{action:?} was never asked for");
        match stage.forward().next_deadline().filter(|_| stage.outstanding.is_empty()) {
            Some(due) => {
                stage.now = due;
                stage.tell(Input::Tick).unwrap();
            }
            None => stage.answer(),
        }
    }
    stage
}

fn failure(stage: &Stage) -> (DeploymentStatus, ErrorCode, &str, Option<&str>) {
    let error = stage.forward().error().unwrap();
    (stage.status(), error.code, &error.message, stage.forward().reason())
}

fn timed_out(what: &str) -> String {
    format!("The deployment timed out while waiting for {what}. This time out period is 60 minutes.")
}

/// Leaves the action unanswered for its hour: a moment before, nothing has happened.
fn let_it_pass(stage: &mut Stage) {
    stage.oversleep(EVENT_TIMEOUT - MOMENT);
    stage.tell(Input::Tick).unwrap();
    assert!(!stage.forward().is_ended());
    stage.oversleep(MOMENT);
    stage.outstanding.clear();
    stage.tick();
}

#[test]
fn test_traffic_that_is_not_routed_within_an_hour_fails_the_deployment() {
    let mut stage = unanswered(plain(), &Action::RouteTestTraffic(TaskSetLabel::Green));
    let_it_pass(&mut stage);
    let text = timed_out("test traffic to be routed to the replacement task set");
    let reason = Some("the test listener was not pointed at green within one hour");
    assert_eq!(failure(&stage), (DeploymentStatus::Failed, ErrorCode::Timeout, text.as_str(), reason));
    let failed = (LifecycleEventName::AllowTestTraffic, LifecycleEventStatus::Failed);
    assert!(stage.events().contains(&failed));
}

#[test]
fn a_step_of_the_shift_that_is_not_done_within_an_hour_fails_the_deployment_and_is_rolled_back() {
    for mut settings in [plain(), plain_lambda()] {
        settings.routing = TrafficRouting::linear(10, 1).unwrap();
        let mut stage = unanswered(rolled_back(settings), &Action::ShiftTraffic(Percent::new(30).unwrap()));
        assert_eq!(stage.forward().next_deadline(), Some(at(120 + 3600)));
        let_it_pass(&mut stage);
        let text = timed_out("production traffic to be shifted");
        let reason = Some("the shift to 30% green was not done within one hour");
        assert_eq!(failure(&stage), (DeploymentStatus::Failed, ErrorCode::Timeout, text.as_str(), reason));
        assert_eq!(stage.rollback().status(), DeploymentStatus::Succeeded);
        assert_eq!(stage.traffic(), [(0, 10), (60, 20), (120 + 3600, 0)]);
    }
}

#[test]
fn an_original_task_set_that_is_not_deleted_within_an_hour_fails_the_deployment_and_nothing_goes_back_to_it()
{
    let mut stage = unanswered(rolled_back(plain()), &Action::DeleteTaskSet(TaskSetLabel::Blue));
    let_it_pass(&mut stage);
    let text = timed_out("the original task set to be deleted");
    let reason = Some("blue was not deleted within one hour");
    assert_eq!(failure(&stage), (DeploymentStatus::Failed, ErrorCode::Timeout, text.as_str(), reason));
    assert_eq!(stage.machines.len(), 1, "it may be half gone");
    assert_eq!(
        stage.forward().rollback().unwrap().message,
        "The original task set is not running any more, so there is nothing to roll back to."
    );
    assert!(stage.events().iter().all(|(_, status)| *status == LifecycleEventStatus::Succeeded));
    assert_eq!(stage.forward().green_weight(), Percent::ALL);
}

#[test]
fn a_rollback_that_is_not_answered_ends_all_the_same() {
    let mut stage =
        Stage::at_hook(rolled_back(with_hooks(plain(), HookEvent::ALL)), HookEvent::AfterAllowTestTraffic);
    stage.report(HookStatus::Failed, None).unwrap();
    stage.outstanding.clear();
    stage.oversleep(EVENT_TIMEOUT);
    stage.tick();
    assert_eq!(stage.rollback().status(), DeploymentStatus::Failed);
    let text = timed_out("test traffic to be routed to the original task set");
    assert_eq!(stage.rollback().error().unwrap().message, text);
}

#[test]
fn the_wait_between_two_steps_is_not_bounded_by_the_hour() {
    let mut settings = plain();
    settings.routing = TrafficRouting::linear(50, 2880).unwrap();
    let mut stage = Stage::started(settings);
    stage.wait(minutes(2880));
    assert_eq!(stage.traffic(), [(0, 50), (2880 * 60, 100)]);
    assert_eq!(stage.status(), DeploymentStatus::Succeeded);
}

#[test]
fn what_a_late_tick_asks_for_can_be_answered_for_an_hour_from_then() {
    let mut settings = plain();
    settings.routing = TrafficRouting::canary(10, 5).unwrap();
    settings.termination = Termination::Terminate(minutes(5));
    let mut stage = Stage::started(settings);
    // The driver was away for a day at the second step, and for another one in the termination wait.
    for _ in 0..2 {
        stage.oversleep(minutes(24 * 60));
        stage.tell(Input::Tick).unwrap();
        assert_eq!(stage.forward().next_deadline(), Some(stage.now + EVENT_TIMEOUT));
        stage.oversleep(seconds(10));
        stage.answer_all();
    }
    assert_eq!(stage.status(), DeploymentStatus::Succeeded);
}

#[test]
fn the_codes_of_these_deadlines_are_settings() {
    let mut settings = plain();
    settings.behaviour.traffic_timeout_code = ErrorCode::EcsUpdateError;
    settings.behaviour.deletion_timeout_code = ErrorCode::InternalError;
    for (action, code) in [
        (Action::RouteTestTraffic(TaskSetLabel::Green), ErrorCode::EcsUpdateError),
        (Action::ShiftTraffic(Percent::ALL), ErrorCode::EcsUpdateError),
        (Action::DeleteTaskSet(TaskSetLabel::Blue), ErrorCode::InternalError),
    ] {
        let mut stage = unanswered(settings.clone(), &action);
        let_it_pass(&mut stage);
        assert_eq!(failure(&stage).1, code, "{action:?}");
    }
}
