//! A hook taken out.

use std::ops::Range;

use super::{Change, Place};
use crate::appspec::node::Kind;
use crate::event_name::HookEvent;

/// Removes it, and `Hooks` with the last one.
pub(super) fn hook(place: &Place<'_>, event: HookEvent) -> Option<Change> {
    let items = place.items()?;
    let index = items.iter().position(|item| item.event == event)?;
    let hooks = place.hooks()?;
    if let [only] = items.as_slice() {
        let (start, list) = (hooks.key_span.start, &hooks.value);
        let end = if place.is_flow(list) { list.span.end } else { only.end(place) };
        if !place.is_flow(place.root) {
            return place.whole_lines(start, end).map(gone);
        }
        let Kind::Map(entries) = &place.root.kind else { return None };
        let own = entries.iter().position(|entry| entry.key_span == hooks.key_span)?;
        let before = own.checked_sub(1).and_then(|one| entries.get(one)).map(|entry| entry.value.span.end);
        let after = entries.get(own + 1).map(|entry| entry.key_span.start);
        return Some(gone(with_comma(start..end, before, after)));
    }
    let item = items.get(index)?;
    let end = item.end(place);
    let item = item.node;
    if !place.is_flow(&hooks.value) {
        return place.whole_lines(place.dash(item)?, end).map(gone);
    }
    let before = index.checked_sub(1).and_then(|one| items.get(one)).map(|item| item.node.span.end);
    let after = items.get(index + 1).map(|item| item.node.span.start);
    Some(gone(with_comma(item.span.clone(), before, after)))
}

/// What is separated by commas, with the one before it or else the one after.
fn with_comma(own: Range<usize>, before: Option<usize>, after: Option<usize>) -> Range<usize> {
    match (before, after) {
        (Some(end), _) => end..own.end,
        (None, Some(start)) => own.start..start,
        (None, None) => own,
    }
}

const fn gone(at: Range<usize>) -> Change {
    Change { at, new: String::new() }
}
