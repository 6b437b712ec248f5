//! YAML events to the tree: one document, aliases written out within the budget, merge keys applied.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag};

use super::limits::{Budget, Cost, MAX_DEPTH};
use super::node::{Entry, Kind, Node};
use super::report::Report;
use super::source::Source;
use super::yaml_scalar;
use crate::finding::Finding;

/// Reads the first document. What keeps it from being read is reported, and nothing is returned.
pub(super) fn read(report: &mut Report<'_, '_>) -> Option<Node> {
    let source = report.source;
    let mut builder = Builder::new(source);
    let mut parser = Parser::new_from_str(source.body());
    while let Some(next) = parser.next_event() {
        let outcome = match next {
            Ok((event, span)) => builder.on_event(event, source.from_characters(bounds(span))),
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
                report.add(fault.finding, fault.at, "");
                return None;
            }
        }
    }
    builder.root
}

/// What ends the reading, and where.
struct Fault {
    finding: Finding,
    at: Range<usize>,
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

struct Key {
    text: String,
    span: Range<usize>,
    merges: bool,
}

struct Builder<'s, 't> {
    source: &'s Source<'t>,
    open: Vec<Open>,
    /// Finished nodes by the number of their anchor.
    anchors: HashMap<usize, (Node, Cost)>,
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
                let Some((_, cost)) = self.anchors.get(&anchor) else {
                    return Err(Fault {
                        finding: Finding::error(
                            "alias-in-itself",
                            "this alias stands inside the value it repeats",
                        )
                        .with_fix("write the value out"),
                        at,
                    });
                };
                self.take(*cost, &at)?;
                if let Some(node) = self.anchors.get(&anchor).map(|(node, _)| node.clone()) {
                    self.add(node, 0, before)?;
                }
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
            return Err(Fault { finding: too_deep(), at });
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
            self.anchors.insert(anchor, (node.clone(), cost));
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
        Err(Fault { finding: too_many_values(), at: at.clone() })
    }

    /// The range without blanks at its end, which block texts have.
    fn trimmed(&self, at: Range<usize>) -> Range<usize> {
        let text = self.source.slice(at.clone());
        at.start..at.start + text.trim_end().len()
    }
}

/// The finding for nesting beyond [`MAX_DEPTH`].
pub(super) fn too_deep() -> Finding {
    Finding::error("too-deep", format!("lists and maps are nested more than {MAX_DEPTH} levels deep"))
        .with_fix("an AppSpec needs seven levels; look for a bracket that is not closed")
}

/// The finding for a text whose values go beyond the [`Budget`].
pub(super) fn too_many_values() -> Finding {
    Finding::error("too-many-values", "the text holds more values than an AppSpec can have")
        .with_fix("give the AppSpec alone, with aliases written out")
}

/// Applies YAML's merge key: what `<<` brings in yields to what the map says itself.
fn merged(entries: Vec<Entry>, merges: &[usize]) -> Vec<Entry> {
    if merges.is_empty() {
        return entries;
    }
    let is_map = |node: &Node| matches!(node.kind, Kind::Map(_));
    let (mut own, mut brought) = (Vec::with_capacity(entries.len()), Vec::new());
    for (index, entry) in entries.into_iter().enumerate() {
        let merge = merges.binary_search(&index).is_ok();
        match entry.value.kind {
            Kind::Map(inner) if merge => brought.extend(inner),
            Kind::List(items) if merge && items.iter().all(is_map) => {
                for item in items {
                    if let Kind::Map(inner) = item.kind {
                        brought.extend(inner);
                    }
                }
            }
            kind => own.push(Entry { value: Node { span: entry.value.span, kind }, ..entry }),
        }
    }
    let mut known: HashSet<String> = own.iter().map(|entry| entry.key.clone()).collect();
    own.extend(brought.into_iter().filter(|entry| known.insert(entry.key.clone())));
    own
}

fn bounds(span: Span) -> Range<usize> {
    span.start.index()..span.end.index()
}

fn check_collection_tag(tag: Option<&Tag>, at: &Range<usize>) -> Result<(), Fault> {
    match tag {
        Some(tag) if !(tag.is_yaml_core_schema() && matches!(tag.suffix.as_str(), "map" | "seq")) => {
            Err(unknown_tag(Some(tag), at.clone()))
        }
        _ => Ok(()),
    }
}

fn unknown_tag(tag: Option<&Tag>, at: Range<usize>) -> Fault {
    let name = tag.map(ToString::to_string).unwrap_or_default();
    let finding = Finding::error("yaml-tag", format!("CodeDeploy does not know the YAML tag `{name}`"))
        .with_fix("write the plain value: functions of templates, such as !Sub, end before CodeDeploy reads the file");
    Fault { finding, at }
}

fn key_is_no_text(at: Range<usize>) -> Fault {
    let finding = Finding::error("key-not-text", "this key is not a plain text").with_fix(
        "write the key as a plain word; put a value that begins with a brace or bracket into quotes",
    );
    Fault { finding, at }
}

fn syntax_fault(source: &Source<'_>, error: &ScanError) -> Fault {
    let index = error.marker().index();
    let at = source.from_characters(index..index);
    let line = source.line_of(at.start);
    let indent = line.len() - line.trim_start().len();
    if let Some(tab) = line.get(..indent).and_then(|blank| blank.find('\t')) {
        let start = source.line_start(at.start) + tab;
        let finding =
            Finding::error("tab-indentation", "the line is indented with a tab, which YAML does not allow")
                .with_fix("indent with spaces");
        return Fault { finding, at: start..start + 1 };
    }
    let info = error.info().trim_end_matches('.');
    if info.contains("recursion limit") {
        return Fault { finding: too_deep(), at };
    }
    let finding =
        Finding::error("yaml-syntax", format!("this is not valid YAML: {info}")).with_fix(syntax_fix(info));
    Fault { finding, at }
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
