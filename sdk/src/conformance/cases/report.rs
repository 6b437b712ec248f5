//! Reporting the end of a hook.

use futures_util::FutureExt as _;
use greenlight_core::error::ReportError;
use greenlight_core::{HookStatus, Reported, Verdict};

use super::{AT_ONCE, Case, Section};
use crate::conformance::Scenario;
use crate::conformance::failure::{Trouble, check, seen};

pub(super) fn a_reported_success_lets_the_deployment_go_on() -> Case {
    let promise = "a report of success is accepted, and the deployment goes on";
    Case::new(promise, Section::Report, Scenario::held(), |play| {
        async move {
            let id = play.start().await?;
            let hook = play.hook_called().await?;
            match play.soon("answer", play.pipeline().report(&hook, HookStatus::Succeeded)).await? {
                Ok(Reported::Accepted) => {}
                other => return seen(format!("the answer was {other:?}")),
            }
            let outcome = play.follow(&id).await?.outcome;
            check(outcome.outcome == Verdict::Succeeded, || format!("the outcome is: {outcome}"))
        }
        .boxed()
    })
}

pub(super) fn a_reported_failure_ends_the_deployment() -> Case {
    let promise = "a report of failure is accepted, and the deployment fails for a reason";
    Case::new(promise, Section::Report, Scenario::held(), |play| {
        async move {
            let id = play.start().await?;
            let hook = play.hook_called().await?;
            match play.soon("answer", play.pipeline().report(&hook, HookStatus::Failed)).await? {
                Ok(Reported::Accepted) => {}
                other => return seen(format!("the answer was {other:?}")),
            }
            let outcome = play.follow(&id).await?.outcome;
            check(outcome.outcome == Verdict::Failed && outcome.reason.is_some(), || {
                format!("the outcome is {outcome:?}")
            })
        }
        .boxed()
    })
}

pub(super) fn a_second_report_is_told_that_it_is_one() -> Case {
    let promise = "a report of a hook that has ended is refused as completed, and does not count";
    Case::new(promise, Section::Report, Scenario::held(), |play| {
        async move {
            let id = play.start().await?;
            let hook = play.hook_called().await?;
            play.let_go_on(&hook).await?;
            let outcome = play.follow(&id).await?.outcome;
            for status in [HookStatus::Succeeded, HookStatus::Failed] {
                match play.soon("answer", play.pipeline().report(&hook, status)).await? {
                    Err(ReportError::AlreadyCompleted { id: named }) if named == id => {}
                    other => return seen(format!("the answer to a second report was {other:?}")),
                }
            }
            check(outcome.outcome == Verdict::Succeeded, || format!("the outcome is: {outcome}"))
        }
        .boxed()
    })
}

pub(super) fn of_many_reports_one_counts() -> Case {
    let promise = "of many reports for one execution at the same time, exactly one is accepted";
    Case::new(promise, Section::Report, Scenario::held().with_termination_wait(), |play| {
        async move {
            play.start().await?;
            let hook = play.hook_called().await?;
            let reports = (0..AT_ONCE).map(|_| {
                let (pipeline, hook) = (play.shared(), hook.clone());
                tokio::spawn(async move { pipeline.report(&hook, HookStatus::Succeeded).await })
            });
            let mut accepted = 0;
            for report in reports.collect::<Vec<_>>() {
                let answer = play.soon("answer to many reports at once", report).await?;
                match answer.map_err(|error| Trouble::Seen(error.to_string()))? {
                    Ok(Reported::Accepted) => accepted += 1,
                    Err(ReportError::AlreadyCompleted { .. }) => {}
                    Err(other) => return seen(format!("one of many was answered with {other:?}")),
                }
            }
            check(accepted == 1, || format!("{accepted} of {} reports were accepted", AT_ONCE))
        }
        .boxed()
    })
}

pub(super) fn many_starts_at_once_are_one_deployment() -> Case {
    let promise = "of many starts of one plan at the same time, all return one deployment";
    Case::new(promise, Section::Contract, Scenario::held(), |play| {
        async move {
            let plan = play.plan(1).await?;
            let starts = (0..AT_ONCE).map(|_| {
                let (pipeline, plan) = (play.shared(), plan.clone());
                tokio::spawn(async move { pipeline.start(plan).await.map_err(|error| error.to_string()) })
            });
            let mut ids = std::collections::BTreeSet::new();
            for start in starts.collect::<Vec<_>>() {
                let answer = play.soon("answer to many starts at once", start).await?;
                match answer.map_err(|error| Trouble::Seen(error.to_string()))? {
                    Ok(id) => ids.insert(id),
                    Err(error) => return seen(format!("one of many starts was refused: {error}")),
                };
            }
            check(ids.len() == 1, || format!("the deployments {ids:?} were returned"))
        }
        .boxed()
    })
}
