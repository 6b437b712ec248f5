//! What the version path says in JSON.

use greenlight_hook::Check;
use greenlight_hook::http::Response;
use serde_json::Value;

use crate::probe::Probe;
use crate::settings::Settings;

/// Passes when every answer with the expected status holds the expected fields, and one and the same version.
pub(crate) fn judge(check: Check<'_>, probe: &Probe, settings: &Settings) {
    let answers: Vec<&Response> =
        probe.answers.iter().filter(|answer| answer.status() == settings.expected_status).collect();
    // The first version seen is the one that all others must agree with, when none was configured.
    let mut expected = settings.expected_version.clone();
    let mut problems: Vec<String> = Vec::new();
    for answer in &answers {
        if let Err(problem) = judge_one(answer, &mut expected, settings) {
            problems.push(problem);
        }
    }
    let total = answers.len();
    match problems.first() {
        Some(first) => {
            let count = problems.len();
            check.fail(format!("GET {} answered {first}, in {count} of {total} bodies", probe.path));
        }
        None if answers.is_empty() => {
            check.skip(format!("GET {} never answered {}", probe.path, settings.expected_status));
        }
        None => check.pass(format!("version {} in {total} of {total} bodies", expected.unwrap_or_default())),
    }
}

fn judge_one(answer: &Response, version: &mut Option<String>, settings: &Settings) -> Result<(), String> {
    let body: Value = serde_json::from_slice(answer.body()).map_err(|error| {
        format!("a body that is not JSON ({error}; it begins `{}`)", beginning(&answer.text()))
    })?;
    let seen = field(&body, &settings.version_field)?;
    let expected = version.get_or_insert_with(|| seen.clone());
    agree(&settings.version_field, &seen, expected)?;
    for entry in &settings.expected_fields {
        let (name, expected) = entry.split_once('=').unwrap_or((entry, ""));
        agree(name.trim(), &field(&body, name.trim())?, expected.trim())?;
    }
    Ok(())
}

fn agree(name: &str, seen: &str, expected: &str) -> Result<(), String> {
    if seen == expected { Ok(()) } else { Err(format!("`{name}` = `{seen}`, expected `{expected}`")) }
}

/// The field at a dotted path, as text: a string without its quotes, anything else as JSON.
fn field(body: &Value, path: &str) -> Result<String, String> {
    let found = path.split('.').try_fold(body, |value, name| match value {
        Value::Array(items) => name.parse::<usize>().ok().and_then(|index| items.get(index)),
        _ => value.get(name),
    });
    match found {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(value) => Ok(value.to_string()),
        None => Err(format!("a body without `{path}` (it begins `{}`)", beginning(&body.to_string()))),
    }
}

fn beginning(text: &str) -> String {
    const MAX_CHARS: usize = 60;
    let mut shown: String =
        text.chars().take(MAX_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(MAX_CHARS).is_some() {
        shown.push_str(" ...");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_field_is_found_by_its_dotted_path() {
        let body = json!({"build": {"version": "2", "numbers": [7, 8]}, "ready": true});
        assert_eq!(field(&body, "build.version").unwrap(), "2");
        assert_eq!(field(&body, "build.numbers.1").unwrap(), "8");
        assert_eq!(field(&body, "ready").unwrap(), "true");
        assert_eq!(
            field(&json!({"version": "2"}), "version.major").unwrap_err(),
            "a body without `version.major` (it begins `{\"version\":\"2\"}`)"
        );
    }
}
