//! The event of `greenlight hook doctor`.

use serde_json::{Map, Value};

use super::{CARRIED, EventError, text};
use crate::doctor::VERSION;

/// The member that tells it from all other events, with the version of the form.
const DOCTOR: &str = "doctor";

/// The question whether hooks would work here: `{"greenlight": {"doctor": 1}}`, with an optional `deploymentId`.
///
/// With `"dryRun": true` nothing is looked into: so the function asks itself whether it may invoke itself, for there are
/// emulators of Lambda that carry out what they should only check.
///
/// ```
/// use greenlight_lambda_host::event::Event;
/// use serde_json::json;
///
/// let event = json!({ "greenlight": { "doctor": 1, "deploymentId": "d-1NNWZG91L" } });
/// let Ok(Event::Doctor(event)) = Event::read(&event) else { panic!("{event}") };
/// assert_eq!(event.deployment.as_deref(), Some("d-1NNWZG91L"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DoctorEvent {
    /// A deployment to ask about. Without one the questions are about one that cannot exist.
    pub deployment: Option<String>,
    /// Whether to answer without looking.
    pub dry_run: bool,
}

/// The doctor's members in those of an event, if it is the doctor's.
pub(super) fn within(members: &Map<String, Value>) -> Option<&Map<String, Value>> {
    members.get(CARRIED)?.as_object().filter(|own| own.contains_key(DOCTOR))
}

impl DoctorEvent {
    pub(super) fn read(members: &Map<String, Value>) -> Result<Self, EventError> {
        let broken = |problem| EventError::Doctor { problem };
        match members.get(DOCTOR).and_then(Value::as_u64) {
            Some(VERSION) => {}
            Some(other) => {
                return Err(broken(format!("its version is {other}, and this host knows {VERSION}")));
            }
            None => return Err(broken("its version is no number".to_owned())),
        }
        let deployment = match members.get("deploymentId") {
            None | Some(Value::Null) => None,
            Some(_) => Some(text(members, "deploymentId").map_err(broken)?),
        };
        Ok(Self { deployment, dry_run: members.get("dryRun") == Some(&Value::Bool(true)) })
    }

    /// The event with which the function asks itself.
    pub(crate) fn dry_run() -> Value {
        serde_json::json!({ CARRIED: { DOCTOR: VERSION, "dryRun": true } })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Event;
    use super::*;

    fn read(own: Value) -> Result<Event, String> {
        Event::read(&json!({ CARRIED: own })).map_err(|error| error.to_string())
    }

    #[test]
    fn a_hook_that_carries_progress_is_no_question_of_a_doctor() {
        let mut event = json!({ "DeploymentId": "d-1", "LifecycleEventHookExecutionId": "e" });
        event[CARRIED] = json!({ "doctor": 1 });
        assert!(matches!(Event::read(&event), Ok(Event::CodeDeploy(_))), "{event}");
    }

    #[test]
    fn the_functions_own_question_is_answered_without_looking() {
        let Ok(Event::Doctor(event)) = Event::read(&DoctorEvent::dry_run()) else {
            panic!("no doctor's event")
        };
        assert!(event.dry_run && event.deployment.is_none());
    }

    #[test]
    fn another_version_is_refused_with_the_one_that_is_known() {
        let ends = "; deploy a bundle of the same version as the command";
        let begins = "the event is a doctor's of another version: its ";
        for (own, problem) in [
            (json!({ "doctor": 2 }), "version is 2, and this host knows 1"),
            (json!({ "doctor": "1" }), "version is no number"),
            (json!({ "doctor": 1, "deploymentId": 7 }), "deploymentId is a number, not a text"),
        ] {
            assert_eq!(read(own), Err(format!("{begins}{problem}{ends}")));
        }
    }
}
