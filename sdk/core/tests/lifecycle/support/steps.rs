//! What the steps of a play asked for and told.

use greenlight_core::lifecycle::{Action, Lifecycle, Output};
use greenlight_core::{EventKind, Timestamp};

use super::play::Step;

/// What the steps of one machine asked for and told, each with the step.
pub(crate) fn outputs(steps: &[Step]) -> impl Iterator<Item = (&Step, &Output)> {
    steps.iter().flat_map(|step| step.result.iter().flatten().map(move |output| (step, output)))
}

pub(crate) fn actions(steps: &[Step]) -> impl Iterator<Item = (&Step, &Action)> {
    outputs(steps).filter_map(|(step, output)| match output {
        Output::Action(action) => Some((step, action)),
        Output::Event(..) => None,
    })
}

pub(crate) fn events(steps: &[Step]) -> impl Iterator<Item = (&Step, Timestamp, &EventKind)> {
    outputs(steps).filter_map(|(step, output)| match output {
        Output::Event(time, kind) => Some((step, *time, kind)),
        Output::Action(_) => None,
    })
}

pub(crate) fn last(steps: &[Step]) -> Option<&Lifecycle> {
    steps.last().map(|step| &step.after)
}

pub(crate) fn is_rollback(steps: &[Step]) -> bool {
    last(steps).is_some_and(|machine| machine.settings().is_rollback())
}
