//! The schema of the events that commands write as JSON lines.

use serde_json::Value;

use crate::{Event, programs};

/// Judges each event by the schema that the command's manual names.
///
/// # Panics
///
/// When one is not as the schema has it, or the schema takes anything.
pub fn check_by_schema(events: &[Event]) {
    let text = std::fs::read_to_string(programs::root().join("sdk/cli/schema/events.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for event in events {
        let error = validator.validate(&event.0).err();
        assert!(error.is_none(), "{} is not as the schema has it: {error:?}", event.0);
    }
    let mut wrong = events.last().unwrap().0.clone();
    wrong["event"] = "perfect".into();
    assert!(!validator.is_valid(&wrong), "the schema tells right from wrong");
}
