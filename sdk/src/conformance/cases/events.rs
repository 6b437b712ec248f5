//! The events of one deployment: what they are.

use std::collections::BTreeMap;

use futures_util::FutureExt as _;
use futures_util::future::join;
use greenlight_core::{Cursor, DeploymentId, EventKind, EventPage, LifecycleEventStatus};

use super::{Case, Section};
use crate::conformance::Scenario;
use crate::conformance::failure::{Checked, check, seen};
use crate::conformance::play::Play;

pub(super) fn a_deployment_begins_with_started() -> Case {
    let promise =
        "the first event of a deployment says what was started, and every event is one of this deployment";
    Case::new(promise, Section::Events, Scenario::plain(), |play| {
        async move {
            let request = play.request();
            let id = play.start().await?;
            let pages = play.pages(&id).await?;
            match pages.events.first().map(|event| &event.kind) {
                Some(EventKind::Started { application, deployment_group, rolls_back: None, .. })
                    if (application, deployment_group)
                        == (&request.application, &request.deployment_group) => {}
                other => return seen(format!("the first event is {other:?}")),
            }
            let foreign = pages.events.iter().find(|event| event.deployment != id);
            check(foreign.is_none(), || format!("deployment {id} has the event {foreign:?}"))
        }
        .boxed()
    })
}

pub(super) fn nothing_follows_the_end() -> Case {
    let promise = "the last event of a deployment is its one `Ended`, and nothing follows it";
    Case::new(promise, Section::Events, Scenario::plain(), |play| {
        async move {
            let id = play.start().await?;
            let pages = play.pages(&id).await?;
            let ends = pages.events.iter().filter(|event| matches!(event.kind, EventKind::Ended { .. }));
            let last = pages.events.last().map(|event| &event.kind);
            check(ends.count() == 1 && matches!(last, Some(EventKind::Ended { .. })), || {
                format!("the last event is {last:?}")
            })?;
            let after = play.page(&id, &pages.end).await?;
            check(after.ended && after.events.is_empty(), || {
                format!("after the end, the page is {:?}, ended: {}", after.events, after.ended)
            })
        }
        .boxed()
    })
}

pub(super) fn times_never_go_back() -> Case {
    let promise = "events are told in order: the time of each is that of the one before, or later";
    Case::new(promise, Section::Events, Scenario::plain(), |play| {
        async move {
            let id = play.start().await?;
            let events = play.pages(&id).await?.events;
            let back =
                events.iter().zip(events.iter().skip(1)).find(|(before, after)| before.time > after.time);
            check(back.is_none(), || format!("of two events in a row, the second was earlier: {back:?}"))
        }
        .boxed()
    })
}

pub(super) fn each_status_follows_the_one_before() -> Case {
    let promise =
        "a lifecycle event goes from the status to which it went before, and never twice to the same";
    Case::new(promise, Section::Events, Scenario::plain(), |play| {
        async move {
            let id = play.start().await?;
            let mut stands = BTreeMap::new();
            for event in play.pages(&id).await?.events {
                let EventKind::LifecycleEvent { name, from, to } = event.kind else { continue };
                let before = stands.insert(name, to).unwrap_or(LifecycleEventStatus::Pending);
                check(from == before && from != to, || {
                    format!("{name} was {before}, and was told to go from {from} to {to}")
                })?;
            }
            let unfinished = stands.iter().find(|(_, status)| **status != LifecycleEventStatus::Succeeded);
            check(unfinished.is_none() && stands.len() == 8, || {
                format!("a deployment succeeded whose lifecycle events were told to be {stands:?}")
            })
        }
        .boxed()
    })
}

pub(super) fn a_page_is_empty_only_after_the_end() -> Case {
    let promise = "events are waited for: a page is empty only when the deployment has ended";
    Case::new(promise, Section::Page, Scenario::held(), |play| {
        async move {
            let id = play.start().await?;
            let hook = play.hook_called().await?;
            // The follower is at the last event, and asks for the next one, before the report is made.
            let first = play.page(&id, &Cursor::start()).await?;
            let follows = pages_that_say_something(play, &id, first);
            let reports = async {
                tokio::task::yield_now().await;
                play.let_go_on(&hook).await
            };
            let (followed, reported) = join(follows, reports).await;
            followed.and(reported)
        }
        .boxed()
    })
}

async fn pages_that_say_something(play: &Play, id: &DeploymentId, first: EventPage) -> Checked {
    let mut page = first;
    loop {
        check(page.ended || !page.events.is_empty(), || {
            format!("a page up to {} was empty, and the deployment had not ended", page.next)
        })?;
        if page.ended {
            return Ok(());
        }
        page = play.page(id, &page.next).await?;
    }
}
