//! The JSON Schema of the lines, kept with the docs.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use snapbox::{assert_data_eq, file};

use super::{FAILS, HOSTILE, Hands, SUCCEEDS, Sink, events, plan};
use crate::view::View;
use crate::view::json::{JsonLines, schema};

#[test]
fn the_schema_in_the_repository_is_up_to_date() {
    // To renew it: SNAPSHOTS=overwrite cargo test -p greenlight-cli schema
    let schema = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    assert_data_eq!(schema, file!["../../../schema/events.schema.json"].raw());
}

#[test]
fn every_line_of_every_kind_fits_the_schema() {
    let schema = schema().to_value();
    let mut seen = BTreeSet::new();
    for line in written() {
        fits(&schema, &line, &schema).unwrap_or_else(|why| panic!("{line}: {why}"));
        seen.insert(line["event"].as_str().unwrap().to_owned());
    }
    let mut known = BTreeSet::new();
    event_names(&schema, &mut known);
    assert_eq!(seen, known, "the recordings lack a kind of event that the schema has");
}

#[test]
fn a_line_that_is_not_ours_does_not_fit_the_schema() {
    let schema = schema().to_value();
    let good = written().into_iter().find(|line| line["event"] == "traffic").unwrap();
    for (key, wrong) in
        [("event", json!("trafic")), ("time", json!(5)), ("blue", json!("90%")), ("blue", json!(-1))]
    {
        let mut line = good.clone();
        line[key] = wrong;
        assert!(fits(&schema, &line, &schema).is_err(), "{line}");
        line.as_object_mut().unwrap().remove(key);
        assert!(fits(&schema, &line, &schema).is_err(), "{line}");
    }
}

/// Lines of every view call and every recording.
fn written() -> Vec<Value> {
    let sink = Sink::default();
    for recording in [SUCCEEDS, FAILS, HOSTILE] {
        let mut view = JsonLines::new(sink.out(), Hands::default().now());
        view.plan(&plan());
        view.note("a note");
        events(recording).iter().for_each(|event| view.event(event));
    }
    sink.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Every constant that a property `event` is given somewhere.
fn event_names(schema: &Value, names: &mut BTreeSet<String>) {
    if let Some(name) = schema.pointer("/properties/event/const").and_then(Value::as_str) {
        names.insert(name.to_owned());
    }
    match schema {
        Value::Object(members) => members.values().for_each(|member| event_names(member, names)),
        Value::Array(items) => items.iter().for_each(|item| event_names(item, names)),
        _ => {}
    }
}

/// Judges a value by the keywords that our schema uses. A keyword that it does not know fails the test, so that
/// nothing goes unjudged.
fn fits(schema: &Value, value: &Value, root: &Value) -> Result<(), String> {
    let Some(keywords) = schema.as_object() else {
        return if schema == &json!(true) { Ok(()) } else { Err("nothing is allowed here".to_owned()) };
    };
    for (keyword, rule) in keywords {
        let each = || rule.as_array().unwrap().iter().map(|one| fits(one, value, root));
        let fine = match keyword.as_str() {
            "$schema" | "title" | "description" | "format" | "$defs" | "default" => true,
            "$ref" => {
                let target = root.pointer(rule.as_str().unwrap().strip_prefix('#').unwrap()).unwrap();
                fits(target, value, root)?;
                true
            }
            "allOf" => each().all(|one| one.is_ok()),
            "anyOf" => each().any(|one| one.is_ok()),
            "oneOf" => each().filter(Result::is_ok).count() == 1,
            "const" => value == rule,
            "enum" => rule.as_array().unwrap().contains(value),
            "type" => match rule {
                Value::Array(types) => types.iter().any(|one| is_a(value, one.as_str().unwrap())),
                one => is_a(value, one.as_str().unwrap()),
            },
            "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap()),
            "required" => {
                rule.as_array().unwrap().iter().all(|key| value.get(key.as_str().unwrap()).is_some())
            }
            "properties" => {
                for (key, of_key) in rule.as_object().unwrap() {
                    value.get(key).map_or(Ok(()), |member| fits(of_key, member, root))?;
                }
                true
            }
            unknown => panic!("the schema uses `{unknown}`, which this test cannot judge: teach it"),
        };
        if !fine {
            return Err(format!("`{keyword}` of {rule}"));
        }
    }
    Ok(())
}

fn is_a(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64(),
        other => panic!("the schema uses the type `{other}`"),
    }
}
