//! Futures that are dropped before they are done.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use futures_util::FutureExt as _;
use greenlight_core::error::{ControlError, ReportError};
use greenlight_core::{Cursor, DeploymentStatus, HookStatus, Rollback, Verdict, WaitKind};

use super::{Case, Section};
use crate::conformance::Scenario;
use crate::conformance::failure::{check, seen};
use crate::conformance::play::chain;

/// At how many places futures are dropped: before they begin, at their first wait, at the second, and so on.
const PLACES: usize = 4;

/// Lets a future run up to its wait of this number and drops it there. Each wait ends before the next one is
/// counted.
async fn dropped_at<T>(place: usize, future: impl Future<Output = T>) {
    let mut future = pin!(future);
    let mut left = place;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(()),
            // At the last place nobody waits for what the future waits for.
            Poll::Pending if left == 0 => Poll::Ready(()),
            Poll::Pending => Poll::Pending,
        }
    })
    .await;
}

pub(super) fn a_start_that_is_dropped_can_be_repeated() -> Case {
    let promise = "a start that is dropped has started the deployment or not, and can be repeated";
    Case::new(promise, Section::Contract, Scenario::held(), |play| {
        async move {
            let plan = play.plan(1).await?;
            for place in 0..PLACES {
                let start = play.pipeline().start(plan.clone());
                play.soon("wait of a start", dropped_at(place, start)).await?;
            }
            let id = play.start_plan(plan).await?;
            let hook = play.hook_called().await?;
            check(hook.deployment == id, || {
                format!("deployment {id} was started, and the hook was called in {}", hook.deployment)
            })?;
            play.let_go_on(&hook).await?;
            let outcome = play.follow(&id).await?.outcome;
            check(outcome.outcome == Verdict::Succeeded, || format!("the outcome is: {outcome}"))
        }
        .boxed()
    })
}

pub(super) fn a_dropped_question_for_events_loses_none() -> Case {
    let promise = "who drops the question for the next events and asks again misses none";
    Case::new(promise, Section::Contract, Scenario::held(), |play| {
        async move {
            let id = play.start().await?;
            let hook = play.hook_called().await?;
            let first = play.page(&id, &Cursor::start()).await?;
            for _ in 0..PLACES {
                // What is asked for may not be there yet: then it waits, and is dropped.
                dropped_at(1, play.pipeline().events(&id, &first.next)).await;
            }
            play.let_go_on(&hook).await?;
            let (mut told, mut page) = (first.events.clone(), first);
            while !page.ended {
                page = play.page(&id, &page.next).await?;
                told.extend(page.events.iter().cloned());
            }
            let whole = play.pages(&id).await?.events;
            check(told == whole, || {
                format!("{} events were told after drops, and {} without", told.len(), whole.len())
            })
        }
        .boxed()
    })
}

pub(super) fn a_continue_that_is_dropped_can_be_repeated() -> Case {
    let promise = "a continue that is dropped has had its effect or not, and can be repeated";
    Case::new(promise, Section::Contract, Scenario::ready(), |play| {
        async move {
            let id = play.start().await?;
            play.until(&id, "ready", |it| it.status == DeploymentStatus::Ready).await?;
            for place in 0..PLACES {
                let proceed = play.pipeline().proceed(&id, WaitKind::Ready);
                play.soon("wait of a continue", dropped_at(place, proceed)).await?;
            }
            match play.soon("answer", play.pipeline().proceed(&id, WaitKind::Ready)).await? {
                Ok(()) | Err(ControlError::NotWaiting { .. } | ControlError::AlreadyCompleted { .. }) => {}
                Err(error) => return seen(format!("after drops, the answer was: {}", chain(&error))),
            }
            let outcome = play.follow(&id).await?.outcome;
            check(outcome.outcome == Verdict::Succeeded, || format!("the outcome is: {outcome}"))
        }
        .boxed()
    })
}

pub(super) fn a_stop_that_is_dropped_can_be_repeated() -> Case {
    let promise = "a stop that is dropped has had its effect or not, and can be repeated";
    Case::new(promise, Section::Contract, Scenario::held(), |play| {
        async move {
            let id = play.start().await?;
            play.hook_called().await?;
            for place in 0..PLACES {
                let stop = play.pipeline().stop(&id, Rollback::Never);
                play.soon("wait of a stop", dropped_at(place, stop)).await?;
            }
            match play.soon("answer", play.pipeline().stop(&id, Rollback::Never)).await? {
                Ok(_) | Err(ControlError::AlreadyCompleted { .. }) => {}
                Err(error) => return seen(format!("after drops, the answer was: {}", chain(&error))),
            }
            let outcome = play.follow(&id).await?.outcome;
            check(outcome.outcome != Verdict::Succeeded, || format!("the outcome is: {outcome}"))
        }
        .boxed()
    })
}

pub(super) fn a_report_that_is_dropped_can_be_repeated() -> Case {
    let promise = "a report that is dropped has had its effect or not, and can be repeated";
    Case::new(promise, Section::Contract, Scenario::held(), |play| {
        async move {
            let id = play.start().await?;
            let hook = play.hook_called().await?;
            for place in 0..PLACES {
                let report = play.pipeline().report(&hook, HookStatus::Succeeded);
                play.soon("wait of a report", dropped_at(place, report)).await?;
            }
            match play.soon("answer", play.pipeline().report(&hook, HookStatus::Succeeded)).await? {
                Ok(_) | Err(ReportError::AlreadyCompleted { .. }) => {}
                Err(error) => return seen(format!("after drops, the answer was: {}", chain(&error))),
            }
            let outcome = play.follow(&id).await?.outcome;
            check(outcome.outcome == Verdict::Succeeded, || format!("the outcome is: {outcome}"))
        }
        .boxed()
    })
}
