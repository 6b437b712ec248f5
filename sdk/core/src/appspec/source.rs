//! Positions in the text: from what the two parsers count to bytes, and from bytes to line and column.

use std::ops::Range;

use crate::finding::{Place, TextPlace};

/// A text whose positions can be asked for.
#[derive(Debug)]
pub(super) struct Source<'t> {
    text: &'t str,
    /// First byte of every line.
    lines: Vec<usize>,
    /// Byte of every character, unless all are one byte long.
    characters: Option<Vec<usize>>,
    /// Bytes of the byte order mark that the parsers do not see.
    mark: usize,
}

impl<'t> Source<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let body = text.get(mark..).unwrap_or_default();
        let characters =
            (!body.is_ascii()).then(|| body.char_indices().map(|(byte, _)| byte).collect::<Vec<_>>());
        Self { text, lines: line_starts(text), characters, mark }
    }

    /// The text without a byte order mark: what the parsers are given.
    pub(super) fn body(&self) -> &'t str {
        self.text.get(self.mark..).unwrap_or_default()
    }

    /// Bytes of the text from bytes of the body.
    pub(super) fn span_of_bytes(&self, range: Range<usize>) -> Range<usize> {
        self.clamped(range.start + self.mark..range.end + self.mark)
    }

    /// Bytes of the text from characters of the body.
    pub(super) fn span_of_characters(&self, range: Range<usize>) -> Range<usize> {
        let byte = |index: usize| match &self.characters {
            Some(characters) => characters.get(index).copied().unwrap_or(self.body().len()),
            None => index,
        };
        self.span_of_bytes(byte(range.start)..byte(range.end))
    }

    /// Bytes of the text from a line and a column in bytes, both counted from 1, of the body.
    pub(super) fn span_at(&self, line: usize, column: usize) -> Range<usize> {
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        let mark = if line <= 1 { self.mark } else { 0 };
        let at = start + mark + column.saturating_sub(1);
        self.clamped(at..at)
    }

    /// The text of a range of bytes.
    pub(super) fn slice(&self, range: Range<usize>) -> &'t str {
        self.text.get(range).unwrap_or_default()
    }

    /// The line that a byte is in, without its end.
    pub(super) fn line_of(&self, byte: usize) -> &'t str {
        let index = self.line_index(byte);
        let start = self.lines.get(index).copied().unwrap_or_default();
        let end = self.lines.get(index + 1).copied().unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or_default().trim_end_matches(['\r', '\n'])
    }

    /// First byte of the line that a byte is in.
    pub(super) fn line_start(&self, byte: usize) -> usize {
        self.lines.get(self.line_index(byte)).copied().unwrap_or_default()
    }

    /// Line and column of a range of bytes.
    pub(super) fn place(&self, range: Range<usize>, path: &str) -> Place {
        let span = self.clamped(range);
        let index = self.line_index(span.start);
        let start = self.lines.get(index).copied().unwrap_or_default();
        let before = self.text.get(start..span.start).unwrap_or_default();
        // An editor does not count the byte order mark as a column.
        let column = before.chars().filter(|c| *c != '\u{feff}').count() + 1;
        Place::Text(TextPlace::new(index + 1, column, span, path))
    }

    /// The number of the line that a byte is in, counted from 1.
    pub(super) fn line_number(&self, byte: usize) -> usize {
        self.line_index(byte) + 1
    }

    fn line_index(&self, byte: usize) -> usize {
        self.lines.partition_point(|start| *start <= byte).saturating_sub(1)
    }

    /// A range inside the text that begins and ends between characters, and not inside a line end of two.
    fn clamped(&self, range: Range<usize>) -> Range<usize> {
        let start = self.boundary(range.start);
        let end = self.boundary(range.end.max(range.start));
        start..end
    }

    fn boundary(&self, byte: usize) -> usize {
        let byte = self.text.floor_char_boundary(byte);
        let bytes = self.text.as_bytes();
        let is_inside_line_end =
            bytes.get(byte) == Some(&b'\n') && byte > 0 && bytes.get(byte - 1) == Some(&b'\r');
        if is_inside_line_end { byte - 1 } else { byte }
    }
}

/// YAML ends a line at a line feed, a carriage return, or both together; JSON's tools agree.
fn line_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends = bytes
        .iter()
        .enumerate()
        .filter(|(index, byte)| **byte == b'\n' || (**byte == b'\r' && bytes.get(index + 1) != Some(&b'\n')));
    std::iter::once(0).chain(ends.map(|(index, _)| index + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line_and_column(source: &Source<'_>, range: Range<usize>) -> (usize, usize) {
        match source.place(range, "") {
            Place::Text(place) => (place.line, place.column),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn every_way_to_end_a_line_counts_once() {
        let source = Source::new("a\nb\r\nc\rd");
        assert_eq!(line_and_column(&source, 2..3), (2, 1));
        assert_eq!(line_and_column(&source, 5..6), (3, 1));
        assert_eq!(line_and_column(&source, 7..8), (4, 1));
    }

    #[test]
    fn columns_count_characters_and_not_the_byte_order_mark() {
        let source = Source::new("\u{feff}é: x");
        assert_eq!(source.span_of_characters(3..4), 7..8);
        assert_eq!(line_and_column(&source, 7..8), (1, 4));
    }

    #[test]
    fn a_range_beyond_the_text_ends_with_it() {
        let source = Source::new("äb");
        assert_eq!(source.span_of_bytes(1..99), 0..3);
        assert_eq!(source.span_of_bytes(50..60), 3..3);
    }

    #[test]
    fn no_range_begins_inside_a_line_end() {
        let source = Source::new("a\r\nb");
        assert_eq!(source.span_of_bytes(2..4), 1..4);
        assert_eq!(line_and_column(&source, 2..2), (1, 2));
    }
}
