//! Who follows the events: how many, from when, and from which place.

use futures_util::FutureExt as _;
use futures_util::future::{join_all, try_join_all};
use greenlight_core::error::QueryError;
use greenlight_core::{AutoRollbackEvent, Cursor, DeploymentPipelineExt as _, EventKind, WatchPosition};

use super::{Case, Section};
use crate::conformance::failure::{Trouble, check, seen};
use crate::conformance::{Ability, Scenario};

/// How many follow at the same time.
const FOLLOWERS: usize = 4;

pub(super) fn every_follower_gets_every_event_once() -> Case {
    let promise =
        "every event is given exactly once and in order to each of those who follow at the same time";
    Case::new(promise, Section::Contract, Scenario::held(), |play| {
        async move {
            let id = play.start().await?;
            let hook = play.hook_called().await?;
            let followers = try_join_all((0..FOLLOWERS).map(|_| play.pages(&id)));
            let report = async {
                tokio::task::yield_now().await;
                play.let_go_on(&hook).await
            };
            let (followers, reported) = futures_util::future::join(followers, report).await;
            reported?;
            let mut followers = followers?.into_iter().map(|pages| pages.events);
            let Some(first) = followers.next() else { return Ok(()) };
            for (number, events) in followers.enumerate() {
                check(events == first, || difference(number + 2, &first, &events))?;
            }
            Ok(())
        }
        .boxed()
    })
}

fn difference<T: PartialEq + std::fmt::Debug>(number: usize, first: &[T], other: &[T]) -> String {
    let at = first.iter().zip(other).position(|(one, other)| one != other);
    let at = at.unwrap_or(first.len().min(other.len()));
    let (one, other) = (first.get(at), other.get(at));
    format!("event {at} of the first follower is {one:?}, and of follower {number} it is {other:?}")
}

pub(super) fn who_comes_late_gets_everything() -> Case {
    let promise = "events are kept at least until the deployment and its rollback have ended";
    let scenario = Scenario::fails().rolled_back_on(&[AutoRollbackEvent::DeploymentFailure]);
    Case::new(promise, Section::Contract, scenario, |play| {
        async move {
            let (id, followed) = play.play().await?;
            let late = play.follow(&id).await?;
            check(late.events == followed.events, || {
                format!("after the end, {}", difference(2, &followed.events, &late.events))
            })
        }
        .boxed()
    })
}

pub(super) fn a_cursor_can_be_used_again() -> Case {
    let promise = "the events after a cursor are the same whenever they are asked for";
    Case::new(promise, Section::Contract, Scenario::held(), |play| {
        async move {
            let id = play.start().await?;
            let hook = play.hook_called().await?;
            // Read before the report, so that there is more than one page.
            let first = play.page(&id, &Cursor::start()).await?;
            play.let_go_on(&hook).await?;
            let mut all = first.events.clone();
            let mut places = vec![(first.next.clone(), all.len())];
            let mut page = first;
            while !page.ended {
                page = play.page(&id, &page.next).await?;
                all.extend(page.events.iter().cloned());
                if !page.ended {
                    places.push((page.next.clone(), all.len()));
                }
            }
            for (cursor, before) in places {
                let again = play.page(&id, &cursor).await?.events;
                let expected = all.get(before..).unwrap_or_default();
                check(!again.is_empty() && expected.starts_with(&again), || {
                    format!("asked again for the events after {cursor}, {}", difference(2, expected, &again))
                })?;
            }
            Ok(())
        }
        .boxed()
    })
}

pub(super) fn a_watch_goes_on_in_another_pipeline_object() -> Case {
    let promise = "a watch goes on from a position that was kept, in another pipeline object, without a gap or a repeat";
    let case = Case::new(promise, Section::Watch, Scenario::held(), |play| {
        async move {
            let id = play.start().await?;
            let hook = play.hook_called().await?;
            // The first page is read to its end, so that the position has a cursor of its own.
            let known = play.page(&id, &Cursor::start()).await?.events.len();
            let pipeline = play.shared();
            let mut watch = pipeline.watch(&id);
            let mut told = Vec::new();
            for _ in 0..known {
                told.extend(play.next(&mut watch).await?);
            }
            play.let_go_on(&hook).await?;
            told.extend(play.next(&mut watch).await?);
            let kept = serde_json::to_string(&watch.position());
            let kept = kept.and_then(|kept| serde_json::from_str::<WatchPosition>(&kept));
            let position = kept.map_err(|error| Trouble::Stage(error.into()))?;
            let other = play.stage().reopen().await.map_err(Trouble::Stage)?;
            told.extend(play.follow_on(other.resume_watch(position)).await?.events);
            let whole = play.follow(&id).await?.events;
            check(told == whole, || format!("of the watch in two parts, {}", difference(2, &whole, &told)))
        }
        .boxed()
    });
    case.needs(Ability::Reopen)
}

pub(super) fn a_cursor_that_is_none_is_refused() -> Case {
    let promise = "a cursor that no pipeline gave out is refused, and named";
    Case::new(promise, Section::Events, Scenario::plain(), |play| {
        async move {
            let (id, _) = play.play().await?;
            let cursor = Cursor::at("a place of nobody");
            match play.soon("page of events", play.pipeline().events(&id, &cursor)).await? {
                Err(QueryError::InvalidCursor { id: named, cursor }) => {
                    check(named == id && cursor == "a place of nobody", || {
                        format!("the refusal names cursor {cursor} and deployment {named}")
                    })
                }
                other => seen(format!("the answer was {other:?}")),
            }
        }
        .boxed()
    })
}

pub(super) fn a_cursor_of_another_deployment_is_refused() -> Case {
    let promise = "a cursor of another deployment is refused";
    Case::new(promise, Section::Events, Scenario::plain(), |play| {
        async move {
            let first = play.start().await?;
            let foreign = play.pages(&first).await?.end;
            let second = play.start_plan(play.plan(2).await?).await?;
            play.follow(&second).await?;
            match play.soon("page of events", play.pipeline().events(&second, &foreign)).await? {
                Err(QueryError::InvalidCursor { .. }) => Ok(()),
                other => seen(format!("{foreign} of deployment {first} was taken for {second}: {other:?}")),
            }
        }
        .boxed()
    })
}

pub(super) fn operations_can_be_called_at_the_same_time() -> Case {
    let promise = "operations of one pipeline can be called at the same time from any task";
    Case::new(promise, Section::Contract, Scenario::held(), |play| {
        async move {
            let id = play.start().await?;
            let hook = play.hook_called().await?;
            let request = play.request();
            let tasks = (0..FOLLOWERS).map(|_| {
                let (pipeline, id, request) = (play.shared(), id.clone(), request.clone());
                tokio::spawn(async move {
                    // Several in each task too: then there are some at the same time on any machine.
                    let asked = (0..FOLLOWERS).map(|_| async {
                        let plan = pipeline.plan(&request).await.map_err(|error| error.to_string())?;
                        let described = pipeline.describe(&id).await.map_err(|error| error.to_string())?;
                        Ok::<_, String>((plan.request, described.status))
                    });
                    join_all(asked).await
                })
            });
            let tasks: Vec<_> = tasks.collect();
            for task in tasks {
                let answers = play.soon("answer to many questions at once", task).await?;
                let answers = answers.map_err(|error| Trouble::Seen(error.to_string()))?;
                for answer in answers {
                    check(answer.is_ok(), || {
                        format!("of many questions at once, one was refused: {answer:?}")
                    })?;
                }
            }
            play.let_go_on(&hook).await
        }
        .boxed()
    })
}

pub(super) fn finished_is_told_by_a_watch_alone() -> Case {
    let promise = "`Finished` is always the last event of a watch, and only there";
    Case::new(promise, Section::Watch, Scenario::plain(), |play| {
        async move {
            let (id, followed) = play.play().await?;
            let is_finished = |kind: &EventKind| matches!(kind, EventKind::Finished(_));
            let told = followed.events.iter().filter(|event| is_finished(&event.kind)).count();
            let last = followed.events.last().is_some_and(|event| is_finished(&event.kind));
            check(told == 1 && last, || format!("a watch told {told} times that everything ended"))?;
            let own = play.pages(&id).await?.events.into_iter().find(|event| is_finished(&event.kind));
            check(own.is_none(), || format!("the pipeline itself told {own:?}"))
        }
        .boxed()
    })
}
