//! Answers that come late, twice, or to nobody: they were overtaken and change nothing.

use crate::support::settings::{at, minutes, plain, seconds, with_hooks};
use crate::support::stage::Stage;
use greenlight_core::TaskSetLabel::{Blue, Green};
use greenlight_core::lifecycle::{Action, Input, Settings, Termination};
use greenlight_core::{DeploymentStatus, HookEvent, Percent, Rollback, TrafficRouting};

fn shifted(green: u8) -> Input {
    Input::TrafficShifted { green: Percent::new(green).unwrap() }
}

fn linear() -> Settings {
    let mut settings = plain();
    settings.routing = TrafficRouting::linear(10, 1).unwrap();
    settings
}

#[test]
fn the_answer_to_an_earlier_step_does_not_stand_for_the_step_that_is_under_way() {
    let mut stage = Stage::started(linear());
    stage.wait(seconds(60));
    stage.oversleep(seconds(60));
    stage.tell(Input::Tick).unwrap();
    assert_eq!(stage.traffic(), [(0, 10), (60, 20)]);
    // 30 % is under way; the answers to 10 % and 20 % come once more.
    for late in [10, 20] {
        stage.tell(shifted(late)).unwrap();
        assert_eq!(stage.forward().green_weight().get(), 20, "after a late {late} %");
        assert_eq!(stage.forward().next_deadline(), Some(at(120 + 3600)), "30 % is not answered");
    }
    stage.answer();
    assert_eq!(stage.traffic(), [(0, 10), (60, 20), (120, 30)]);
}

#[test]
fn a_second_answer_changes_nothing() {
    let mut stage = Stage::new(linear());
    stage.tell(Input::Start).unwrap();
    for answer in [Input::TaskSetHealthy, Input::TestTrafficRouted, shifted(10)] {
        stage.outstanding.clear();
        stage.tell(answer.clone()).unwrap();
        let after_once = stage.forward().clone();
        stage.tell(answer.clone()).unwrap();
        assert_eq!(stage.forward(), &after_once, "{answer:?}");
    }
}

#[test]
fn answers_that_nobody_asked_for_change_nothing() {
    let answers = || {
        [
            Input::TaskSetHealthy,
            Input::TaskSetFailed { detail: "late".to_owned() },
            Input::TestTrafficRouted,
            Input::TestTrafficNotRouted { detail: "late".to_owned() },
            Input::TrafficNotShifted { green: Percent::ALL, detail: "late".to_owned() },
            shifted(0),
            shifted(100),
            Input::TaskSetDeleted { task_set: Blue },
            Input::TaskSetDeleted { task_set: Green },
        ]
    };
    let mut waiting = plain();
    waiting.termination = Termination::Terminate(minutes(5));
    let mut ended = Stage::at_hook(with_hooks(plain(), HookEvent::ALL), HookEvent::AfterInstall);
    ended.stop(Rollback::Never).unwrap();
    for mut stage in [
        Stage::new(plain()),
        Stage::at_hook(with_hooks(plain(), HookEvent::ALL), HookEvent::BeforeInstall),
        Stage::at_hook(with_hooks(plain(), HookEvent::ALL), HookEvent::AfterAllowTestTraffic),
        Stage::started(linear()),
        Stage::started(waiting),
        Stage::started(plain()),
        ended,
    ] {
        let before = stage.forward().clone();
        for answer in answers() {
            stage.tell(answer.clone()).unwrap();
            assert_eq!(stage.forward(), &before, "{answer:?}");
        }
    }
}

#[test]
fn a_deployment_does_not_end_by_the_deletion_of_another_task_set() {
    let mut stage = Stage::new(plain());
    stage.tell(Input::Start).unwrap();
    while stage.outstanding.front().is_none_or(|(_, action)| !matches!(action, Action::DeleteTaskSet(_))) {
        stage.answer();
    }
    stage.tell(Input::TaskSetDeleted { task_set: Green }).unwrap();
    assert_eq!(stage.status(), DeploymentStatus::InProgress);
    stage.answer();
    assert_eq!(stage.status(), DeploymentStatus::Succeeded);
}

#[test]
fn a_replacement_that_is_healthy_too_late_does_not_revive_the_deployment() {
    let mut stage = Stage::new(plain());
    stage.tell(Input::Start).unwrap();
    stage.stop(Rollback::Never).unwrap_or_else(|refusal| panic!("{refusal}"));
    let before = stage.forward().clone();
    stage.tell(Input::TaskSetHealthy).unwrap();
    stage.wait(minutes(120));
    assert_eq!(stage.forward(), &before);
}
