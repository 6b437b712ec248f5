//! Stopping a deployment: in every phase, with each wish about the rollback.

use crate::support::settings::{execution, minutes, plain, stop_after, with_hooks, with_rollback};
use crate::support::stage::Stage;
use greenlight_core::LifecycleEventStatus::{Failed, InProgress, Pending, Skipped};
use greenlight_core::TaskSetLabel::Blue;
use greenlight_core::lifecycle::{Action, Input, Refusal, Settings, Termination};
use greenlight_core::{
    AutoRollback, AutoRollbackEvent, DeploymentStatus, ErrorCode, HookEvent, HookStatus, Rollback,
    TrafficRouting, WaitKind,
};

/// One place in a deployment at which it can be stopped.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Point {
    Created,
    BeforeInstall,
    Install,
    AfterInstall,
    AllowTestTraffic,
    AfterAllowTestTraffic,
    Ready,
    FirstShare,
    BetweenShares,
    AfterAllowTraffic,
    TerminationWait,
}

const POINTS: [Point; 11] = [
    Point::Created,
    Point::BeforeInstall,
    Point::Install,
    Point::AfterInstall,
    Point::AllowTestTraffic,
    Point::AfterAllowTestTraffic,
    Point::Ready,
    Point::FirstShare,
    Point::BetweenShares,
    Point::AfterAllowTraffic,
    Point::TerminationWait,
];

/// A deployment with every hook and wait that has come as far as `point`.
fn stage_at(point: Point, settings: Settings) -> Stage {
    let mut settings = with_hooks(settings, HookEvent::ALL);
    settings.ready = stop_after(minutes(30));
    settings.termination = Termination::Terminate(minutes(5));
    settings.routing = TrafficRouting::canary(10, 5).unwrap();
    let mut stage = Stage::new(settings);
    let mut passed = POINTS.iter().take_while(|it| **it != point).count();
    while passed > 0 {
        passed -= 1;
        advance(&mut stage);
    }
    stage
}

/// Goes on to the next point.
fn advance(stage: &mut Stage) {
    match stage.forward().status() {
        DeploymentStatus::Created => stage.tell(Input::Start).unwrap(),
        DeploymentStatus::Ready => {
            stage.tell(Input::Continue(WaitKind::Ready)).unwrap();
            assert_eq!(stage.running_hook().event, HookEvent::BeforeAllowTraffic);
            stage.report(HookStatus::Succeeded, None).unwrap();
        }
        _ if !stage.outstanding.is_empty() => stage.answer(),
        _ if stage.report(HookStatus::Succeeded, None).is_ok() => {}
        _ => stage.wait(minutes(5)),
    }
}

#[test]
fn every_point_is_where_its_name_says() {
    let event_in_progress = |stage: &Stage| {
        let current = stage.events().into_iter().find(|(_, status)| *status == InProgress);
        current.map(|(name, _)| name.to_string())
    };
    for point in POINTS {
        let stage = stage_at(point, plain());
        let expected = match point {
            Point::Created | Point::Ready | Point::TerminationWait => None,
            Point::FirstShare | Point::BetweenShares => Some("AllowTraffic".to_owned()),
            other => Some(format!("{other:?}")),
        };
        assert_eq!(event_in_progress(&stage), expected, "{point:?}");
        let green = stage.forward().green_weight().get();
        let expected = match point {
            Point::AfterAllowTraffic | Point::TerminationWait => 100,
            Point::BetweenShares => 10,
            _ => 0,
        };
        assert_eq!(green, expected, "{point:?}");
    }
}

#[test]
fn a_stop_ends_the_deployment_in_every_phase_and_fails_the_event_in_flight() {
    for point in POINTS {
        let mut stage = stage_at(point, plain());
        let before = stage.events();
        stage.stop(Rollback::AsConfigured).unwrap();
        assert_eq!(stage.status(), DeploymentStatus::Stopped, "{point:?}");
        let error = stage.forward().error().unwrap();
        assert_eq!(error.code, ErrorCode::ManualStop);
        assert_eq!(error.message, "The deployment was stopped on request.");
        for ((name, before), (_, after)) in before.into_iter().zip(stage.events()) {
            let expected = match before {
                InProgress => Failed,
                Pending => Skipped,
                done => done,
            };
            assert_eq!(after, expected, "{name} when stopped at {point:?}");
        }
    }
}

#[test]
fn a_stop_rolls_back_when_the_settings_or_the_operator_say_so_and_there_is_something_to_undo() {
    let on_stop = AutoRollback::on([AutoRollbackEvent::StopOnRequest]);
    let on_others = AutoRollback::on([AutoRollbackEvent::DeploymentFailure, AutoRollbackEvent::StopOnAlarm]);
    for point in POINTS {
        for (wish, auto_rollback, wanted) in [
            (Rollback::AsConfigured, &on_stop, true),
            (Rollback::AsConfigured, &on_others, false),
            (Rollback::Always, &on_others, true),
            (Rollback::Always, &on_stop, true),
            (Rollback::Never, &on_stop, false),
            (Rollback::Never, &on_others, false),
        ] {
            let mut settings = with_rollback();
            settings.auto_rollback = auto_rollback.clone();
            let mut stage = stage_at(point, settings);
            stage.stop(wish).unwrap();
            let changed = !matches!(point, Point::Created | Point::BeforeInstall);
            let case = format!("{wish:?} at {point:?} with {auto_rollback:?}");
            assert_eq!(stage.machines.len(), if wanted && changed { 2 } else { 1 }, "{case}");
            assert_eq!(stage.forward().rollback().is_some(), wanted, "{case}");
            if wanted && changed {
                assert_eq!(stage.rollback().status(), DeploymentStatus::Succeeded, "{case}");
                assert_eq!(stage.rollback().green_weight().get(), 0, "{case}");
            }
        }
    }
}

#[test]
fn a_stop_without_rollback_leaves_traffic_half_way() {
    let mut stage = stage_at(Point::BetweenShares, with_rollback());
    let asked = stage.actions().len();
    stage.stop(Rollback::Never).unwrap();
    assert_eq!(stage.forward().green_weight().get(), 10);
    stage.wait(minutes(60));
    assert_eq!(stage.actions().len(), asked, "nothing more was asked for");
}

#[test]
fn a_stop_while_a_hook_runs_cancels_it() {
    let mut stage = stage_at(Point::AfterInstall, plain());
    stage.stop(Rollback::AsConfigured).unwrap();
    let cancelled = Action::CancelHook(execution(HookEvent::AfterInstall, ""));
    assert_eq!(stage.actions().last(), Some(&&cancelled));
    assert_eq!(stage.report(HookStatus::Succeeded, None), Err(Refusal::HookAlreadyCompleted));
}

#[test]
fn a_deployment_that_has_ended_can_not_be_stopped() {
    let mut stage = Stage::started(plain());
    let refusal = stage.stop(Rollback::Always).unwrap_err();
    assert_eq!(refusal, Refusal::AlreadyCompleted(DeploymentStatus::Succeeded));
    let mut stage = stage_at(Point::Install, with_rollback());
    stage.stop(Rollback::AsConfigured).unwrap();
    assert_eq!(stage.stop(Rollback::Always), Err(Refusal::AlreadyCompleted(DeploymentStatus::Stopped)));
    assert_eq!(stage.machines.len(), 2, "a second stop starts no second rollback");
}

#[test]
fn a_deployment_that_deletes_the_original_task_set_can_not_be_stopped_any_more() {
    let mut stage = stage_at(Point::TerminationWait, with_rollback());
    stage.tell(Input::Continue(WaitKind::Termination)).unwrap();
    assert_eq!(stage.outstanding, [(0, Action::DeleteTaskSet(Blue))]);
    let refusal = stage.tell(Input::Stop(Rollback::Always)).unwrap_err();
    assert_eq!(refusal, Refusal::AlreadyCompleted(DeploymentStatus::InProgress));
    assert_eq!(
        refusal.to_string(),
        "the deployment is InProgress and past the point at which it can be stopped; wait for its end",
    );
    stage.answer();
    assert_eq!(stage.status(), DeploymentStatus::Succeeded);
}

#[test]
fn a_rollback_can_be_stopped_and_is_not_rolled_back_itself() {
    for wish in [Rollback::AsConfigured, Rollback::Always, Rollback::Never] {
        let mut stage = stage_at(Point::AfterAllowTraffic, with_rollback());
        stage.tell(Input::Stop(Rollback::AsConfigured)).unwrap();
        stage.tell_rollback(Input::Stop(wish)).unwrap();
        assert_eq!(stage.rollback().status(), DeploymentStatus::Stopped);
        assert_eq!(stage.machines.len(), 2);
        assert_eq!(stage.rollback().green_weight().get(), 100, "nothing had been brought back yet");
    }
}
