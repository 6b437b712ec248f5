//! A value in the place of another.

use super::quote;
use super::{Change, Place};
use crate::appspec::node::Node;
use crate::event_name::HookEvent;

/// Another task definition.
pub(super) fn task_definition(place: &Place<'_>, new: &str) -> Option<Change> {
    place.task_definition().map(|node| value(place, node, new))
}

/// Another function of an event.
pub(super) fn function(place: &Place<'_>, event: HookEvent, new: &str) -> Option<Change> {
    let items = place.items()?;
    let item = items.iter().find(|item| item.event == event)?;
    Some(value(place, &item.entry.value, new))
}

fn value(place: &Place<'_>, node: &Node, new: &str) -> Change {
    let at = place.scalar(&node.span);
    Change { new: quote::like(place.slice(at.clone()), new), at }
}
