//! Hooks of Amazon ECS are answered by the function's result.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Fake, Setup, plugin};

fn event() -> Value {
    json!({
        "executionId": "b2f1",
        "lifecycleStage": "POST_TEST_TRAFFIC_SHIFT",
        "resourceArn": "arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/1",
        "executionDetails": {
            "serviceArn": "arn:aws:ecs:us-east-1:123456789012:service/main/web",
            "targetServiceRevisionArn": "arn:aws:ecs:us-east-1:123456789012:service-revision/main/web/2",
            "testTrafficWeights": {},
            "productionTrafficWeights": {},
        },
        "hookDetails": { "team": "shop" },
    })
}

async fn answered(suite: String, event: Value) -> (Value, Fake) {
    let aws = Fake::well().await;
    let hosted = Setup::new(suite, &aws).host();
    (hosted.handle(event, Duration::from_secs(30)).await.unwrap(), aws)
}

#[tokio::test]
async fn a_verdict_is_the_result_and_codedeploy_is_not_asked() {
    let events = "events = [\"AfterAllowTestTraffic\"]";
    let (passed, aws) = answered(plugin("smoke", "pass", events), event()).await;
    assert_eq!(passed, json!({ "hookStatus": "SUCCEEDED" }));
    assert!(aws.asked().is_empty());
    for behaviour in ["fail", "unreachable"] {
        let (failed, _) = answered(plugin("smoke", behaviour, events), event()).await;
        assert_eq!(failed, json!({ "hookStatus": "FAILED" }), "{behaviour}");
    }
}

#[tokio::test]
async fn pending_is_in_progress_with_a_delay_and_state_that_comes_back() {
    let suite = plugin("slow", "pending", "") + "delay_seconds = 1\n";
    let (first, aws) = answered(suite.clone(), event()).await;
    assert_eq!((&first["hookStatus"], &first["callBackDelay"]), (&"IN_PROGRESS".into(), &1.into()));
    assert_eq!(first["hookDetails"]["team"], "shop");
    assert_eq!(first["hookDetails"]["greenlight"]["plugins"]["slow"]["state"], "1,");
    assert!(aws.asked().is_empty());
    let mut again = event();
    again["hookDetails"] = first["hookDetails"].clone();
    assert_eq!(answered(suite, again).await.0, json!({ "hookStatus": "SUCCEEDED" }));
}

#[tokio::test]
async fn a_broken_event_is_failed_and_one_of_another_kind_is_not_worked_on() {
    let suite = || plugin("smoke", "pass", "");
    let (broken, _) = answered(suite(), json!({ "executionId": "b2f1" })).await;
    assert_eq!(broken, json!({ "hookStatus": "FAILED" }));
    let aws = Fake::well().await;
    let hosted = Setup::new(suite(), &aws).host();
    let other = hosted.handle(json!({ "Records": [] }), Duration::from_secs(30)).await.unwrap_err();
    assert!(other.to_string().contains("an object with the keys Records"), "{other}");
    assert!(aws.asked().is_empty());
}
