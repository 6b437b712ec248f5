//! YAML's merge key.

use std::collections::HashSet;

use super::node::{Entry, Kind, Node};

/// Applies the entries at `merges`, in ascending order, whose key is `<<`: what `<<` brings in yields to what the map says itself.
pub(super) fn merged(entries: Vec<Entry>, merges: &[usize]) -> Vec<Entry> {
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
