//! Events by cursor and by watch: complete, in order, for whoever comes late; and what a deployment is meanwhile.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;

use crate::local_support::{
    Held, Hook, Services, assert_text, follow, in_virtual_time, lines, play, request, start,
};
use crate::router_support::soon;
use greenlight::local::{HookProgress, Local};
use greenlight_core::{
    AutoRollback, CheckOutcome, Cursor, DeploymentConfig, DeploymentEvent, DeploymentId,
    DeploymentPipeline as _, DeploymentPipelineExt as _, EventKind, TrafficRouting,
};

/// All pages of a deployment, each with the cursor at which it was asked for.
async fn pages(local: &Local, id: &DeploymentId) -> (Vec<(Cursor, usize)>, Vec<DeploymentEvent>) {
    let (mut cursor, mut cursors, mut all) = (Cursor::start(), Vec::new(), Vec::new());
    loop {
        cursors.push((cursor.clone(), all.len()));
        let page = soon("the next page", local.events(id, &cursor)).await.unwrap();
        assert!(page.ended || !page.events.is_empty(), "a page that says nothing");
        all.extend(page.events);
        cursor = page.next;
        if page.ended {
            cursors.push((cursor, all.len()));
            return (cursors, all);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_follower_sees_the_same_events_however_late_it_comes() {
    let services = Services::start().await;
    let (mut held, hook) = Held::new();
    let linear = DeploymentConfig::custom("Fine", TrafficRouting::linear(1, 1).unwrap());
    let group = services.group().with_deployment_config(linear);
    let local = Arc::new(in_virtual_time(group).with_hook("judge", hook).build().await.unwrap());
    let id = start(&local, &request(&[("AfterInstall", "judge"), ("AfterAllowTraffic", "judge")])).await;
    let follower = || {
        let (local, id) = (Arc::clone(&local), id.clone());
        tokio::spawn(async move { pages(&local, &id).await })
    };
    let mut followers: Vec<_> = (0..8).map(|_| follower()).collect();
    for _ in 0..2 {
        held.called().await;
        followers.push(follower());
        held.release();
    }
    let (cursors, all) = pages(&local, &id).await;
    assert!(all.len() > 120, "{}", all.len());
    assert!(matches!(all.last().unwrap().kind, EventKind::Ended { .. }));
    assert!(all.is_sorted_by_key(|event| event.time));
    let mut more = Vec::new();
    for follower in followers {
        let (cursors, events) = follower.await.unwrap();
        assert_eq!(events, all);
        more.extend(cursors);
    }
    // Each cursor that anybody was given goes on exactly where it was given.
    for (cursor, seen) in cursors.into_iter().chain(more) {
        assert_eq!(local.events(&id, &cursor).await.unwrap().events, all[seen..], "{cursor}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_nowhere_is_refused() {
    let services = Services::start().await;
    let local = in_virtual_time(services.group()).build().await.unwrap();
    let played = play(&local, &request(&[])).await;
    let of_this = |place: &str| format!("{}/{place}", played.id);
    let numbers = ["", "x", "-1", "1.0", "99999", "18446744073709551616"].map(of_this);
    let others = ["", "/", "1", "d-000000000/1"].map(str::to_owned);
    for place in numbers.iter().chain(&others) {
        let refused = local.events(&played.id, &Cursor::at(place)).await.unwrap_err();
        assert_eq!(
            refused.to_string(),
            format!(
                "cursor {} is not one of deployment {}; begin again from the start",
                Cursor::at(place),
                played.id
            )
        );
    }
    let unknown = "d-000000000".parse().unwrap();
    let refused = local.events(&unknown, &Cursor::start()).await.unwrap_err();
    assert_eq!(refused.to_string(), "there is no deployment d-000000000 at the local pipeline");
    assert_eq!(local.describe(&unknown).await.unwrap_err().to_string(), refused.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_goes_through_the_rollback_and_finishes_once_and_last() {
    let services = Services::start().await;
    let group = services.group().with_auto_rollback(AutoRollback::always());
    let local = in_virtual_time(group).with_hook("judge", Hook::fails("no")).build().await.unwrap();
    let id = start(&local, &request(&[("AfterAllowTestTraffic", "judge")])).await;
    let mut watch = local.watch(&id);
    let mut events = Vec::new();
    while let Some(event) = soon("the next event", watch.next()).await {
        events.push(event.unwrap());
    }
    for _ in 0..3 {
        assert!(watch.next().await.is_none(), "something follows the last event");
    }
    let finished = |event: &&DeploymentEvent| matches!(event.kind, EventKind::Finished(_));
    assert_eq!(events.iter().filter(finished).count(), 1);
    let last = events.pop().unwrap();
    assert!(finished(&&last) && last.deployment == id, "{last:?}");

    let rollback = local.describe(&id).await.unwrap().rollback.unwrap().rollback_deployment.unwrap();
    let switch = events.iter().position(|event| event.deployment == rollback).unwrap();
    assert!(events[..switch].iter().all(|event| event.deployment == id));
    assert!(events[switch..].iter().all(|event| event.deployment == rollback));
    let (_, forward) = pages(&local, &id).await;
    let (_, back) = pages(&local, &rollback).await;
    assert_eq!([forward, back].concat(), events);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_hook_finds_out_is_told_while_it_runs() {
    let services = Services::start().await;
    let (mut held, hook) = Held::new();
    let local = in_virtual_time(services.group()).with_hook("judge", hook).build().await.unwrap();
    let id = start(&local, &request(&[("AfterInstall", "judge")])).await;
    let call = held.called().await;
    let (name, detail) = ("status".to_owned(), "200".to_owned());
    (call.progress)(HookProgress::Check { name, outcome: CheckOutcome::Pass, detail });
    (call.progress)(HookProgress::Metric { name: "latency".into(), value: 1.5, unit: "Milliseconds".into() });
    (call.progress)(HookProgress::Log { level: "info".into(), text: "looks good".into() });
    let page = local.events(&id, &Cursor::start()).await.unwrap();
    let expected = "\
0 hook judge Invoked 1
0 check status: 200
0 metric latency: 1.5 Milliseconds
0 log info: looks good";
    let all = lines(&page.events);
    assert_text(&all[all.len() - 4..].join("\n"), expected);
    held.release();
    let before = follow(&local, &id).await.events;
    (call.progress)(HookProgress::Log { level: "info".into(), text: "too late".into() });
    assert_eq!(follow(&local, &id).await.events, before, "an event was added after the end");
}

/// Status, traffic and task sets of a deployment in one line.
async fn stands(local: &Local, id: &DeploymentId) -> String {
    let deployment = local.describe(id).await.unwrap();
    let sets = deployment.task_sets.iter();
    let sets: Vec<_> =
        sets.map(|set| format!("{} {} {}", set.label, set.status, set.traffic_weight)).collect();
    format!("{}: {}", deployment.status, sets.join(", "))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_says_where_its_task_sets_stand_at_each_stage() {
    let services = Services::start().await;
    let (mut held, hook) = Held::new();
    let canary = DeploymentConfig::custom("Canary10", TrafficRouting::canary(10, 5).unwrap());
    let group = services.group().with_deployment_config(canary);
    let group = group.with_termination(greenlight_core::lifecycle::Termination::Terminate(
        std::time::Duration::from_secs(3600),
    ));
    let local = in_virtual_time(group).with_hook("judge", hook).build().await.unwrap();
    let events =
        ["BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic"];
    let id = start(&local, &request(&events.map(|event| (event, "judge")))).await;
    let mut rows = Vec::new();
    for event in events {
        held.called().await;
        rows.push(format!("{event}: {}", stands(&local, &id).await));
        held.release();
    }
    follow(&local, &id).await;
    rows.push(format!("at the end: {}", stands(&local, &id).await));
    let expected = "\
BeforeInstall: InProgress: blue PRIMARY 100%
AfterInstall: InProgress: blue PRIMARY 100%, green ACTIVE 0%
AfterAllowTestTraffic: InProgress: blue PRIMARY 100%, green ACTIVE 0%
BeforeAllowTraffic: InProgress: blue PRIMARY 100%, green ACTIVE 0%
AfterAllowTraffic: InProgress: blue ACTIVE 0%, green PRIMARY 100%
at the end: Succeeded: green PRIMARY 100%";
    assert_text(&rows.join("\n"), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shares_of_a_shift_are_told_while_it_lasts() {
    let services = Services::start().await;
    let canary = DeploymentConfig::custom("Canary10", TrafficRouting::canary(10, 60).unwrap());
    let group = services.group().with_deployment_config(canary);
    let local = Local::builder().with_group(group).build().await.unwrap();
    let id = start(&local, &request(&[])).await;
    crate::local_support::until(&local, &id, |kind| matches!(kind, EventKind::Traffic { .. })).await;
    assert_eq!(stands(&local, &id).await, "InProgress: blue PRIMARY 90%, green ACTIVE 10%");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_tells_that_the_replacement_is_primary_until_traffic_is_back() {
    let services = Services::start().await;
    let (mut held, hook) = Held::new();
    let mut group = services.group();
    group.behaviour.hooks_in_rollback = true;
    let local = Local::builder().with_group(group).with_hook("judge", hook).build().await.unwrap();
    let id = start(&local, &request(&[("AfterAllowTraffic", "judge")])).await;
    held.called().await;
    local.stop(&id, greenlight_core::Rollback::Always).await.unwrap();
    let rollback = held.called().await.execution.deployment;
    assert_eq!(stands(&local, &rollback).await, "InProgress: blue PRIMARY 100%, green ACTIVE 0%");
    held.release();
    let outcome = follow(&local, &id).await.outcome;
    assert!(outcome.rolled_back, "{outcome}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_that_has_not_shifted_yet_still_has_the_replacement_as_primary() {
    let services = Services::start().await;
    let (mut held, hook) = Held::new();
    let mut group = services.group();
    group.behaviour.hooks_in_rollback = true;
    let local = Local::builder().with_group(group).with_hook("judge", hook).build().await.unwrap();
    let id =
        start(&local, &request(&[("BeforeAllowTraffic", "judge"), ("AfterAllowTraffic", "judge")])).await;
    held.called().await;
    held.release();
    held.called().await;
    local.stop(&id, greenlight_core::Rollback::Always).await.unwrap();
    let rollback = held.called().await.execution.deployment;
    assert_eq!(stands(&local, &rollback).await, "InProgress: blue ACTIVE 0%, green PRIMARY 100%");
}
