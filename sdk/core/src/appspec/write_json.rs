//! Values as JSON. Numbers go out by their text, which no float could give back.

use super::value::Value;

/// The text, indented by two spaces, with a line feed at its end.
pub(super) fn text(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, &mut out);
    out.push('\n');
    out
}

fn write(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(text) => out.push_str(text),
        Value::Text(text) => out.push_str(&quoted(text)),
        Value::List(items) => {
            write_all('[', items, ']', indent, out, |item, out| write(item, indent + 2, out))
        }
        Value::Map(entries) => write_all('{', entries, '}', indent, out, |(key, value), out| {
            out.push_str(&quoted(key));
            out.push_str(": ");
            write(value, indent + 2, out);
        }),
    }
}

fn write_all<T>(
    open: char,
    items: &[T],
    close: char,
    indent: usize,
    out: &mut String,
    one: impl Fn(&T, &mut String),
) {
    out.push(open);
    for (index, item) in items.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.push_str(&" ".repeat(indent + 2));
        one(item, out);
    }
    if !items.is_empty() {
        out.push('\n');
        out.push_str(&" ".repeat(indent));
    }
    out.push(close);
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
