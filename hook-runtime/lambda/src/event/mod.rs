//! The events that a hook function is invoked with, told apart by their form.

mod codedeploy;
mod doctor;
mod error;
mod native;

use serde_json::Value;

pub use self::codedeploy::CodeDeployEvent;
pub use self::doctor::DoctorEvent;
pub use self::error::EventError;
pub use self::native::NativeEvent;

/// The key under which the host keeps what it carries from one attempt to the next.
pub const CARRIED: &str = "greenlight";

/// An event of one of the two services that run hooks, or one of `greenlight hook doctor`.
///
/// ```
/// use greenlight_lambda_host::event::Event;
/// use serde_json::json;
///
/// let event = json!({ "DeploymentId": "d-1NNWZG91L", "LifecycleEventHookExecutionId": "eyJlbmNyeXB0ZWREYXRhIjoi" });
/// assert!(matches!(Event::read(&event), Ok(Event::CodeDeploy(_))));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// From CodeDeploy: two ids, and an answer by a call of its API.
    CodeDeploy(CodeDeployEvent),
    /// From Amazon ECS itself: much context, and an answer by the function's result.
    Native(NativeEvent),
    /// From `greenlight hook doctor`: no hook, but the question whether hooks would work.
    Doctor(DoctorEvent),
}

impl Event {
    /// Reads the JSON that the function was invoked with.
    ///
    /// # Errors
    ///
    /// [`EventError`], when it has the form of none of them, or only almost.
    pub fn read(payload: &Value) -> Result<Self, EventError> {
        let Value::Object(members) = payload else {
            return Err(EventError::Other { found: kind(payload).to_owned() });
        };
        if codedeploy::KEYS.iter().any(|key| members.contains_key(*key)) {
            CodeDeployEvent::read(members).map(Self::CodeDeploy)
        } else if native::KEYS.iter().any(|key| members.contains_key(*key)) {
            NativeEvent::read(members).map(Self::Native)
        } else if let Some(doctor) = doctor::within(members) {
            DoctorEvent::read(doctor).map(Self::Doctor)
        } else if members.is_empty() {
            Err(EventError::Other { found: "an object without keys".to_owned() })
        } else {
            let mut keys: Vec<&str> = members.keys().map(String::as_str).take(5).collect();
            keys.sort_unstable();
            Err(EventError::Other { found: format!("an object with the keys {}", keys.join(", ")) })
        }
    }
}

/// The text of a member, which must not be empty.
fn text(members: &serde_json::Map<String, Value>, key: &'static str) -> Result<String, String> {
    match members.get(key) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
        Some(Value::String(_)) => Err(format!("its {key} is empty")),
        Some(other) => Err(format!("its {key} is {}, not a text", kind(other))),
        None => Err(format!("it has no {key}")),
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_of_another_kind_is_described_and_not_shown() {
        let read = |payload| Event::read(&payload).unwrap_err().to_string();
        let ends = "; this function answers the hooks of CodeDeploy and Amazon ECS only: take it out of whatever else \
                    invokes it";
        assert_eq!(
            read(json!({ "Records": [{ "body": "secret" }] })),
            format!("the event is no hook of a deployment but an object with the keys Records{ends}")
        );
        assert_eq!(read(json!([1])), format!("the event is no hook of a deployment but a list{ends}"));
        assert_eq!(
            read(json!({})),
            format!("the event is no hook of a deployment but an object without keys{ends}")
        );
    }
}
