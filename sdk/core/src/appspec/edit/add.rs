//! A hook for an event that has none.

use super::find::Item;
use super::quote;
use super::{Change, Place};
use crate::appspec::node::{Kind, Node};
use crate::event_name::HookEvent;

/// Adds it where the order of the lifecycle has it, with `Hooks` if that is not there.
pub(super) fn hook(place: &Place<'_>, event: HookEvent, function: &str) -> Option<Change> {
    let Some(hooks) = place.hooks() else { return first(place, event, function) };
    let list = &hooks.value;
    let is_empty = match &list.kind {
        Kind::Null => true,
        Kind::List(items) => items.is_empty(),
        _ => return None,
    };
    if !is_empty {
        return beside(place, list, event, function);
    }
    if place.slice(list.span.clone()).trim().is_empty() {
        // `Hooks:` with nothing behind it, but perhaps a comment.
        let indent = " ".repeat(place.indent(hooks.key_span.start)?.len() + 2);
        let at = place.line_end(hooks.key_span.end);
        let new = format!("{}{indent}- {}: {}", place.new_line(), event, quote::for_file(place, function));
        return Some(Change { at: at..at, new });
    }
    let (event, function) = (quote::for_file(place, event.as_str()), quote::for_file(place, function));
    Some(Change { at: list.span.clone(), new: format!("[{{ {event}: {function} }}]") })
}

/// Adds it to others, written as one of them is.
fn beside(place: &Place<'_>, list: &Node, event: HookEvent, function: &str) -> Option<Change> {
    let items = place.items()?;
    let before = items.iter().rev().find(|item| item.event < event);
    let model = before.or(items.first())?;
    let new = like(place, model, event, function);
    if place.is_flow(list) {
        let first = items.first()?.node;
        let blanks = place.slice(list.span.start + 1..first.span.start);
        return Some(match before {
            // One line has its blanks after commas, however the bracket begins.
            Some(item) => {
                let blanks = if blanks.contains('\n') { blanks } else { " " };
                insert(item.node.span.end, format!(",{blanks}{new}"))
            }
            None => {
                let after = if blanks.contains('\n') { blanks } else { " " };
                insert(first.span.start, format!("{new},{after}"))
            }
        });
    }
    let indent = place.indent(place.dash(model.node)?)?;
    let after = match before {
        Some(item) => item.end(place),
        None => place.hooks()?.key_span.end,
    };
    Some(insert(place.line_end(after), format!("{}{indent}- {new}", place.new_line())))
}

/// An item as another one is written, its event and its function replaced.
fn like(place: &Place<'_>, model: &Item<'_>, event: HookEvent, function: &str) -> String {
    let (key, value) = (place.scalar(&model.entry.key_span), place.scalar(&model.entry.value.span));
    let whole = &model.node.span;
    let behind = value.end..model.end(place);
    [
        place.slice(whole.start..key.start),
        &quote::like(place.slice(key.clone()), event.as_str()),
        place.slice(key.end..value.start),
        &quote::like(place.slice(value), function),
        place.slice(behind),
    ]
    .concat()
}

/// Adds `Hooks` after the last key of the file.
fn first(place: &Place<'_>, event: HookEvent, function: &str) -> Option<Change> {
    let Kind::Map(entries) = &place.root.kind else { return None };
    let (begin, last) = (entries.first()?, entries.last()?);
    let resources = entries.iter().find(|entry| entry.key.eq_ignore_ascii_case("resources"))?;
    let name = if resources.key.starts_with('r') { "hooks" } else { "Hooks" };
    let name = quote::like(place.slice(resources.key_span.clone()), name);
    let (line, function) = (place.new_line(), quote::for_file(place, function));
    if place.is_flow(place.root) {
        let event = quote::for_file(place, event.as_str());
        let blanks = place.slice(place.root.span.start + 1..begin.key_span.start);
        let new = if blanks.contains('\n') {
            let unit = blanks.rsplit('\n').next().unwrap_or_default();
            let (two, three) = (unit.repeat(2), unit.repeat(3));
            format!(
                ",{line}{unit}{name}: [{line}{two}{{{line}{three}{event}: {function}{line}{two}}}{line}{unit}]"
            )
        } else if place.text.contains(": ") {
            format!(", {name}: [{{ {event}: {function} }}]")
        } else {
            format!(",{name}:[{{{event}:{function}}}]")
        };
        return Some(insert(last.value.span.end, new));
    }
    let indent = place.indent(begin.key_span.start)?;
    let deeper = match &resources.value.kind {
        // As deep as the list above it.
        Kind::List(items) if !place.is_flow(&resources.value) => {
            items.first().and_then(|item| place.dash(item)).and_then(|dash| place.indent(dash))?.to_owned()
        }
        _ => format!("{indent}  "),
    };
    let new = format!("{line}{indent}{name}:{line}{deeper}- {event}: {function}");
    Some(insert(place.line_end(last.value.span.end), new))
}

fn insert(at: usize, new: String) -> Change {
    Change { at: at..at, new }
}
