//! What Amazon ECS tells with its event.

use greenlight_hook_runtime::Weights;

use super::Known;
use crate::event::NativeEvent;

/// The stages that CodeDeploy has too, by its name for them.
const SHARED: [(&str, &str); 5] = [
    ("PRE_SCALE_UP", "BeforeInstall"),
    ("POST_SCALE_UP", "AfterInstall"),
    ("POST_TEST_TRAFFIC_SHIFT", "AfterAllowTestTraffic"),
    ("PRE_PRODUCTION_TRAFFIC_SHIFT", "BeforeAllowTraffic"),
    ("POST_PRODUCTION_TRAFFIC_SHIFT", "AfterAllowTraffic"),
];

/// All of it. Plugins know the moment by CodeDeploy's name, where it has one.
pub(crate) fn native(event: &NativeEvent) -> Known {
    let shared = SHARED.iter().find(|(stage, _)| *stage == event.stage).map(|(_, name)| *name);
    let mut known = Known {
        event: Some(shared.unwrap_or(&event.stage).to_owned()),
        service: event.service.as_deref().map(service),
        weights: weights(event),
        ..Known::default()
    };
    let facts = [
        ("lifecycle-stage", Some(event.stage.clone())),
        ("service-arn", event.service.clone()),
        ("service-revision-arn", event.revision.clone()),
        ("rollback", event.is_rollback().then(|| "true".to_owned())),
    ];
    let facts = facts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    known.attributes.extend(facts);
    known
}

/// `cluster:service` of `arn:aws:ecs:<region>:<account>:service/<cluster>/<service>`.
fn service(arn: &str) -> String {
    match arn.split_once(":service/") {
        Some((_, name)) => name.replace('/', ":"),
        None => arn.to_owned(),
    }
}

fn weights(event: &NativeEvent) -> Option<Weights> {
    let target = event.revision.as_ref()?;
    let green = *event.production_weights.get(target)?;
    let others = event.production_weights.iter().filter(|(revision, _)| *revision != target);
    Some(Weights { blue: others.map(|(_, weight)| weight).sum(), green })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::event::Event;

    #[test]
    fn plugins_are_told_what_the_event_says() {
        let event = json!({
            "executionId": "e",
            "lifecycleStage": "POST_TEST_TRAFFIC_SHIFT",
            "executionDetails": {
                "serviceArn": "arn:aws:ecs:eu-west-1:123456789012:service/main/web",
                "targetServiceRevisionArn": "arn:new",
                "productionTrafficWeights": { "arn:old": 90, "arn:new": 10 },
            },
        });
        let Ok(Event::Native(event)) = Event::read(&event) else { panic!("another event") };
        let known = native(&event);
        assert_eq!(known.event.as_deref(), Some("AfterAllowTestTraffic"));
        assert_eq!(known.service.as_deref(), Some("main:web"));
        assert_eq!(known.weights, Some(Weights { blue: 90.0, green: 10.0 }));
        assert_eq!(known.attributes["lifecycle-stage"], "POST_TEST_TRAFFIC_SHIFT");
        assert!(!known.attributes.contains_key("rollback"));
    }
}
