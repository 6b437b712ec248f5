//! What happened, or would happen.

use std::io::{self, Write};

use greenlight::setup::{Action, Change};
use serde::Serialize;

use super::Verb;
use crate::view::clean::one_line;

/// Whether it was only told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    DryRun,
    Changed,
}

/// What is shown.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Shown<'a> {
    setup: &'a str,
    command: &'static str,
    dry_run: bool,
    changes: &'a [Change],
    /// Why it ended before all was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl<'a> Shown<'a> {
    pub(super) fn new(setup: &'a str, verb: Verb, done: Done, changes: &'a [Change]) -> Self {
        let command = match verb {
            Verb::Setup => "setup",
            Verb::Teardown => "teardown",
        };
        Self { setup, command, dry_run: done == Done::DryRun, changes, error: None }
    }

    /// Of one that ended early.
    pub(super) fn with_error(mut self, error: String) -> Self {
        self.error = Some(error);
        self
    }

    /// How many things were changed, behind the lines of each.
    pub(super) fn write_counts(&self, out: &mut dyn Write) -> io::Result<()> {
        let count = |action| self.changes.iter().filter(|change| change.action == action).count();
        let counted = |action| match count(action) {
            0 => None,
            count => Some(format!("{count} {}", word(self.dry_run, action).trim_end())),
        };
        let counts = [Action::Create, Action::Change, Action::Delete].into_iter().filter_map(counted);
        let counts = counts.collect::<Vec<_>>().join(", ");
        match (self.dry_run, counts.as_str()) {
            (_, "") => writeln!(out, "nothing to do"),
            (true, counts) => writeln!(out, "{counts}; this was a dry run"),
            (false, counts) => writeln!(out, "{counts}"),
        }
    }

    pub(super) fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, self).map_err(io::Error::from)?;
        writeln!(out)
    }
}

/// A line about one thing.
pub(super) fn line(dry_run: bool, change: &Change) -> String {
    let mut line =
        format!("{} {} {}", word(dry_run, change.action), change.kind, change.name).trim_end().to_owned();
    if !change.details.is_empty() {
        line = format!("{line} ({})", change.details.join(", "));
    }
    one_line(&line)
}

const fn word(dry_run: bool, action: Action) -> &'static str {
    match (dry_run, action) {
        (true, Action::Create) => "to create",
        (true, Action::Change) => "to change",
        (true, Action::Delete) => "to delete",
        (true, Action::Keep) => "to keep  ",
        (false, Action::Create) => "created",
        (false, Action::Change) => "changed",
        (false, Action::Delete) => "deleted",
        (false, Action::Keep) => "kept   ",
    }
}
