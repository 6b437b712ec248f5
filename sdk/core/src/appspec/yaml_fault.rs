//! What can be wrong with a YAML text before any rule looks at it.

use std::ops::Range;

use saphyr_parser::{ScanError, Tag};

use super::fault::{Fault, too_deep};
use super::source::Source;
use crate::finding::Finding;

/// An alias of the value that it stands in.
pub(super) fn alias_in_itself(at: Range<usize>) -> Fault {
    let finding = Finding::error("alias-in-itself", "this alias stands inside the value it repeats")
        .with_fix("write the value out");
    Fault::new(finding, at)
}

/// Refuses every tag but those that say what a list or map is anyway.
pub(super) fn check_collection_tag(tag: Option<&Tag>, at: &Range<usize>) -> Result<(), Fault> {
    match tag {
        Some(tag) if !(tag.is_yaml_core_schema() && matches!(tag.suffix.as_str(), "map" | "seq")) => {
            Err(unknown_tag(Some(tag), at.clone()))
        }
        _ => Ok(()),
    }
}

/// A tag of a template or a program, which CodeDeploy does not read.
pub(super) fn unknown_tag(tag: Option<&Tag>, at: Range<usize>) -> Fault {
    let name = tag.map(ToString::to_string).unwrap_or_default();
    let finding = Finding::error("yaml-tag", format!("CodeDeploy does not know the YAML tag `{name}`"))
        .with_fix("write the plain value: functions of templates, such as !Sub, end before CodeDeploy reads the file");
    Fault::new(finding, at)
}

/// A list, a map or an alias of one in the place of a key.
pub(super) fn key_is_no_text(at: Range<usize>) -> Fault {
    let finding = Finding::error("key-not-text", "this key is not a plain text").with_fix(
        "write the key as a plain word; put a value that begins with a brace or bracket into quotes",
    );
    Fault::new(finding, at)
}

/// What the parser could not get over; a tab is named, because it cannot be seen.
pub(super) fn syntax_fault(source: &Source<'_>, error: &ScanError) -> Fault {
    let index = error.marker().index();
    let at = source.span_of_characters(index..index);
    let line = source.line_of(at.start);
    let indent = line.len() - line.trim_start().len();
    if let Some(tab) = line.get(..indent).and_then(|blank| blank.find('\t')) {
        let start = source.line_start(at.start) + tab;
        let finding =
            Finding::error("tab-indentation", "the line is indented with a tab, which YAML does not allow")
                .with_fix("indent with spaces");
        return Fault::new(finding, start..start + 1);
    }
    let info = error.info().trim_end_matches('.');
    if info.contains("recursion limit") {
        return Fault::new(too_deep(), at);
    }
    let finding =
        Finding::error("yaml-syntax", format!("this is not valid YAML: {info}")).with_fix(syntax_fix(info));
    Fault::new(finding, at)
}

fn syntax_fix(info: &str) -> &'static str {
    if info.contains("mapping values are not allowed") {
        "put a text that holds `: ` into quotes, and indent a key as the keys beside it"
    } else if info.contains("quoted scalar") || info.contains("expected ',' or") {
        "close the quote or bracket"
    } else if info.contains("anchor") {
        "define the anchor with `&` before its alias, or write the value out"
    } else {
        "check the indentation, quotes and brackets of this line and the one before it"
    }
}
