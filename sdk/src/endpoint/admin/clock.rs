//! The endpoint's clock.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::Refused;
use crate::endpoint::context::Context;
use crate::endpoint::wire::Time;

/// The longest step, ten years. Longer ones are mistakes, such as seconds for milliseconds.
const MAX_STEP: Duration = Duration::from_secs(10 * 31_557_600);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    /// A duration as people write it, such as `1h 30min`.
    advance: String,
}

/// Tells the time.
pub(super) fn read(context: &Context) -> Value {
    let now = context.now();
    json!({ "now": now, "epochSeconds": Time(now) })
}

/// Moves the time on.
pub(super) fn advance(context: &Context, input: &Advance) -> Result<Value, Refused> {
    let given = &input.advance;
    let step = humantime::parse_duration(given).map_err(|error| {
        Refused::Value(format!(
            "{given:?} is not a duration: {error}; write it as in \"1h 30min\" or \"90s\""
        ))
    })?;
    if step > MAX_STEP {
        let longest = humantime::format_duration(MAX_STEP);
        return Err(Refused::Value(format!("{given:?} is too long a step; the longest is {longest}")));
    }
    context.engine.advance(step);
    Ok(read(context))
}
