//! The alarms that deployment groups name.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Refused;
use crate::endpoint::context::Context;

/// The longest name that CloudWatch takes.
const MAX_NAME_CHARACTERS: usize = 255;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SetAlarm {
    active: bool,
}

/// The names of those that are active, in alphabetical order.
pub(super) fn list(context: &Context) -> Value {
    json!({ "alarms": context.engine.alarms() })
}

/// Sets or clears an alarm. It need not have been named before.
pub(super) fn set(context: &Context, name: &str, input: &SetAlarm) -> Result<Value, Refused> {
    if name.is_empty() || name.chars().count() > MAX_NAME_CHARACTERS {
        return Err(Refused::Value(format!(
            "an alarm's name must have 1 to {MAX_NAME_CHARACTERS} characters"
        )));
    }
    context.engine.set_alarm(name, input.active);
    Ok(json!({ "name": name, "active": input.active }))
}
