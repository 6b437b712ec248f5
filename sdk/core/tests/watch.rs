//! Following a deployment and its rollback to the end, over a pipeline that plays back a script.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "watch/scripted.rs"]
mod scripted;

use futures_util::StreamExt;
use greenlight_core::LifecycleEventStatus::{Failed, InProgress, Succeeded};
use greenlight_core::{
    DeployError, DeploymentEvent, DeploymentId, DeploymentPipeline, DeploymentPipelineExt, DeploymentRequest,
    DeploymentStatus, ErrorCode, ErrorInformation, EventKind, LifecycleEventName, Outcome, Percent,
    TaskSetLabel, Timestamp, Verdict, WaitGoal, Waited, Watch, WatchError,
};
use scripted::{Scripted, ended, event, rolled_back_by};

fn forward() -> DeploymentId {
    "d-FORWARD01".parse().unwrap()
}

fn rollback() -> DeploymentId {
    "d-ROLLBACK1".parse().unwrap()
}

fn traffic(green: u8) -> EventKind {
    let green = Percent::new(green).unwrap();
    EventKind::Traffic { blue: green.rest(), green }
}

fn succeeded(name: LifecycleEventName) -> EventKind {
    EventKind::LifecycleEvent { name, from: InProgress, to: Succeeded }
}

/// One that goes well, with a ready wait and two shares.
fn good() -> Scripted {
    let kinds = vec![
        succeeded(LifecycleEventName::Install),
        EventKind::Ready { until: Timestamp::from_millis(60_000) },
        traffic(10),
        traffic(100),
        succeeded(LifecycleEventName::AllowTraffic),
    ];
    Scripted::default().with(ended(&forward(), DeploymentStatus::Succeeded, 100), kinds)
}

/// One that fails after ten percent, and its rollback.
fn bad() -> Scripted {
    let mut failed = rolled_back_by(ended(&forward(), DeploymentStatus::Failed, 10), &rollback());
    failed.reason = Some("version: GET /version answered 500".to_owned());
    let back = ended(&rollback(), DeploymentStatus::Succeeded, 0);
    let broken_off =
        EventKind::LifecycleEvent { name: LifecycleEventName::AllowTraffic, from: InProgress, to: Failed };
    Scripted::default().with(failed, vec![traffic(10), broken_off]).with(back, vec![traffic(0)])
}

/// Everything up to the end of the watch, errors as text.
async fn all<P: DeploymentPipeline>(mut watch: Watch<'_, P>) -> Vec<Result<DeploymentEvent, String>> {
    let mut seen = Vec::new();
    while let Some(next) = watch.next().await {
        seen.push(next.map_err(|error| error.to_string()));
        assert!(seen.len() < 100, "the watch does not end");
    }
    assert!(watch.next().await.is_none(), "something came after the end");
    seen
}

async fn good_events(pipeline: &Scripted) -> Vec<DeploymentEvent> {
    all(pipeline.watch(&forward())).await.into_iter().map(Result::unwrap).collect()
}

fn count_finished(events: &[DeploymentEvent]) -> usize {
    events.iter().filter(|event| matches!(event.kind, EventKind::Finished(_))).count()
}

#[tokio::test]
async fn every_event_comes_once_and_in_order_whatever_the_pages() {
    for page in 0..8 {
        for ends_late in [false, true] {
            let pipeline = Scripted { page, ends_late, ..good() };
            let seen = good_events(&pipeline).await;
            let times: Vec<_> = seen.iter().map(|event| event.time.as_millis() / 1000).collect();
            assert_eq!(times, [0, 1, 2, 3, 4, 5, 900], "pages of {page}, {ends_late}");
            assert_eq!(seen[2], event(&forward(), 2, traffic(10)));
        }
    }
}

#[tokio::test]
async fn the_outcome_comes_last_and_once() {
    for pipeline in [good(), bad()] {
        let seen = good_events(&pipeline).await;
        assert_eq!(count_finished(&seen), 1);
        let last = seen.last().unwrap();
        assert!(matches!(last.kind, EventKind::Finished(_)), "{last:?}");
        assert_eq!(last.deployment, forward(), "the outcome is that of the deployment that was watched");
        assert_eq!(last.time, Timestamp::from_millis(900_000));
    }
}

#[tokio::test]
async fn a_rollback_is_followed_to_its_end() {
    let seen = good_events(&bad()).await;
    let places: Vec<_> = seen.iter().map(|event| event.deployment.as_str()).collect();
    assert_eq!(
        places,
        ["d-FORWARD01", "d-FORWARD01", "d-FORWARD01", "d-ROLLBACK1", "d-ROLLBACK1", "d-FORWARD01"]
    );
    let EventKind::Finished(outcome) = &seen[5].kind else { panic!("{:?}", seen[5]) };
    assert_eq!(outcome.outcome, Verdict::Failed);
    assert!(outcome.rolled_back);
    assert_eq!(outcome.rollback, Some(rollback()));
    assert_eq!(outcome.serving, TaskSetLabel::Blue);
    assert_eq!(outcome.reason.as_deref(), Some("version: GET /version answered 500"));
}

#[tokio::test]
async fn a_rollback_that_is_watched_by_itself_is_followed_alone() {
    let pipeline = bad();
    let seen = all(pipeline.watch(&rollback())).await;
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|event| event.as_ref().unwrap().deployment == rollback()));
}

#[tokio::test]
async fn after_an_error_at_any_call_a_watch_goes_on_without_a_gap_or_a_repeat() {
    for script in [good, bad] {
        let undisturbed = Scripted { page: 1, ..script() };
        let expected = good_events(&undisturbed).await;
        let calls = undisturbed.calls().len();
        for failing in 0..calls {
            // The first try of the call fails, and so does the second.
            let disturbed = Scripted { page: 1, failing_calls: vec![failing, failing + 1], ..script() };
            let (errors, events): (Vec<_>, Vec<_>) =
                all(disturbed.watch(&forward())).await.into_iter().partition(Result::is_err);
            assert_eq!(errors.len(), 2, "call {failing}");
            let events: Vec<_> = events.into_iter().map(Result::unwrap).collect();
            assert_eq!(events, expected, "call {failing} of {calls}");
        }
    }
}

#[tokio::test]
async fn an_error_names_the_deployment_that_could_not_be_asked() {
    // The first page of the rollback: after the only page and the description of the forward deployment.
    let pipeline = Scripted { failing_calls: vec![2], ..bad() };
    let errors: Vec<_> = all(pipeline.watch(&forward())).await.into_iter().filter_map(Result::err).collect();
    assert_eq!(errors, ["deployment d-ROLLBACK1 cannot be followed just now"]);
}

#[tokio::test]
async fn a_deployment_that_is_described_late_is_asked_again() {
    let pipeline = Scripted { described_late: 2.into(), ..good() };
    let seen = good_events(&pipeline).await;
    assert_eq!((seen.len(), count_finished(&seen)), (7, 1));
}

#[tokio::test]
async fn a_stream_gives_the_same_as_the_watch() {
    let pipeline = bad();
    let streamed: Vec<_> = pipeline.watch(&forward()).into_stream().map(Result::unwrap).collect().await;
    assert_eq!(streamed, good_events(&pipeline).await);
}

#[tokio::test]
async fn two_watches_of_one_deployment_do_not_take_events_from_each_other() {
    let pipeline = Scripted { page: 1, ..good() };
    let (mut one, mut other) = (pipeline.watch(&forward()), pipeline.watch(&forward()));
    loop {
        let (left, right) = (one.next().await, other.next().await);
        assert_eq!(left.map(Result::unwrap), right.map(Result::unwrap));
        if one.next().await.is_none() {
            assert!(other.next().await.is_none());
            break;
        }
        other.next().await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn finish_gives_the_outcome_or_the_error_in_between() {
    assert_eq!(good().watch(&forward()).finish().await.unwrap().outcome, Verdict::Succeeded);
    let pipeline = Scripted { failing_calls: vec![1], ..good() };
    let error = pipeline.watch(&forward()).finish().await.unwrap_err();
    assert!(matches!(error, WatchError::Query { id, .. } if id == forward()));
    let unknown: DeploymentId = "d-UNKNOWN01".parse().unwrap();
    let error = good().watch(&unknown).finish().await.unwrap_err();
    assert_eq!(error.to_string(), "deployment d-UNKNOWN01 cannot be followed just now");
}

#[tokio::test]
async fn waiting_ends_at_the_goal_and_reads_no_further() {
    for (goal, pages) in [
        (WaitGoal::LifecycleEvent(LifecycleEventName::Install), 1),
        (WaitGoal::Ready, 2),
        (WaitGoal::TrafficShifted, 4),
        (WaitGoal::LifecycleEvent(LifecycleEventName::AllowTraffic), 5),
    ] {
        let pipeline = Scripted { page: 1, ..good() };
        assert_eq!(pipeline.wait_until(&forward(), goal).await.unwrap(), Waited::Reached, "{goal:?}");
        assert_eq!(pipeline.calls().len(), pages, "{goal:?}");
    }
    let pipeline = good();
    assert_eq!(pipeline.wait_until(&forward(), WaitGoal::Succeeded).await.unwrap(), Waited::Reached);
}

#[tokio::test]
async fn waiting_for_what_never_comes_gives_the_outcome_with_the_rollback() {
    for goal in [
        WaitGoal::Ready,
        WaitGoal::LifecycleEvent(LifecycleEventName::AllowTraffic),
        WaitGoal::TrafficShifted,
        WaitGoal::Succeeded,
    ] {
        let waited = bad().wait_until(&forward(), goal).await.unwrap();
        let Waited::Finished(outcome) = waited else { panic!("{goal:?} was reached") };
        assert!(outcome.rolled_back);
    }
}

#[tokio::test]
async fn what_the_rollback_does_reaches_no_goal() {
    let back = ended(&rollback(), DeploymentStatus::Succeeded, 0);
    let kinds = vec![succeeded(LifecycleEventName::AllowTraffic), traffic(100)];
    let pipeline = bad().with(back, kinds);
    for goal in [WaitGoal::LifecycleEvent(LifecycleEventName::AllowTraffic), WaitGoal::TrafficShifted] {
        assert!(
            matches!(pipeline.wait_until(&forward(), goal).await.unwrap(), Waited::Finished(_)),
            "{goal:?}"
        );
    }
}

#[tokio::test]
async fn deploying_plans_starts_and_waits_for_the_end() {
    let request = DeploymentRequest::new("shop", "shop-web", "");
    let pipeline = Scripted { starts: Some(forward()), ..bad() };
    let outcome = pipeline.deploy(&request).await.unwrap();
    assert_eq!((outcome.outcome, outcome.rolled_back), (Verdict::Failed, true));

    let missing = DeploymentRequest::new("shop", "missing", "");
    assert!(matches!(pipeline.deploy(&missing).await, Err(DeployError::Plan(_))));
    assert!(matches!(bad().deploy(&request).await, Err(DeployError::Start(_))));
    let broken = Scripted { starts: Some(forward()), failing_calls: vec![0], ..bad() };
    assert!(matches!(broken.deploy(&request).await, Err(DeployError::Watch(_))));
}

#[tokio::test]
async fn a_pipeline_behind_a_trait_object_can_be_watched() {
    let pipeline: Box<dyn DeploymentPipeline> = Box::new(good());
    let outcome = pipeline.watch(&forward()).finish().await.unwrap();
    assert_eq!(outcome.to_string(), "succeeded, green serves");
}

#[test]
fn there_is_no_outcome_while_either_deployment_is_under_way() {
    let done = ended(&forward(), DeploymentStatus::Failed, 0);
    for status in [DeploymentStatus::Created, DeploymentStatus::InProgress, DeploymentStatus::Ready] {
        assert_eq!(Outcome::of(&ended(&forward(), status, 0), None), None);
        assert_eq!(Outcome::of(&done, Some(&ended(&rollback(), status, 0))), None);
    }
}

#[test]
fn an_outcome_is_one_line_that_says_what_why_and_who_serves() {
    let error = ErrorInformation {
        code: ErrorCode::ManualStop,
        message: "The deployment was stopped on request.".into(),
    };
    let mut stopped = ended(&forward(), DeploymentStatus::Stopped, 60);
    stopped.error = Some(error);
    let mut failed = ended(&forward(), DeploymentStatus::Failed, 100);
    failed.reason = Some("version: GET /version answered 500".to_owned());
    let back = ended(&rollback(), DeploymentStatus::Succeeded, 0);
    let mut stuck = ended(&rollback(), DeploymentStatus::Failed, 100);
    stuck.reason = Some("the blue process ended with status 1".to_owned());
    let line = |forward, rollback| Outcome::of(forward, rollback).unwrap().to_string();
    let good = ended(&forward(), DeploymentStatus::Succeeded, 100);
    assert_eq!(line(&good, None), "succeeded, green serves");
    assert_eq!(
        line(&stopped, None),
        "stopped and not rolled back, green serves: The deployment was stopped on request.",
    );
    assert_eq!(
        line(&failed, Some(&back)),
        "failed and rolled back, blue serves: version: GET /version answered 500",
    );
    assert_eq!(
        line(&failed, Some(&stuck)),
        "failed and not rolled back, green serves: version: GET /version answered 500; and its rollback \
         d-ROLLBACK1 ended as Failed: the blue process ended with status 1",
    );
    assert_eq!(Outcome::of(&failed, Some(&stuck)).unwrap().rollback, Some(rollback()));
}

#[tokio::test]
async fn a_watch_is_resumed_at_every_position_without_gaps_or_repeats() {
    for pipeline in [good(), bad()] {
        let whole = good_events(&pipeline).await;
        for stop in 0..whole.len() {
            let mut first = pipeline.watch(&forward());
            let mut seen = Vec::new();
            while seen.len() < stop {
                seen.push(first.next().await.unwrap().unwrap());
            }
            let kept = serde_json::to_string(&first.position()).unwrap();
            let resumed = pipeline.resume_watch(serde_json::from_str(&kept).unwrap());
            seen.extend(all(resumed).await.into_iter().map(Result::unwrap));
            assert_eq!(seen, whole, "resumed after {stop} events");
        }
    }
}

#[tokio::test]
async fn a_watch_that_was_resumed_can_be_resumed_again() {
    let pipeline = bad();
    let whole = good_events(&pipeline).await;
    let mut position = pipeline.watch(&forward()).position();
    for event in whole {
        let mut watch = pipeline.resume_watch(position);
        assert_eq!(watch.next().await.unwrap().unwrap(), event);
        position = watch.position();
    }
}
