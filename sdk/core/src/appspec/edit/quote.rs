//! Texts in the quotes that others have.

use super::Place;
use crate::appspec::write_yaml;

/// The text in the quotes of what it takes the place of, or of what stands beside it.
pub(super) fn like(old: &str, new: &str) -> String {
    match old.chars().next() {
        Some('"') => json(new),
        Some('\'') => format!("'{}'", new.replace('\'', "''")),
        _ => write_yaml::text_scalar(new),
    }
}

/// The text as a JSON string.
pub(super) fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The text in quotes where the whole file is JSON, or plain where it can be.
pub(super) fn for_file(place: &Place<'_>, text: &str) -> String {
    if place.text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        json(text)
    } else {
        write_yaml::text_scalar(text)
    }
}
