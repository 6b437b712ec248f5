//! What happened, or would happen.

use std::io::{self, Write};

use greenlight::setup::{Action, Change, Changes};
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
    changes: &'a Changes,
}

impl<'a> Shown<'a> {
    pub(super) fn new(setup: &'a str, verb: Verb, done: Done, changes: &'a Changes) -> Self {
        let command = match verb {
            Verb::Setup => "setup",
            Verb::Teardown => "teardown",
        };
        Self { setup, command, dry_run: done == Done::DryRun, changes }
    }

    /// A line for each thing, and one that counts them.
    pub(super) fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        for change in self.changes.iter() {
            writeln!(out, "{}", one_line(&self.line(change)))?;
        }
        let counted = |action| match self.changes.count(action) {
            0 => None,
            count => Some(format!("{count} {}", self.word(action).trim_end())),
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

    fn line(&self, change: &Change) -> String {
        let mut line =
            format!("{} {} {}", self.word(change.action), change.kind, change.name).trim_end().to_owned();
        if !change.details.is_empty() {
            line = format!("{line} ({})", change.details.join(", "));
        }
        line
    }

    const fn word(&self, action: Action) -> &'static str {
        match (self.dry_run, action) {
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
}
