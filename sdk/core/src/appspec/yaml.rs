//! YAML events to the tree: one document, aliases written out within the budget, merge keys applied.

use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::fault::{Fault, too_deep, too_many_values};
use super::limits::{Budget, Cost, MAX_DEPTH};
use super::node::{Entry, Kind, Node};
use super::report::Report;
use super::source::Source;
use super::yaml_fault::{alias_in_itself, check_collection_tag, key_is_no_text, syntax_fault, unknown_tag};
use super::yaml_merge::merged;
use super::yaml_scalar;
use crate::finding::Finding;

/// Reads the first document. What keeps it from being read is reported, and nothing is returned.
pub(super) fn read(report: &mut Report<'_, '_>) -> Option<Node> {
    let source = report.source;
    let mut builder = Builder::new(source);
    let mut parser = Parser::new_from_str(source.body());
    while let Some(next) = parser.next_event() {
        let outcome = match next {
            Ok((event, span)) => builder.on_event(event, source.span_of_characters(bounds(span))),
            Err(error) => Err(syntax_fault(source, &error)),
        };
        match outcome {
            Ok(Step::More) => {}
            Ok(Step::NextDocument(at)) => {
                let finding = Finding::error("several-documents", "a second document begins here")
                    .with_fix("keep one document: an AppSpec deploys one resource");
                report.add(finding, at, "");
                break;
            }
            Err(fault) => {
                report.add_fault(fault);
                return None;
            }
        }
    }
    builder.root
}

enum Step {
    More,
    NextDocument(Range<usize>),
}

/// A list or map that is still open.
struct Open {
    start: usize,
    anchor: usize,
    /// What had been spent when it began.
    spent: Cost,
    kind: OpenKind,
}

enum OpenKind {
    List(Vec<Node>),
    Map {
        entries: Vec<Entry>,
        /// Which entries have the merge key `<<`; in quotes it is a key like others.
        merges: Vec<usize>,
        key: Option<Key>,
    },
}

/// A node that aliases may repeat.
struct Anchored {
    node: Node,
    cost: Cost,
    /// Levels of lists and maps in it.
    height: usize,
}

struct Key {
    text: String,
    span: Range<usize>,
    merges: bool,
}

struct Builder<'s, 't> {
    source: &'s Source<'t>,
    open: Vec<Open>,
    /// Finished nodes by the number of their anchor.
    anchors: HashMap<usize, Anchored>,
    budget: Budget,
    documents: usize,
    root: Option<Node>,
}

impl<'s, 't> Builder<'s, 't> {
    fn new(source: &'s Source<'t>) -> Self {
        Self {
            source,
            open: Vec::new(),
            anchors: HashMap::new(),
            budget: Budget::new(),
            documents: 0,
            root: None,
        }
    }

    fn on_event(&mut self, event: Event<'_>, at: Range<usize>) -> Result<Step, Fault> {
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Ok(Step::NextDocument(at));
                }
            }
            Event::SequenceStart(anchor, tag) => {
                check_collection_tag(tag.as_deref(), &at)?;
                self.begin(anchor, at, OpenKind::List(Vec::new()))?;
            }
            Event::MappingStart(anchor, tag) => {
                check_collection_tag(tag.as_deref(), &at)?;
                self.begin(anchor, at, OpenKind::Map { entries: Vec::new(), merges: Vec::new(), key: None })?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(&at)?,
            Event::Scalar(text, style, anchor, tag) => {
                let before = self.budget.spent();
                self.take(Cost { values: 1, bytes: text.len() }, &at)?;
                if self.awaits_key() {
                    let merges = style == ScalarStyle::Plain && text == "<<";
                    self.add(Node { span: at, kind: Kind::Text(text.into_owned()) }, anchor, before)?;
                    self.mark_merge(merges);
                } else {
                    let Some(kind) = yaml_scalar::resolve(text, style, tag.as_deref()) else {
                        return Err(unknown_tag(tag.as_deref(), at));
                    };
                    self.add(Node { span: self.trimmed(at), kind }, anchor, before)?;
                }
            }
            Event::Alias(anchor) => {
                let before = self.budget.spent();
                let Some(anchored) = self.anchors.get(&anchor) else {
                    return Err(alias_in_itself(at));
                };
                if self.open.len() + anchored.height > MAX_DEPTH {
                    return Err(Fault::new(too_deep(), at));
                }
                // Paid for before it is copied.
                if !self.budget.take(anchored.cost) {
                    return Err(Fault::new(too_many_values(), at));
                }
                let node = anchored.node.clone();
                self.add(node, 0, before)?;
            }
            Event::DocumentEnd | Event::StreamStart | Event::StreamEnd | Event::Nothing => {}
        }
        Ok(Step::More)
    }

    fn begin(&mut self, anchor: usize, at: Range<usize>, kind: OpenKind) -> Result<(), Fault> {
        if self.awaits_key() {
            return Err(key_is_no_text(at));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(Fault::new(too_deep(), at));
        }
        let spent = self.budget.spent();
        self.take(Cost { values: 1, bytes: 0 }, &at)?;
        self.open.push(Open { start: at.start, anchor, spent, kind });
        Ok(())
    }

    fn end(&mut self, at: &Range<usize>) -> Result<(), Fault> {
        let Some(Open { start, anchor, spent, kind }) = self.open.pop() else { return Ok(()) };
        let (last, kind) = match kind {
            OpenKind::List(items) => (items.last().map(|node| node.span.end), Kind::List(items)),
            OpenKind::Map { entries, merges, .. } => {
                (entries.last().map(|entry| entry.value.span.end), Kind::Map(merged(entries, &merges)))
            }
        };
        // A block collection has no end of its own: it ends with its last value.
        let end = if at.is_empty() { last.unwrap_or(start) } else { at.end };
        self.add(Node { span: start..end.max(start), kind }, anchor, spent)
    }

    /// Puts a finished node where it belongs: into the open collection, or at the root.
    fn add(&mut self, node: Node, anchor: usize, spent_before: Cost) -> Result<(), Fault> {
        if anchor != 0 {
            let now = self.budget.spent();
            let cost = Cost {
                values: now.values.saturating_sub(spent_before.values),
                bytes: now.bytes.saturating_sub(spent_before.bytes),
            };
            self.take(cost, &node.span)?;
            let height = node.height();
            self.anchors.insert(anchor, Anchored { node: node.clone(), cost, height });
        }
        match self.open.last_mut().map(|open| &mut open.kind) {
            None => self.root = Some(node),
            Some(OpenKind::List(items)) => items.push(node),
            Some(OpenKind::Map { entries, merges, key }) => match key.take() {
                Some(key) => {
                    if key.merges {
                        merges.push(entries.len());
                    }
                    entries.push(Entry { key: key.text, key_span: key.span, value: node });
                }
                None => match node.kind {
                    Kind::Text(text) | Kind::Number(text) => {
                        *key = Some(Key { text, span: node.span, merges: false });
                    }
                    _ => return Err(key_is_no_text(node.span)),
                },
            },
        }
        Ok(())
    }

    /// Marks the key that was just added.
    fn mark_merge(&mut self, merges: bool) {
        if let Some(OpenKind::Map { key: Some(key), .. }) = self.open.last_mut().map(|open| &mut open.kind) {
            key.merges = merges;
        }
    }

    fn awaits_key(&self) -> bool {
        matches!(self.open.last().map(|open| &open.kind), Some(OpenKind::Map { key: None, .. }))
    }

    fn take(&mut self, cost: Cost, at: &Range<usize>) -> Result<(), Fault> {
        if self.budget.take(cost) {
            return Ok(());
        }
        Err(Fault::new(too_many_values(), at.clone()))
    }

    /// The range without blanks at its end, which block texts have.
    fn trimmed(&self, at: Range<usize>) -> Range<usize> {
        let text = self.source.slice(at.clone());
        at.start..at.start + text.trim_end().len()
    }
}

fn bounds(span: Span) -> Range<usize> {
    span.start.index()..span.end.index()
}
