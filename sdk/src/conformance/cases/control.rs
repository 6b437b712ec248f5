//! Continuing and stopping.

use futures_util::FutureExt as _;
use greenlight_core::error::ControlError;
use greenlight_core::{
    AutoRollbackEvent, DeploymentId, DeploymentStatus, Rollback, StopOutcome, Verdict, WaitKind,
};

use super::{Case, Section};
use crate::conformance::Scenario;
use crate::conformance::failure::{Checked, check, seen};
use crate::conformance::play::{Play, chain};

async fn proceed(play: &Play, id: &DeploymentId, wait: WaitKind) -> Checked<Result<(), ControlError>> {
    play.soon("answer to a continue", play.pipeline().proceed(id, wait)).await
}

async fn stop(play: &Play, id: &DeploymentId, wish: Rollback) -> Checked<StopOutcome> {
    let answer = play.soon("answer to a stop", play.pipeline().stop(id, wish)).await?;
    answer.or_else(|error| seen(format!("a stop of a deployment under way was refused: {}", chain(&error))))
}

pub(super) fn a_ready_deployment_goes_on_when_it_is_continued() -> Case {
    let promise = "a deployment that waits to be continued goes on when it is";
    Case::new(promise, Section::Proceed, Scenario::ready(), |play| {
        async move {
            let id = play.start().await?;
            play.until(&id, "ready", |it| it.status == DeploymentStatus::Ready).await?;
            if let Err(error) = proceed(play, &id, WaitKind::Ready).await? {
                return seen(format!("it was ready, and the answer was: {}", chain(&error)));
            }
            let outcome = play.follow(&id).await?.outcome;
            check(outcome.outcome == Verdict::Succeeded, || {
                format!("it was continued, and the outcome is: {outcome}")
            })
        }
        .boxed()
    })
}

pub(super) fn the_termination_wait_can_be_ended() -> Case {
    let promise = "the wait before the original task set is deleted ends when it is continued";
    Case::new(promise, Section::Proceed, Scenario::termination(), |play| {
        async move {
            let id = play.start().await?;
            play.until(&id, "waiting for its termination", |it| it.termination_wait_started).await?;
            if let Err(error) = proceed(play, &id, WaitKind::Termination).await? {
                return seen(format!("it was in its wait, and the answer was: {}", chain(&error)));
            }
            let outcome = play.follow(&id).await?.outcome;
            check(outcome.outcome == Verdict::Succeeded, || {
                format!("it was continued, and the outcome is: {outcome}")
            })
        }
        .boxed()
    })
}

pub(super) fn a_deployment_that_does_not_wait_cannot_be_continued() -> Case {
    let promise =
        "a deployment that is not in a wait cannot be continued, and the refusal names deployment and wait";
    Case::new(promise, Section::Proceed, Scenario::held(), |play| {
        async move {
            let id = play.start().await?;
            let hook = play.hook_called().await?;
            for wait in [WaitKind::Ready, WaitKind::Termination] {
                match proceed(play, &id, wait).await? {
                    Err(ControlError::NotWaiting { id: named, wait: other, .. })
                        if named == id && wait == other => {}
                    other => return seen(format!("while its hook ran, {wait} was answered with {other:?}")),
                }
            }
            play.let_go_on(&hook).await
        }
        .boxed()
    })
}

pub(super) fn what_has_ended_cannot_be_continued() -> Case {
    let promise = "a deployment that has ended cannot be continued, and the refusal says how it ended";
    Case::new(promise, Section::Proceed, Scenario::plain(), |play| {
        async move {
            let (id, _) = play.play().await?;
            for wait in [WaitKind::Ready, WaitKind::Termination] {
                match proceed(play, &id, wait).await? {
                    Err(ControlError::AlreadyCompleted { status: DeploymentStatus::Succeeded, .. }) => {}
                    other => {
                        return seen(format!("it had succeeded, and {wait} was answered with {other:?}"));
                    }
                }
            }
            Ok(())
        }
        .boxed()
    })
}

pub(super) fn what_has_ended_cannot_be_stopped() -> Case {
    let promise = "a deployment that has ended cannot be stopped, and the refusal says how it ended";
    Case::new(promise, Section::Stop, Scenario::plain(), |play| {
        async move {
            let (id, _) = play.play().await?;
            for wish in [Rollback::AsConfigured, Rollback::Always, Rollback::Never] {
                match play.soon("answer to a stop", play.pipeline().stop(&id, wish)).await? {
                    Err(ControlError::AlreadyCompleted { status: DeploymentStatus::Succeeded, .. }) => {}
                    other => return seen(format!("it had succeeded, and the answer was {other:?}")),
                }
            }
            Ok(())
        }
        .boxed()
    })
}

/// A stop of a deployment whose hook runs: how it ended.
async fn stopped(play: &Play, wish: Rollback) -> Checked<(StopOutcome, greenlight_core::Outcome)> {
    let id = play.start().await?;
    play.hook_called().await?;
    let answer = stop(play, &id, wish).await?;
    Ok((answer, play.follow(&id).await?.outcome))
}

pub(super) fn a_stop_with_rollback_rolls_back() -> Case {
    let promise = "a stop with rollback rolls back, whatever the settings say";
    Case::new(promise, Section::Stop, Scenario::held(), |play| {
        async move {
            let (_, outcome) = stopped(play, Rollback::Always).await?;
            check(outcome.rolled_back, || {
                format!("with `Always` and no rollback configured, the outcome is: {outcome}")
            })
        }
        .boxed()
    })
}

pub(super) fn a_stop_without_rollback_leaves_everything() -> Case {
    let promise = "a stop without rollback does not roll back, whatever the settings say";
    let scenario = Scenario::held().rolled_back_on(AutoRollbackEvent::ALL);
    Case::new(promise, Section::Stop, scenario, |play| {
        async move {
            let (_, outcome) = stopped(play, Rollback::Never).await?;
            check(outcome.rollback.is_none(), || {
                format!("with `Never` and rollback configured, the outcome is: {outcome}")
            })
        }
        .boxed()
    })
}

pub(super) fn a_stop_as_configured_does_what_is_configured() -> Case {
    let promise = "a stop as configured rolls back when the settings say so about a stop";
    let scenario = Scenario::held().rolled_back_on(&[AutoRollbackEvent::StopOnRequest]);
    Case::new(promise, Section::Stop, scenario, |play| {
        async move {
            let (_, outcome) = stopped(play, Rollback::AsConfigured).await?;
            check(outcome.rolled_back, || {
                format!("with rollback configured for a stop, the outcome is: {outcome}")
            })
        }
        .boxed()
    })
}

pub(super) fn a_stop_says_whether_it_rolls_back() -> Case {
    let promise = "the answer to a stop that is done says whether a rollback was started";
    Case::new(promise, Section::Stop, Scenario::held(), |play| {
        async move {
            let (answer, outcome) = stopped(play, Rollback::Always).await?;
            // One that is still under way need not know.
            let StopOutcome::Stopped { rolling_back } = answer else { return Ok(()) };
            check(rolling_back == outcome.rollback.is_some(), || {
                format!("the answer was {answer:?}, and the outcome is: {outcome}")
            })
        }
        .boxed()
    })
}

pub(super) fn what_was_stopped_has_not_failed() -> Case {
    let promise = "a deployment that an operator stopped has been stopped, not failed, for a reason";
    Case::new(promise, Section::Outcome, Scenario::held(), |play| {
        async move {
            let (_, outcome) = stopped(play, Rollback::Never).await?;
            check(outcome.outcome == Verdict::Stopped && outcome.reason.is_some(), || {
                format!("the outcome is {outcome:?}")
            })
        }
        .boxed()
    })
}
