//! A deployment as it stands.

use futures_util::FutureExt as _;
use greenlight_core::appspec::sha256;
use greenlight_core::{
    DeploymentCreator, DeploymentStatus, EventKind, LifecycleEventName, LifecycleEventStatus,
};

use super::{Case, Section};
use crate::conformance::Scenario;
use crate::conformance::failure::check;

pub(super) fn a_deployment_is_described_as_it_was_asked_for() -> Case {
    let promise =
        "a description has the id, application, group and revision that were asked for, and times in order";
    Case::new(promise, Section::Describe, Scenario::plain(), |play| {
        async move {
            let request = play.request();
            let (id, _) = play.play().await?;
            let it = play.describe(&id).await?;
            let told = (&it.id, &it.application, &it.deployment_group, &it.revision);
            let revision = sha256(&request.appspec);
            let asked = (&id, &request.application, &request.deployment_group, &revision);
            check(told == asked, || format!("asked for was {asked:?}, and described is {told:?}"))?;
            check(it.creator == DeploymentCreator::User, || format!("it was created by {}", it.creator))?;
            let times = [Some(it.created), it.started, it.completed];
            check(times.is_sorted() && !times.contains(&None), || {
                format!("it was created, started and completed at {times:?}")
            })
        }
        .boxed()
    })
}

pub(super) fn a_description_agrees_with_the_events() -> Case {
    let promise =
        "a description has every lifecycle event in order, each where the events told last that it stands";
    Case::new(promise, Section::Describe, Scenario::fails(), |play| {
        async move {
            let (id, followed) = play.play().await?;
            let described = play.describe(&id).await?;
            let names: Vec<_> = described.lifecycle_events.iter().map(|event| event.name).collect();
            let expected: Vec<_> = LifecycleEventName::of_ecs_deployment(true).collect();
            check(names == expected, || format!("the lifecycle events are {names:?}"))?;
            for event in &described.lifecycle_events {
                let told = followed.events.iter().rev().find_map(|told| match told.kind {
                    EventKind::LifecycleEvent { name, to, .. } if name == event.name => Some(to),
                    _ => None,
                });
                let told = told.unwrap_or(LifecycleEventStatus::Pending);
                // One that never begins may end as skipped without a word.
                let silent =
                    told == LifecycleEventStatus::Pending && event.status == LifecycleEventStatus::Skipped;
                check(told == event.status || silent, || {
                    format!("{} is {}, and was told last to be {told}", event.name, event.status)
                })?;
            }
            Ok(())
        }
        .boxed()
    })
}

pub(super) fn a_deployment_under_way_is_described_as_such() -> Case {
    let promise = "a deployment is described as under way until it has ended, and without an end";
    Case::new(promise, Section::Describe, Scenario::held(), |play| {
        async move {
            let id = play.start().await?;
            let hook = play.hook_called().await?;
            let it = play.describe(&id).await?;
            check(it.status == DeploymentStatus::InProgress && it.completed.is_none(), || {
                format!("while its hook runs it is {} and completed {:?}", it.status, it.completed)
            })?;
            play.let_go_on(&hook).await
        }
        .boxed()
    })
}

pub(super) fn without_a_test_listener_two_events_are_missing() -> Case {
    let promise =
        "a deployment of a group without a test listener has six lifecycle events, none of test traffic";
    let scenario = Scenario::plain().without_test_listener();
    Case::new(promise, Section::Describe, scenario, |play| {
        async move {
            let (id, _) = play.play().await?;
            let described = play.describe(&id).await?;
            let mut names: Vec<_> = described.lifecycle_events.iter().map(|event| event.name).collect();
            names.sort_unstable();
            let mut expected: Vec<_> = LifecycleEventName::of_ecs_deployment(false).collect();
            expected.sort_unstable();
            check(names == expected, || format!("the lifecycle events are {names:?}"))
        }
        .boxed()
    })
}
