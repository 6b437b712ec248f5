//! The event of Amazon ECS's own blue/green deployments, in both of its forms.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-lifecycle-hooks.html>

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{CARRIED, EventError, text};
use crate::progress::Progress;

/// Keys that only this event has.
pub(super) const KEYS: [&str; 4] = ["lifecycleStage", "executionId", "executionDetails", "hookDetails"];

/// One call of a lifecycle hook by Amazon ECS.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NativeEvent {
    /// The execution's id; a repeated call has the same.
    pub execution: String,
    /// The stage, such as `POST_TEST_TRAFFIC_SHIFT`.
    pub stage: String,
    /// The ARN of the service deployment.
    pub deployment: Option<String>,
    /// The ARN of the service.
    pub service: Option<String>,
    /// The ARN of the service revision under test.
    pub revision: Option<String>,
    /// Percent of test requests by service revision; often empty.
    pub test_weights: BTreeMap<String, f64>,
    /// Percent of production requests by service revision; often empty.
    pub production_weights: BTreeMap<String, f64>,
    /// How far an earlier call came.
    pub progress: Option<Progress>,
    /// What the hook was configured with, or answered before, without this host's own.
    pub details: Map<String, Value>,
}

impl NativeEvent {
    pub(super) fn read(members: &Map<String, Value>) -> Result<Self, EventError> {
        let broken = |problem| EventError::Native { problem };
        let nested = members.get("executionDetails").and_then(Value::as_object);
        // An earlier form of the event had all of them at the top.
        let detail = |key: &str| nested.and_then(|nested| nested.get(key)).or_else(|| members.get(key));
        let arn = |key: &str| detail(key).and_then(Value::as_str).map(str::to_owned);
        let mut details = members.get("hookDetails").and_then(Value::as_object).cloned().unwrap_or_default();
        Ok(Self {
            execution: text(members, "executionId").map_err(broken)?,
            stage: text(members, "lifecycleStage").map_err(broken)?,
            deployment: arn("resourceArn"),
            service: arn("serviceArn"),
            revision: arn("targetServiceRevisionArn"),
            test_weights: weights(detail("testTrafficWeights")),
            production_weights: weights(detail("productionTrafficWeights")),
            progress: details.remove(CARRIED).as_ref().and_then(Progress::read),
            details,
        })
    }

    /// What the next call is to be given as its `hookDetails`.
    #[must_use]
    pub fn next_details(&self, progress: &Progress) -> Value {
        let mut details = self.details.clone();
        details.insert(CARRIED.to_owned(), progress.to_json());
        Value::Object(details)
    }

    /// Whether the deployment is going back: production leaves the revision that it was to go to.
    #[must_use]
    pub fn is_rollback(&self) -> bool {
        let target = self.revision.as_ref().and_then(|revision| self.production_weights.get(revision));
        self.stage == "PRODUCTION_TRAFFIC_SHIFT"
            && target.is_some_and(|weight| *weight == 0.0)
            && self.production_weights.values().any(|weight| *weight == 100.0)
    }
}

fn weights(value: Option<&Value>) -> BTreeMap<String, f64> {
    let members = value.and_then(Value::as_object).into_iter().flatten();
    members.filter_map(|(revision, weight)| Some((revision.clone(), weight.as_f64()?))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Event;
    use super::*;

    fn read(payload: &Value) -> Result<NativeEvent, String> {
        match Event::read(payload) {
            Ok(Event::Native(event)) => Ok(event),
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(error.to_string()),
        }
    }

    fn details() -> Value {
        json!({
            "serviceArn": "arn:service",
            "targetServiceRevisionArn": "arn:new",
            "productionTrafficWeights": { "arn:old": 90, "arn:new": 10 },
        })
    }

    #[test]
    fn both_forms_of_the_event_say_the_same() {
        let mut flat = details();
        flat["executionId"] = json!("e");
        flat["lifecycleStage"] = json!("PRODUCTION_TRAFFIC_SHIFT");
        flat["resourceArn"] = json!("arn:deployment");
        let nested = json!({
            "executionId": "e",
            "lifecycleStage": "PRODUCTION_TRAFFIC_SHIFT",
            "resourceArn": "arn:deployment",
            "executionDetails": details(),
        });
        let event = read(&nested).unwrap();
        assert_eq!(read(&flat).unwrap(), event);
        assert_eq!(event.service.as_deref(), Some("arn:service"));
        assert_eq!(event.production_weights["arn:new"], 10.0);
        assert!(!event.is_rollback());
    }

    #[test]
    fn a_rollback_is_seen_by_its_weights() {
        let mut event = json!({
            "executionId": "e", "lifecycleStage": "PRODUCTION_TRAFFIC_SHIFT", "executionDetails": details(),
        });
        event["executionDetails"]["productionTrafficWeights"] = json!({ "arn:old": 100, "arn:new": 0 });
        assert!(read(&event).unwrap().is_rollback());
        event["lifecycleStage"] = json!("TEST_TRAFFIC_SHIFT");
        assert!(!read(&event).unwrap().is_rollback());
    }

    #[test]
    fn state_goes_under_one_key_and_foreign_keys_are_kept() {
        let payload = json!({ "executionId": "e", "lifecycleStage": "POST_SCALE_UP", "hookDetails": { "team": "shop" } });
        let event = read(&payload).unwrap();
        let progress = Progress::begun_at(5);
        let next = event.next_details(&progress);
        assert_eq!(next["team"], "shop");
        let mut again = payload;
        again["hookDetails"] = next;
        let again = read(&again).unwrap();
        assert_eq!(again.progress, Some(progress));
        assert_eq!(again.details, event.details);
    }

    #[test]
    fn an_event_without_its_stage_is_broken() {
        let broken = read(&json!({ "executionId": "e" })).unwrap_err();
        assert_eq!(
            broken,
            "the event is a broken lifecycle hook of Amazon ECS: it has no lifecycleStage; the answer is FAILED"
        );
    }
}
