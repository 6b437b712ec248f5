//! What fails, stops and waits at CodeDeploy is told with its reason, and its rollback to the end.

use greenlight::endpoint::EndpointBuilder;
use greenlight::local::LocalClock;
use greenlight_core::lifecycle::{Behaviour, ReadySlot};
use greenlight_core::{
    Cursor, DeploymentPipeline as _, DeploymentPipelineExt as _, EventKind, LifecycleEventName,
    LifecycleEventStatus, Rollback, StopOutcome, TaskSetLabel, Verdict, WaitGoal, WaitKind, Waited,
};
use serde_json::json;

use crate::aws_support::{Proxy, Shop, Weather, follow, lines, request, start};
use crate::endpoint_deployment_support::waits;
use crate::local_support::{Hook, assert_text};

fn hooks(builder: EndpointBuilder) -> EndpointBuilder {
    builder.with_hook("good", Hook::passes()).with_hook("bad", Hook::fails("it is 41"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_hook_is_told_with_the_rollback_that_follows() {
    let group = json!({
        "autoRollbackConfiguration": { "enabled": true, "events": ["DEPLOYMENT_FAILURE"] },
        "deploymentConfigName": "CodeDeployDefault.ECSLinear10PercentEvery1Minutes",
    });
    let shop = Shop::with(group, hooks).await;
    let pipeline = shop.driving().await;
    let good = start(&pipeline, &request(1, &[])).await;
    follow(&pipeline, &good).await;
    let bad = start(&pipeline, &request(2, &[("AfterAllowTraffic", "bad")])).await;
    let (events, outcome) = follow(&pipeline, &bad).await;
    let lines: Vec<String> =
        lines(&events).iter().map(|line| line.split_once(' ').unwrap().1.to_owned()).collect();
    let expected = "\
AllowTraffic InProgress
traffic 90% 10%
traffic 80% 20%
traffic 70% 30%
traffic 60% 40%
traffic 50% 50%
traffic 40% 60%
traffic 30% 70%
traffic 20% 80%
traffic 10% 90%
traffic 0% 100%
AllowTraffic Succeeded
AfterAllowTraffic InProgress
hook bad Invoked 1
hook bad Failed
AfterAllowTraffic Failed
rollback created
ended Failed
rollback started, CodeDeployDefault.ECSAllAtOnce
BeforeInstall InProgress
BeforeInstall Succeeded
Install InProgress
Install Succeeded
AfterInstall InProgress
AfterInstall Succeeded
AllowTestTraffic InProgress
test traffic to blue
AllowTestTraffic Succeeded
AfterAllowTestTraffic InProgress
AfterAllowTestTraffic Succeeded
BeforeAllowTraffic InProgress
BeforeAllowTraffic Succeeded
AllowTraffic InProgress
traffic 100% 0%
AllowTraffic Succeeded
AfterAllowTraffic InProgress
AfterAllowTraffic Succeeded
green Stopped
ended Succeeded";
    let from = lines.iter().position(|line| line.starts_with("AllowTraffic")).unwrap();
    assert_text(&lines[from..lines.len() - 1].join("\n"), expected);
    assert_eq!((outcome.outcome, outcome.rolled_back), (Verdict::Failed, true));
    assert_eq!(outcome.serving, TaskSetLabel::Blue);
    let reason = outcome.reason.unwrap();
    assert!(reason.contains("lifecycle event validation functions failed"), "{reason}");
    let (late, _) = follow(&shop.driving().await, &bad).await;
    assert_eq!(late, events);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_for_ready_is_told_and_may_continue() {
    let group = json!({ "blueGreenDeploymentConfiguration": waits(60, 60) });
    let shop = Shop::at(LocalClock::scaled(100), group, hooks).await;
    let pipeline = shop.at_url(&shop.endpoint.url()).await;
    let id = start(&pipeline, &request(1, &[])).await;
    assert_eq!(pipeline.wait_until(&id, WaitGoal::Ready).await.unwrap(), Waited::Reached);
    let early = pipeline.proceed(&id, WaitKind::Termination).await.unwrap_err();
    assert_eq!(
        early.to_string(),
        format!("deployment {id} is Ready and not in its TERMINATION_WAIT; continue it when it is")
    );
    pipeline.proceed(&id, WaitKind::Ready).await.unwrap();
    assert_eq!(pipeline.wait_until(&id, WaitGoal::TrafficShifted).await.unwrap(), Waited::Reached);
    pipeline.proceed(&id, WaitKind::Termination).await.unwrap();
    assert_eq!(pipeline.wait_until(&id, WaitGoal::Succeeded).await.unwrap(), Waited::Reached);
    let (events, _) = follow(&pipeline, &id).await;
    let at = |wanted: fn(&EventKind) -> bool| events.iter().position(|event| wanted(&event.kind)).unwrap();
    assert!(
        at(|kind| matches!(kind, EventKind::Ready { .. }))
            < at(|kind| matches!(kind, EventKind::Traffic { .. }))
    );
    let late = pipeline.proceed(&id, WaitKind::Termination).await.unwrap_err();
    assert_eq!(late.to_string(), format!("deployment {id} cannot be changed any more: it is Succeeded"));
    let unknown = "d-000000000".parse().unwrap();
    let refused = pipeline.stop(&unknown, Rollback::Never).await.unwrap_err();
    assert_eq!(refused.to_string(), "there is no deployment d-000000000 at AWS CodeDeploy in us-east-1");
    assert_eq!(pipeline.describe(&unknown).await.unwrap_err().to_string(), refused.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_wait_before_the_validation_is_told_once_and_where_it_was() {
    let mut behaviour = Behaviour::default();
    behaviour.ready_slot = ReadySlot::BeforeAfterAllowTestTraffic;
    let group = json!({ "blueGreenDeploymentConfiguration": waits(60, 0) });
    let shop = Shop::with(group, |builder| hooks(builder).with_behaviour(behaviour)).await;
    let pipeline = shop.driving().await;
    let id = start(&pipeline, &request(1, &[("AfterAllowTestTraffic", "good")])).await;
    let mut watch = pipeline.watch(&id);
    let mut told = Vec::new();
    while let Some(event) = watch.next().await {
        let kind = event.unwrap().kind;
        if matches!(kind, EventKind::Ready { .. }) {
            // At once, so that the gap between the events is no longer than a pause of the service.
            pipeline.proceed(&id, WaitKind::Ready).await.unwrap();
        }
        told.push(kind);
    }
    let begins = |kind: &EventKind| {
        let begun = LifecycleEventStatus::InProgress;
        matches!(kind, EventKind::LifecycleEvent { name: LifecycleEventName::AfterAllowTestTraffic, to, .. } if *to == begun)
    };
    let ready: Vec<_> = (0..told.len()).filter(|at| matches!(told[*at], EventKind::Ready { .. })).collect();
    assert_eq!(ready, [told.iter().position(begins).unwrap() - 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_with_rollback_is_followed_to_the_end_of_both() {
    let group = json!({ "blueGreenDeploymentConfiguration": waits(60, 0) });
    let shop = Shop::at(LocalClock::scaled(100), group, hooks).await;
    let pipeline = shop.at_url(&shop.endpoint.url()).await;
    let first = start(&pipeline, &request(1, &[])).await;
    pipeline.wait_until(&first, WaitGoal::Ready).await.unwrap();
    pipeline.proceed(&first, WaitKind::Ready).await.unwrap();
    follow(&pipeline, &first).await;

    let id = start(&pipeline, &request(2, &[])).await;
    pipeline.wait_until(&id, WaitGoal::Ready).await.unwrap();
    let stopped = pipeline.stop(&id, Rollback::Always).await.unwrap();
    assert!(
        matches!(stopped, StopOutcome::Pending | StopOutcome::Stopped { rolling_back: true }),
        "{stopped:?}"
    );
    let (_, outcome) = follow(&pipeline, &id).await;
    assert_eq!((outcome.outcome, outcome.rolled_back), (Verdict::Stopped, true));
    let refused = pipeline.stop(&id, Rollback::Always).await.unwrap_err();
    assert_eq!(refused.to_string(), format!("deployment {id} cannot be changed any more: it is Stopped"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rollback_of_a_stop_is_followed_when_the_service_tells_of_it_a_moment_later() {
    // The group itself rolls nothing back.
    let group = json!({ "blueGreenDeploymentConfiguration": waits(60, 0) });
    let shop = Shop::with(group, hooks).await;
    let proxy = Proxy::start(shop.endpoint.addr(), Weather::default()).await;
    let pipeline = shop.driving_at(&proxy.url()).await;
    let first = start(&pipeline, &request(1, &[])).await;
    pipeline.wait_until(&first, WaitGoal::Ready).await.unwrap();
    pipeline.proceed(&first, WaitKind::Ready).await.unwrap();
    follow(&pipeline, &first).await;

    let id = start(&pipeline, &request(2, &[])).await;
    pipeline.wait_until(&id, WaitGoal::Ready).await.unwrap();
    proxy.be_silent_of_the_rollback(2);
    let stopped = pipeline.stop(&id, Rollback::Always).await.unwrap();
    assert_eq!(stopped, StopOutcome::Pending, "what becomes of it is not known yet");
    let (_, outcome) = follow(&pipeline, &id).await;
    assert_eq!(proxy.still_silent(), 0, "the service told of it at once");
    assert_eq!((outcome.outcome, outcome.rolled_back), (Verdict::Stopped, true));
    assert_eq!(outcome.serving, TaskSetLabel::Blue);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cursor_goes_on_where_it_was_given_in_another_program_too() {
    let group = json!({
        "blueGreenDeploymentConfiguration": waits(0, 5),
        "deploymentConfigName": "CodeDeployDefault.ECSLinear10PercentEvery1Minutes",
    });
    let shop = Shop::with(group, hooks).await;
    let pipeline = shop.driving().await;
    let id = start(&pipeline, &request(1, &[("AfterInstall", "good")])).await;
    let (mut cursor, mut cursors, mut all) = (Cursor::start(), Vec::new(), Vec::new());
    loop {
        cursors.push((cursor.clone(), all.len()));
        let page = pipeline.events(&id, &cursor).await.unwrap();
        assert!(page.ended || !page.events.is_empty(), "a page that says nothing");
        all.extend(page.events);
        cursor = page.next;
        if page.ended {
            break;
        }
    }
    assert!(cursors.len() > 10, "{}", cursors.len());
    let other = shop.driving().await;
    for (cursor, seen) in cursors {
        assert_eq!(other.events(&id, &cursor).await.unwrap().events, all[seen..], "{cursor}");
    }
    for place in ["", "x", "d-000000000/1"] {
        let refused = pipeline.events(&id, &Cursor::at(place)).await.unwrap_err().to_string();
        assert_eq!(
            refused,
            format!("cursor {place} is not one of deployment {id}; begin again from the start")
        );
    }
}
