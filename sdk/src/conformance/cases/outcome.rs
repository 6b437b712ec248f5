//! How it ended, rollback included.

use futures_util::FutureExt as _;
use greenlight_core::{
    AutoRollbackEvent, DeploymentCreator, DeploymentStatus, EventKind, TaskSetLabel, Verdict,
};

use super::{Case, Section};
use crate::conformance::failure::{check, seen};
use crate::conformance::{Ability, FAILURE, Scenario};

fn rolled_back() -> Scenario {
    Scenario::fails().rolled_back_on(&[AutoRollbackEvent::DeploymentFailure])
}

pub(super) fn a_success_has_no_reason_and_no_rollback() -> Case {
    let promise = "the outcome of a deployment that succeeded has neither a rollback nor a reason";
    Case::new(promise, Section::Outcome, Scenario::plain(), |play| {
        async move {
            let outcome = play.play().await?.1.outcome;
            let plain = outcome.outcome == Verdict::Succeeded
                && !outcome.rolled_back
                && outcome.rollback.is_none()
                && outcome.reason.is_none();
            check(plain, || format!("the outcome is {outcome:?}"))
        }
        .boxed()
    })
}

pub(super) fn a_rollback_is_followed_to_its_end() -> Case {
    let promise = "a watch follows a deployment that failed through its rollback to the end of both";
    Case::new(promise, Section::Watch, rolled_back(), |play| {
        async move {
            let (id, followed) = play.play().await?;
            let outcome = followed.outcome;
            check(outcome.outcome == Verdict::Failed && outcome.rolled_back, || {
                format!("deployment {id} has the outcome: {outcome}")
            })?;
            let Some(rollback) = outcome.rollback else {
                return seen("the outcome says that it was rolled back, and names no rollback");
            };
            let ids: Vec<_> = followed.events.iter().map(|event| &event.deployment).collect();
            let forward = ids.iter().take_while(|other| **other == &id).count();
            let back = ids.iter().skip(forward).take_while(|other| **other == &rollback).count();
            check(forward > 0 && back > 0 && forward + back + 1 == ids.len(), || {
                format!(
                    "{forward} events of the deployment are followed by {back} of its rollback, of {}",
                    ids.len()
                )
            })?;
            let described = play.describe(&rollback).await?;
            check(described.status.is_terminal(), || {
                format!("the watch has ended, and the rollback is {}", described.status)
            })
        }
        .boxed()
    })
}

pub(super) fn a_deployment_and_its_rollback_know_each_other() -> Case {
    let promise = "a deployment and its rollback name each other, in their descriptions and their events";
    Case::new(promise, Section::Describe, rolled_back(), |play| {
        async move {
            let (id, followed) = play.play().await?;
            let Some(rollback) = followed.outcome.rollback else { return seen("there is no rollback") };
            let it = play.describe(&rollback).await?;
            let names = it.rollback.as_ref().and_then(|info| info.triggering_deployment.as_ref());
            check(names == Some(&id) && it.creator == DeploymentCreator::CodeDeployRollback, || {
                format!("the rollback of {id} was created by {} and rolls back {names:?}", it.creator)
            })?;
            let started = followed.events.iter().find_map(|event| match &event.kind {
                EventKind::Started { rolls_back, .. } if event.deployment == rollback => rolls_back.clone(),
                _ => None,
            });
            check(started.as_ref() == Some(&id), || {
                format!("the first event of the rollback of {id} says that it rolls back {started:?}")
            })?;
            let told = followed.events.iter().any(|event| {
                event.deployment == id
                    && matches!(&event.kind, EventKind::Rollback { id, .. } if *id == rollback)
            });
            check(told, || format!("no event of {id} tells that {rollback} rolls it back"))
        }
        .boxed()
    })
}

pub(super) fn the_outcome_names_the_task_set_that_serves() -> Case {
    let promise = "the outcome names the task set that serves production now";
    Case::new(promise, Section::Outcome, Scenario::fails(), |play| {
        async move {
            let (_, followed) = play.play().await?;
            let serving = followed.outcome.serving;
            check(serving == TaskSetLabel::Blue, || {
                format!("it failed before traffic was shifted, and {serving} is said to serve")
            })
        }
        .boxed()
    })
}

pub(super) fn a_failed_hooks_own_reason_is_kept() -> Case {
    let promise = "the reason of a deployment that failed is the hook's own";
    let case = Case::new(promise, Section::Outcome, Scenario::fails(), |play| {
        async move {
            let outcome = play.play().await?.1.outcome;
            let kept = outcome.reason.as_ref().is_some_and(|reason| reason.contains(FAILURE));
            check(kept, || format!("the hook said `{FAILURE}`, and the reason is {:?}", outcome.reason))
        }
        .boxed()
    });
    case.needs(Ability::HookReasons)
}

pub(super) fn an_alarm_stops_a_deployment() -> Case {
    let promise = "a deployment that an alarm stops has been stopped, not failed, for a reason";
    let case = Case::new(promise, Section::Outcome, Scenario::held().with_alarm(), |play| {
        async move {
            let id = play.start().await?;
            play.hook_called().await?;
            play.stage().set_off_alarm().await.map_err(super::Trouble::Stage)?;
            let outcome = play.follow(&id).await?.outcome;
            check(outcome.outcome == Verdict::Stopped && outcome.reason.is_some(), || {
                format!("the outcome is {outcome:?}")
            })
        }
        .boxed()
    });
    case.needs(Ability::Alarms)
}

pub(super) fn a_ready_wait_that_runs_out_stops_the_deployment() -> Case {
    let promise = "a deployment whose wait to be continued runs out has been stopped, and did not succeed";
    let case = Case::new(promise, Section::Outcome, Scenario::ready(), |play| {
        async move {
            let id = play.start().await?;
            play.until(&id, "ready", |it| it.status == DeploymentStatus::Ready).await?;
            play.stage().pass_time(super::MORE_THAN_AN_HOUR).await.map_err(super::Trouble::Stage)?;
            let outcome = play.follow(&id).await?.outcome;
            check(outcome.outcome == Verdict::Stopped, || format!("the outcome is: {outcome}"))
        }
        .boxed()
    });
    case.needs(Ability::PassTime)
}

pub(super) fn a_hook_that_never_reports_fails_the_deployment() -> Case {
    let promise = "a deployment whose hook does not report within the hour has failed, for a reason";
    let case = Case::new(promise, Section::Outcome, Scenario::held(), |play| {
        async move {
            let id = play.start().await?;
            play.hook_called().await?;
            play.stage().pass_time(super::MORE_THAN_AN_HOUR).await.map_err(super::Trouble::Stage)?;
            let outcome = play.follow(&id).await?.outcome;
            check(outcome.outcome == Verdict::Failed && outcome.reason.is_some(), || {
                format!("the outcome is {outcome:?}")
            })
        }
        .boxed()
    });
    case.needs(Ability::PassTime)
}
