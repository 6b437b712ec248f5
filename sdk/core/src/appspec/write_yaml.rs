//! Values as YAML, in block form. A text goes out plain only where every YAML reader takes it for a text.

use std::fmt::Write as _;

use super::node::Kind;
use super::value::Value;
use super::yaml_scalar;

/// Longest key that YAML allows before its colon is 1024 characters; a longer one is marked with `?`.
const LONGEST_PLAIN_KEY: usize = 1000;

/// The text, with a line feed at its end.
pub(super) fn text(value: &Value) -> String {
    let mut out = String::new();
    match scalar(value) {
        Some(text) => out.push_str(&text),
        None => write_block(value, 0, &mut out),
    }
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

/// Writes a list or map whose first line is already indented.
fn write_block(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                write_indent(index, indent, out);
                out.push_str("- ");
                match scalar(item) {
                    Some(text) => out.push_str(&text),
                    None => write_block(item, indent + 2, out),
                }
                end_line(out);
            }
        }
        Value::Map(entries) => {
            for (index, (key, value)) in entries.iter().enumerate() {
                write_indent(index, indent, out);
                write_key(key, indent, out);
                match scalar(value) {
                    Some(text) => {
                        out.push(' ');
                        out.push_str(&text);
                    }
                    None => {
                        out.push('\n');
                        out.push_str(&" ".repeat(indent + 2));
                        write_block(value, indent + 2, out);
                    }
                }
                end_line(out);
            }
        }
        _ => {}
    }
}

fn write_key(key: &str, indent: usize, out: &mut String) {
    let key = text_scalar(key);
    if key.len() > LONGEST_PLAIN_KEY {
        out.push_str("? ");
        out.push_str(&key);
        out.push('\n');
        out.push_str(&" ".repeat(indent));
    } else {
        out.push_str(&key);
    }
    out.push(':');
}

fn write_indent(index: usize, indent: usize, out: &mut String) {
    if index > 0 {
        out.push_str(&" ".repeat(indent));
    }
}

fn end_line(out: &mut String) {
    if !out.ends_with('\n') {
        out.push('\n');
    }
}

/// A value that fits behind its key: everything but a list or map with something in it.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("null".to_owned()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(text) => Some(text.clone()),
        Value::Text(text) => Some(text_scalar(text)),
        Value::List(items) => items.is_empty().then(|| "[]".to_owned()),
        Value::Map(entries) => entries.is_empty().then(|| "{}".to_owned()),
    }
}

/// A text as a scalar, in quotes where it needs them.
pub(super) fn text_scalar(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

/// Whether the text reads as a text without quotes, in YAML 1.1 too: its booleans are words, its numbers begin with a
/// digit, sign or point.
fn is_plain(text: &str) -> bool {
    const WORDS_OF_YAML_1_1: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '_'));
    let continues = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b':' | b'$'));
    begins
        && continues
        && !text.ends_with(':')
        && matches!(yaml_scalar::plain(text.into()), Kind::Text(_))
        && !WORDS_OF_YAML_1_1.iter().any(|word| word.eq_ignore_ascii_case(text))
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_printable(c) => out.push(c),
            // Writing to a string does not fail.
            c if u32::from(c) <= 0xffff => drop(write!(out, "\\u{:04x}", u32::from(c))),
            c => drop(write!(out, "\\U{:08x}", u32::from(c))),
        }
    }
    out.push('"');
    out
}

/// What a double-quoted text can hold as it is; line ends of Unicode and the byte order mark are left out.
fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}
