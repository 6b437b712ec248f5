//! Findings for people.

use std::io::{self, Write};

use annotate_snippets::renderer::{DEFAULT_TERM_WIDTH, Renderer};
use annotate_snippets::{AnnotationKind, Group, Level, Snippet};
use greenlight_core::finding::{Finding, Severity};

use super::input::Checked;

/// `file:line:column: error[code]: message`, the fix on a line of its own, and a last line for the file.
pub(super) fn write_lines(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    for finding in &checked.findings {
        writeln!(out, "{finding:#}")?;
    }
    writeln!(out, "{}: {}", checked.file, checked.summary())
}

/// Every finding with the lines of the file it is about.
pub(super) fn write_snippets(
    checked: &Checked,
    width: usize,
    color: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(if width == 0 { DEFAULT_TERM_WIDTH } else { width });
    for finding in &checked.findings {
        match snippet(checked, finding) {
            Some(group) => writeln!(out, "{}\n", renderer.render(&[group]))?,
            None => writeln!(out, "{finding:#}\n")?,
        }
    }
    writeln!(out, "{}: {}", checked.file, checked.summary())
}

/// The finding as a report, where the file is a text that has its place.
fn snippet<'c>(checked: &'c Checked, finding: &'c Finding) -> Option<Group<'c>> {
    let source = checked.source.as_deref()?;
    let span = finding.text_place().map(|place| place.span.clone())?;
    source.get(span.clone())?;
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let place = AnnotationKind::Primary.span(first_line(source, span));
    let group = level
        .primary_title(finding.message.as_str())
        .id(finding.code.as_ref())
        .element(Snippet::source(source).path(checked.file.as_str()).annotation(place));
    Some(match &finding.fix {
        Some(fix) => group.element(Level::HELP.with_name("fix").message(fix.as_str())),
        None => group,
    })
}

/// A whole map underlined says less than its first line.
fn first_line(source: &str, span: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let text = source.get(span.clone()).unwrap_or_default();
    let length = text.find(['\r', '\n']).unwrap_or(text.len());
    span.start..span.start + length
}
