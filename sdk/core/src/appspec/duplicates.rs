//! The same key twice in one map: YAML and JSON readers silently keep the one or the other.

use std::collections::HashMap;

use super::node::{Kind, Node, clipped};
use super::report::{Report, key_path};
use crate::finding::Finding;

/// Reports every key that its map already has, everywhere in the tree.
pub(super) fn check(node: &Node, path: &str, report: &mut Report<'_, '_>) {
    match &node.kind {
        Kind::List(items) => {
            for (index, item) in items.iter().enumerate() {
                check(item, &format!("{path}[{index}]"), report);
            }
        }
        Kind::Map(entries) => {
            let mut first: HashMap<&str, usize> = HashMap::with_capacity(entries.len());
            for entry in entries {
                let path = key_path(path, &clipped(&entry.key));
                if let Some(start) = first.insert(&entry.key, entry.key_span.start) {
                    let line = report.source.line_number(start);
                    let finding = Finding::error(
                        "duplicate-key",
                        format!("the key `{}` is given twice, first on line {line}", clipped(&entry.key)),
                    )
                    .with_fix("keep one of them");
                    report.add(finding, entry.key_span.clone(), &path);
                }
                check(&entry.value, &path, report);
            }
        }
        _ => {}
    }
}
