//! The tree that YAML and JSON are both read into, with the place of every part.

use std::ops::Range;

use super::value::Value;

/// A value with its place in the text, in bytes.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) span: Range<usize>,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    /// A number by its text in JSON's grammar: what was written counts, not what a float makes of it.
    Number(String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// One key of a map with its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_span: Range<usize>,
    pub(super) value: Node,
}

impl Node {
    /// The node in words, for messages: `a list`, `the number 80`.
    pub(super) fn described(&self) -> String {
        match &self.kind {
            Kind::Null => "nothing".to_owned(),
            Kind::Bool(value) => format!("`{value}`"),
            Kind::Number(text) => format!("the number {}", clipped(text)),
            Kind::Text(text) if text.is_empty() => "an empty text".to_owned(),
            Kind::Text(text) => format!("the text `{}`", clipped(text)),
            Kind::List(_) => "a list".to_owned(),
            Kind::Map(_) => "a map".to_owned(),
        }
    }

    /// Levels of lists and maps, this one included.
    pub(super) fn height(&self) -> usize {
        let inner = match &self.kind {
            Kind::List(items) => items.iter().map(Self::height).max(),
            Kind::Map(entries) => entries.iter().map(|entry| entry.value.height()).max(),
            _ => return 0,
        };
        inner.unwrap_or_default() + 1
    }

    pub(super) const fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// The node without its places.
    pub(super) fn to_value(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Number(text) => Value::Number(text.clone()),
            Kind::Text(text) => Value::Text(text.clone()),
            Kind::List(items) => Value::List(items.iter().map(Self::to_value).collect()),
            Kind::Map(entries) => {
                Value::Map(entries.iter().map(|entry| (entry.key.clone(), entry.value.to_value())).collect())
            }
        }
    }
}

/// A text from the file made fit for a message: one line, at most 60 characters.
pub(super) fn clipped(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut clipped = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == LONGEST {
            clipped.push('…');
            break;
        }
        clipped.push(if c.is_control() { '\u{fffd}' } else { c });
    }
    clipped
}
