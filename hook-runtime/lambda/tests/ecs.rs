//! Amazon ECS and the real `bootstrap`: both forms of the event, and a state that is carried until the function is sure.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::bundle::bundle;
use crate::support::function::Function;
use crate::support::plugin;

const TIMEOUT: Duration = Duration::from_secs(20);

/// The event as Amazon ECS sends it today.
fn wrapped() -> Value {
    let mut event = head();
    event["executionDetails"] = details();
    event
}

/// The event as it once was: all of it at the top.
fn flat() -> Value {
    let mut event = details();
    event.as_object_mut().unwrap().extend(head().as_object().unwrap().clone());
    event
}

fn head() -> Value {
    json!({
        "executionId": "ba8f2d91-1f1c-4d30-a73b-3c5d3cbd4d4b",
        "lifecycleStage": "POST_TEST_TRAFFIC_SHIFT",
        "resourceArn": "arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/NCWGC2ZR-taawPAYrIaU5",
    })
}

fn details() -> Value {
    let revision = |id: &str| format!("arn:aws:ecs:us-east-1:123456789012:service-revision/main/web/{id}");
    json!({
        "serviceArn": "arn:aws:ecs:us-east-1:123456789012:service/main/web",
        "targetServiceRevisionArn": revision("2"),
        "testTrafficWeights": { revision("2"): 100, revision("1"): 0 },
        "productionTrafficWeights": {},
    })
}

/// The function of this suite. Where it would call an API of AWS, nobody answers.
async fn function(suite: &str) -> (Function, tempfile::TempDir) {
    let bundle = bundle(suite);
    let nowhere = vec![("AWS_ENDPOINT_URL", "http://127.0.0.1:9".to_owned())];
    (Function::start(bundle.path(), |_| nowhere).await, bundle)
}

/// Asks as Amazon ECS does: again after each delay, with `hookDetails` as the function gave it, until it is sure. Gives all
/// that the function answered.
async fn asked(function: &Function, mut event: Value) -> Vec<Value> {
    let mut answers: Vec<Value> = Vec::new();
    while answers.last().is_none_or(|answer| answer["hookStatus"] == "IN_PROGRESS") {
        let answer = function.invoke(event.to_string(), TIMEOUT).await.unwrap();
        if let Some(delay) = answer["callBackDelay"].as_u64() {
            tokio::time::sleep(Duration::from_secs(delay)).await;
        }
        if answer["hookDetails"].is_object() {
            event["hookDetails"] = answer["hookDetails"].clone();
        }
        answers.push(answer);
    }
    answers
}

fn lines<'a>(log: &'a [Value], kind: &str) -> Vec<&'a Value> {
    log.iter().filter(|line| line["kind"] == kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn both_forms_of_the_event_get_the_verdict_as_the_result() {
    let events = "events = [\"AfterAllowTestTraffic\"]";
    for (behaviour, status) in [("pass", "SUCCEEDED"), ("fail", "FAILED"), ("unreachable", "FAILED")] {
        let (function, _bundle) = function(&plugin("smoke", behaviour, events)).await;
        for event in [wrapped(), flat()] {
            assert_eq!(
                function.invoke(event.to_string(), TIMEOUT).await,
                Ok(json!({ "hookStatus": status })),
                "{behaviour}"
            );
        }
        let log = function.end().await;
        let verdicts = lines(&log, "verdict");
        assert_eq!(verdicts.len(), 2, "{log:#?}");
        for (verdict, cold_start) in verdicts.iter().zip([1, 0]) {
            assert_eq!(verdict["event"], "AfterAllowTestTraffic", "{verdict}");
            assert_eq!(verdict["deployment"], head()["resourceArn"], "{verdict}");
            assert_eq!(verdict["ColdStart"], cold_start, "{verdict}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn state_is_carried_over_as_many_calls_as_the_plugin_wants() {
    let suite =
        plugin("slow", "pending", "") + "attempts = 4\ndelay_seconds = 1\n" + &plugin("quick", "pass", "");
    for mut event in [wrapped(), flat()] {
        event["hookDetails"] = json!({ "team": "shop" });
        let (function, _bundle) = function(&suite).await;
        let answers = asked(&function, event).await;
        let statuses: Vec<_> = answers.iter().map(|answer| answer["hookStatus"].as_str().unwrap()).collect();
        assert_eq!(statuses, ["IN_PROGRESS", "IN_PROGRESS", "IN_PROGRESS", "SUCCEEDED"]);
        let states = answers.iter().filter_map(|answer| {
            let details = answer.get("hookDetails")?;
            // What the hook was configured with stays beside it.
            assert_eq!((&details["team"], &answer["callBackDelay"]), (&"shop".into(), &1.into()), "{answer}");
            Some(details["greenlight"]["plugins"]["slow"]["state"].as_str().unwrap())
        });
        assert_eq!(states.collect::<Vec<_>>(), ["1,", "1,2,", "1,2,3,"]);
        let log = function.end().await;
        let runs = |plugin: &str| lines(&log, "run").iter().filter(|line| line["plugin"] == plugin).count();
        assert_eq!((runs("slow"), runs("quick")), (4, 1), "{log:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_goes_on_where_the_first_one_was() {
    let suite = plugin("slow", "pending", "") + "attempts = 2\ndelay_seconds = 1\n";
    let (first, _bundle) = function(&suite).await;
    let pending = first.invoke(wrapped().to_string(), TIMEOUT).await.unwrap();
    first.end().await;
    let (second, _bundle) = function(&suite).await;
    let mut event = wrapped();
    event["hookDetails"] = pending["hookDetails"].clone();
    assert_eq!(asked(&second, event).await, [json!({ "hookStatus": "SUCCEEDED" })]);
    let log = second.end().await;
    assert!(
        log.iter().any(|line| line["message"].as_str().unwrap().contains("attempt 2, carried `1,`")),
        "{log:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_hangs_is_answered_as_failed_before_lambda_ends_the_function() {
    let bundle = bundle(&plugin("smoke", "sleep", "timeout = \"10m\""));
    let function = Function::start::<&str>(bundle.path(), |_| Vec::new()).await;
    let answer = function.invoke(wrapped().to_string(), Duration::from_secs(3)).await;
    assert_eq!(answer, Ok(json!({ "hookStatus": "FAILED" })));
    let log = function.end().await;
    let reason = lines(&log, "verdict")[0]["reason"].as_str().unwrap();
    assert!(reason.ends_with(" left; raise the function's timeout)"), "{reason}");
}
