//! JSON to the tree.
//!
//! `jsonc-parser` gives the places and is told to allow nothing beyond JSON; it still lets a few things through
//! (a line end inside a string, odd blanks), so `serde_json` has the last word on what JSON is.

use jsonc_parser::ast::{Object, ObjectPropName, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde::de::IgnoredAny;

use super::fault::{Fault, too_deep, too_many_values};
use super::limits::{Budget, Cost, MAX_DEPTH};
use super::node::{Entry, Kind, Node};
use super::report::Report;
use super::source::Source;
use crate::finding::Finding;

/// Reads the text. What keeps it from being read is reported, and nothing is returned.
pub(super) fn read(report: &mut Report<'_, '_>) -> Option<Node> {
    let source = report.source;
    match parse_to_ast(source.body(), &CollectOptions::default(), &strict()) {
        Ok(parsed) => {
            let value = parsed.value?;
            let mut builder = Builder { source, budget: Budget::new() };
            match builder.node(&value, 0) {
                Ok(node) => strictly_json(report).then_some(node),
                Err(fault) => {
                    report.add_fault(fault);
                    None
                }
            }
        }
        Err(error) => {
            let range = error.range();
            let at = source.span_of_bytes(range.start..range.end);
            report.add(syntax_finding(error.kind()), at, "");
            None
        }
    }
}

const fn strict() -> ParseOptions {
    ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

struct Builder<'s, 't> {
    source: &'s Source<'t>,
    budget: Budget,
}

impl Builder<'_, '_> {
    fn node(&mut self, value: &Value<'_>, depth: usize) -> Result<Node, Fault> {
        let range = self.source.span_of_bytes(value.start()..value.end());
        if depth >= MAX_DEPTH && matches!(value, Value::Array(_) | Value::Object(_)) {
            return Err(Fault::new(too_deep(), range));
        }
        let kind = match value {
            Value::NullKeyword(_) => Kind::Null,
            Value::BooleanLit(literal) => Kind::Bool(literal.value),
            Value::NumberLit(literal) => Kind::Number(literal.value.to_owned()),
            Value::StringLit(literal) => Kind::Text(literal.value.to_string()),
            Value::Array(array) => {
                let items = array.elements.iter().map(|item| self.node(item, depth + 1));
                Kind::List(items.collect::<Result<_, _>>()?)
            }
            Value::Object(object) => Kind::Map(self.entries(object, depth)?),
        };
        let bytes = match &kind {
            Kind::Text(text) | Kind::Number(text) => text.len(),
            _ => 0,
        };
        if !self.budget.take(Cost { values: 1, bytes }) {
            return Err(Fault::new(too_many_values(), range));
        }
        Ok(Node { span: range, kind })
    }

    fn entries(&mut self, object: &Object<'_>, depth: usize) -> Result<Vec<Entry>, Fault> {
        let mut entries = Vec::with_capacity(object.properties.len());
        for property in &object.properties {
            let (key, range) = match &property.name {
                ObjectPropName::String(name) => (name.value.to_string(), name.range),
                ObjectPropName::Word(name) => (name.value.to_owned(), name.range),
            };
            let value = self.node(&property.value, depth + 1)?;
            entries.push(Entry { key, key_span: self.source.span_of_bytes(range.start..range.end), value });
        }
        Ok(entries)
    }
}

/// Whether `serde_json` agrees that the text is JSON; where it does not, that is reported.
fn strictly_json(report: &mut Report<'_, '_>) -> bool {
    let source = report.source;
    let Err(error) = serde_json::from_str::<IgnoredAny>(source.body()) else { return true };
    let text = error.to_string();
    let reason = text.split(" at line ").next().unwrap_or_default();
    let finding = Finding::error("json-syntax", format!("this is not valid JSON: {reason}")).with_fix(
        "write control characters in strings as escapes, and only spaces and line ends between values",
    );
    report.add(finding, source.span_at(error.line(), error.column()), "");
    false
}

fn syntax_finding(kind: &ParseErrorKind) -> Finding {
    if matches!(kind, ParseErrorKind::NestingDepthExceeded) {
        return too_deep();
    }
    let reason = match kind {
        // Said in the words of the library, which begin with a capital.
        ParseErrorKind::String(kind) => kind.to_string(),
        other => other.to_string(),
    };
    let mut letters = reason.chars();
    let reason: String =
        letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default();
    let fix = match kind {
        ParseErrorKind::CommentsNotAllowed => "take the comment out, or write the file in YAML",
        ParseErrorKind::TrailingCommasNotAllowed => "take the last comma out",
        ParseErrorKind::ExpectedComma => "put a comma between the two values",
        ParseErrorKind::ExpectedStringObjectProperty | ParseErrorKind::UnexpectedWord => {
            "put the word into double quotes; a text that begins with `{` is read as JSON"
        }
        ParseErrorKind::SingleQuotedStringsNotAllowed => "use double quotes",
        ParseErrorKind::UnterminatedObject => "close the brace",
        ParseErrorKind::UnterminatedArray => "close the bracket",
        ParseErrorKind::MultipleRootJsonValues => "keep one value: an AppSpec deploys one resource",
        _ => "check quotes, commas, braces and brackets here; a text that begins with `{` is read as JSON",
    };
    Finding::error("json-syntax", format!("this is not valid JSON: {}", reason.trim_end_matches('.')))
        .with_fix(fix)
}
