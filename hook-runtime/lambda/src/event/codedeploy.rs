//! CodeDeploy's event: two ids.

use serde_json::{Map, Value};

use super::{CARRIED, EventError, text};
use crate::progress::Progress;

/// The two keys that the service sends.
pub(super) const KEYS: [&str; 2] = ["DeploymentId", "LifecycleEventHookExecutionId"];

/// One hook execution of a CodeDeploy deployment.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CodeDeployEvent {
    /// The deployment's id, such as `d-1NNWZG91L`.
    pub deployment: String,
    /// The opaque id to report with.
    pub execution: String,
    /// What an earlier invocation handed over.
    pub progress: Option<Progress>,
    /// All members, for the next invocation.
    members: Map<String, Value>,
}

impl CodeDeployEvent {
    pub(super) fn read(members: &Map<String, Value>) -> Result<Self, EventError> {
        let [deployment, execution] = KEYS;
        let broken = |problem| EventError::CodeDeploy { problem };
        Ok(Self {
            deployment: text(members, deployment).map_err(broken)?,
            execution: text(members, execution).map_err(broken)?,
            progress: members.get(CARRIED).and_then(Progress::read),
            members: members.clone(),
        })
    }

    /// Whether something was handed over that this version cannot read. The hook then begins anew.
    #[must_use]
    pub fn is_garbled(&self) -> bool {
        self.progress.is_none() && self.members.contains_key(CARRIED)
    }

    /// The event of the next invocation: this one, and how far the hook has come.
    #[must_use]
    pub fn handed_over(&self, progress: &Progress) -> Value {
        let mut members = self.members.clone();
        members.insert(CARRIED.to_owned(), progress.to_json());
        Value::Object(members)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Event;
    use super::*;

    fn read(payload: &Value) -> Result<CodeDeployEvent, String> {
        match Event::read(payload) {
            Ok(Event::CodeDeploy(event)) => Ok(event),
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn one_id_without_the_other_is_a_broken_event() {
        let sentence = |problem: &str| {
            format!(
                "the event is a broken hook of CodeDeploy: {problem}; nothing can be reported for it, invoke the function \
                 by the AppSpec of a deployment"
            )
        };
        let cases = [
            (json!({ "DeploymentId": "d-1" }), "it has no LifecycleEventHookExecutionId"),
            (json!({ "LifecycleEventHookExecutionId": "e" }), "it has no DeploymentId"),
            (
                json!({ "DeploymentId": 1, "LifecycleEventHookExecutionId": "e" }),
                "its DeploymentId is a number, not a text",
            ),
            (
                json!({ "DeploymentId": "", "LifecycleEventHookExecutionId": "e" }),
                "its DeploymentId is empty",
            ),
        ];
        for (payload, problem) in cases {
            assert_eq!(read(&payload), Err(sentence(problem)));
        }
    }

    #[test]
    fn what_is_handed_over_is_read_again_and_unknown_members_are_kept() {
        let event =
            read(&json!({ "DeploymentId": "d-1", "LifecycleEventHookExecutionId": "e", "New": 1 })).unwrap();
        assert_eq!(event.progress, None);
        assert!(!event.is_garbled());
        let mut progress = Progress::begun_at(1_000);
        progress.hand_overs = 2;
        let next = event.handed_over(&progress);
        assert_eq!(next["New"], 1);
        let again = read(&next).unwrap();
        assert_eq!((again.deployment.as_str(), again.execution.as_str()), ("d-1", "e"));
        assert_eq!(again.progress, Some(progress));
        assert!(!again.is_garbled());
    }

    #[test]
    fn what_another_version_handed_over_is_noticed() {
        let garbled = json!({ "DeploymentId": "d-1", "LifecycleEventHookExecutionId": "e", "greenlight": 1 });
        let event = read(&garbled).unwrap();
        assert!(event.progress.is_none() && event.is_garbled());
    }
}
