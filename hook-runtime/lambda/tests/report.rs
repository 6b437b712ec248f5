//! Reports arrive, or the function says why not.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::fake::{PUT, error};
use crate::support::{Answer, Fake, Setup, event, plugin};

fn suite() -> String {
    plugin("smoke", "pass", "")
}

#[tokio::test]
async fn a_verdict_is_reported_once_and_explained_by_the_last_line() {
    let aws = Fake::well().await;
    let hosted = Setup::new(suite(), &aws).host();
    let answer = hosted.hook().await.unwrap();
    assert_eq!(answer["status"], "Succeeded");
    assert_eq!(aws.reports(), ["Succeeded"]);
    let report = &aws.of(PUT)[0].body;
    assert_eq!(report["deploymentId"], event()["DeploymentId"]);
    assert_eq!(report["lifecycleEventHookExecutionId"], event()["LifecycleEventHookExecutionId"]);
    let last = hosted.lines.verdict();
    let message = last["message"].as_str().unwrap();
    assert!(message.starts_with("Succeeded at AfterAllowTestTraffic: plugin \"smoke\" passed"), "{message}");
    assert!(message.ends_with("; CodeDeploy has the report"), "{message}");
    for (key, value) in [
        ("deployment", json!("d-1NNWZG91L")),
        ("event", json!("AfterAllowTestTraffic")),
        ("request", json!("request-1")),
        ("level", json!("INFO")),
        ("Succeeded", json!(1)),
        ("Failed", json!(0)),
        ("ColdStart", json!(1)),
    ] {
        assert_eq!(last[key], value, "{key}: {last}");
    }
    // Each metric has its value at the top of the line, as CloudWatch wants it.
    for metric in last["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap() {
        assert!(last[metric["Name"].as_str().unwrap()].is_number(), "{metric}: {last}");
    }
}

#[tokio::test]
async fn a_busy_or_broken_service_is_asked_until_it_takes_the_report() {
    let aws = Fake::start(|asked, before| match (asked.operation.as_str(), before) {
        (PUT, 0) => error(400, "ThrottlingException", "Rate exceeded"),
        (PUT, 1) => error(500, "InternalFailure", ""),
        (PUT, 2) => Some(Answer::Json(503, json!({}))),
        _ => None,
    })
    .await;
    let hosted = Setup::new(suite(), &aws).host();
    hosted.hook().await.unwrap();
    assert_eq!(aws.reports(), ["Succeeded"; 4]);
    hosted
        .lines
        .with("CodeDeploy did not take the report: ThrottlingException: Rate exceeded; it is sent again in");
}

#[tokio::test]
async fn a_report_that_was_there_already_is_as_good_as_ones_own() {
    let aws = Fake::start(|asked, before| match (asked.operation.as_str(), before) {
        (PUT, 0) => error(400, "LifecycleEventAlreadyCompletedException", "done"),
        _ => None,
    })
    .await;
    let hosted = Setup::new(suite(), &aws).host();
    assert_eq!(hosted.hook().await.unwrap()["status"], "Succeeded");
    let last = hosted.lines.verdict();
    assert_eq!(last["report"], "CodeDeploy had a report already");
}

#[tokio::test]
async fn an_unknown_execution_is_believed_to_be_over_only_after_a_report_that_may_have_arrived() {
    let unknown = || error(400, "InvalidLifecycleEventHookExecutionIdException", "no such");
    let lost = Fake::start(move |asked, before| match (asked.operation.as_str(), before) {
        (PUT, 0) => error(500, "InternalFailure", ""),
        (PUT, _) => unknown(),
        _ => None,
    })
    .await;
    Setup::new(suite(), &lost).host().hook().await.unwrap();
    let never = Fake::start(move |asked, _| if asked.operation == PUT { unknown() } else { None }).await;
    let error = Setup::new(suite(), &never).host().hook().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Succeeded at deployment d-1NNWZG91L, and not reported: the report was refused: \
         InvalidLifecycleEventHookExecutionIdException: no such"
    );
    assert_eq!(never.reports().len(), 1);
}

#[tokio::test]
async fn a_missing_permission_is_named_and_not_asked_for_again() {
    let aws = Fake::start(|asked, _| match asked.operation.as_str() {
        PUT => error(400, "AccessDeniedException", "not authorized"),
        _ => None,
    })
    .await;
    let hosted = Setup::new(suite(), &aws).host();
    let error = hosted.hook().await.unwrap_err().to_string();
    assert!(
        error.ends_with(
            "allow codedeploy:PutLifecycleEventHookExecutionStatus on the deployment group for this function's role, until \
             then deployments wait for an hour"
        ),
        "{error}"
    );
    assert_eq!(aws.reports().len(), 1);
}

#[tokio::test]
async fn an_event_that_comes_again_is_answered_from_memory() {
    let aws = Fake::well().await;
    let hosted = Setup::new(suite(), &aws).host();
    hosted.hook().await.unwrap();
    let calls = aws.asked().len();
    assert_eq!(hosted.hook().await.unwrap(), json!({ "status": "Succeeded" }));
    assert_eq!(aws.asked().len(), calls);
    hosted.lines.with("this event was delivered before, and Succeeded is reported");
}

#[tokio::test]
async fn a_verdict_that_was_not_reported_is_reported_when_the_event_comes_again() {
    let aws = Fake::start(|asked, before| match (asked.operation.as_str(), before) {
        (PUT, 0) => error(400, "AccessDeniedException", "not authorized"),
        _ => None,
    })
    .await;
    let hosted = Setup::new(plugin("smoke", "fail", ""), &aws).host();
    hosted.hook().await.unwrap_err();
    let context = aws.of("GetDeploymentTarget").len();
    assert_eq!(hosted.hook().await.unwrap()["status"], "Failed");
    assert_eq!(aws.reports(), ["Failed", "Failed"]);
    assert_eq!(aws.of("GetDeploymentTarget").len(), context, "the plugins ran again");
}

#[tokio::test]
async fn a_service_that_never_answers_is_given_up_before_the_function_ends() {
    let aws = Fake::start(|asked, _| (asked.operation == PUT).then_some(Answer::Hang)).await;
    let hosted = Setup::new(suite(), &aws).host();
    let (begun, time) = (Instant::now(), Duration::from_secs(5));
    let error = hosted.handle(event(), time).await.unwrap_err().to_string();
    assert!(begun.elapsed() < time, "{:?}", begun.elapsed());
    assert!(
        error.contains("at last: no answer in time; check that the function reaches the CodeDeploy API"),
        "{error}"
    );
}
