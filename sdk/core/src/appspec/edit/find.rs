//! The parts of the tree that are changed, and the lines around them.

use std::ops::Range;

use super::Place;
use crate::appspec::node::{Entry, Kind, Node};
use crate::event_name::HookEvent;

impl<'t> Place<'t> {
    /// The value of `TaskDefinition`.
    pub(super) fn task_definition(&self) -> Option<&'t Node> {
        let Kind::List(resources) = &key(self.root, "Resources")?.value.kind else { return None };
        let Kind::Map(named) = &resources.first()?.kind else { return None };
        let properties = key(&named.first()?.value, "Properties")?;
        Some(&key(&properties.value, "TaskDefinition")?.value)
    }

    /// The key `Hooks` with its value.
    pub(super) fn hooks(&self) -> Option<&'t Entry> {
        key(self.root, "Hooks")
    }

    /// The items of `Hooks` with the event of each, where each has one.
    pub(super) fn items(&self) -> Option<Vec<Item<'t>>> {
        let Kind::List(items) = &self.hooks()?.value.kind else { return None };
        items.iter().map(Item::of).collect()
    }

    /// The byte after the line that a byte is in, its end left out: where a line can be put after it.
    pub(super) fn line_end(&self, byte: usize) -> usize {
        let rest = self.text.get(byte..).unwrap_or_default();
        byte + rest.find(['\n', '\r']).unwrap_or(rest.len())
    }

    /// The first byte of the line that a byte is in.
    pub(super) fn line_start(&self, byte: usize) -> usize {
        let before = self.text.get(..byte).unwrap_or_default();
        before.rfind(['\n', '\r']).map_or(0, |end| end + 1)
    }

    /// How lines end here.
    pub(super) fn new_line(&self) -> &'static str {
        match self.text.find('\n') {
            Some(at) if self.text.get(..at).is_some_and(|before| before.ends_with('\r')) => "\r\n",
            _ => "\n",
        }
    }

    /// Blanks before a byte in its line, if there is nothing else.
    pub(super) fn indent(&self, byte: usize) -> Option<&'t str> {
        let before = self.text.get(self.line_start(byte)..byte)?.trim_start_matches('\u{feff}');
        before.bytes().all(|byte| byte == b' ').then_some(before)
    }

    /// Whether a list or map is written with brackets or braces.
    pub(super) fn is_flow(&self, node: &Node) -> bool {
        self.slice(node.span.clone()).starts_with(['[', '{'])
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &'t str {
        self.text.get(range).unwrap_or_default()
    }

    /// A scalar with its quotes: the parser counts what follows the quotes in, up to the end of a comment.
    pub(super) fn scalar(&self, span: &Range<usize>) -> Range<usize> {
        let text = self.slice(span.clone());
        let mut letters = text.char_indices().peekable();
        let Some((_, quote @ ('"' | '\''))) = letters.next() else { return span.clone() };
        while let Some((at, letter)) = letters.next() {
            let is_escaped = match letter {
                '\\' => quote == '"',
                '\'' => quote == '\'' && letters.peek().is_some_and(|(_, next)| *next == '\''),
                _ => false,
            };
            if is_escaped {
                letters.next();
            } else if letter == quote {
                return span.start..span.start + at + 1;
            }
        }
        span.clone()
    }

    /// The dash of an item of a block list.
    pub(super) fn dash(&self, item: &Node) -> Option<usize> {
        let before = self.text.get(..item.span.start)?.trim_end();
        before.ends_with('-').then(|| before.len() - 1)
    }

    /// Whole lines from one byte to another, with the line end after them or, at the end of the text, the one before. Nothing when
    /// something else is in these lines.
    pub(super) fn whole_lines(&self, from: usize, to: usize) -> Option<Range<usize>> {
        let start = self.line_start(from);
        self.indent(from)?;
        let end = self.line_end(to);
        let rest = self.text.get(to..end)?.trim();
        if !rest.is_empty() && !rest.starts_with('#') {
            return None;
        }
        let after = self.text.get(end..)?;
        let ended = ["\r\n", "\n", "\r"].iter().find(|end| after.starts_with(*end));
        if let Some(ended) = ended {
            return Some(start..end + ended.len());
        }
        let before = self.text.get(..start)?;
        let kept = before.strip_suffix('\n').map(|text| text.strip_suffix('\r').unwrap_or(text));
        Some(kept.map_or(start, str::len)..end)
    }
}

/// One item of `Hooks`: an event with its function.
#[derive(Clone, Copy)]
pub(super) struct Item<'t> {
    pub(super) node: &'t Node,
    pub(super) entry: &'t Entry,
    pub(super) event: HookEvent,
}

impl<'t> Item<'t> {
    fn of(node: &'t Node) -> Option<Self> {
        let Kind::Map(entries) = &node.kind else { return None };
        let [entry] = entries.as_slice() else { return None };
        let event = HookEvent::ALL.iter().find(|event| event.as_str().eq_ignore_ascii_case(&entry.key))?;
        Some(Self { node, entry, event: *event })
    }

    /// Where it ends: with its brace, or with its function.
    pub(super) fn end(&self, place: &Place<'_>) -> usize {
        if place.is_flow(self.node) { self.node.span.end } else { place.scalar(&self.entry.value.span).end }
    }
}

fn key<'t>(node: &'t Node, name: &str) -> Option<&'t Entry> {
    let Kind::Map(entries) = &node.kind else { return None };
    entries.iter().find(|entry| entry.key.eq_ignore_ascii_case(name))
}
