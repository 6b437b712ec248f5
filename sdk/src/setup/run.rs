//! One pass over the things of a set-up: the same code finds the differences of a dry run and mends them.

use super::change::{Action, Change, Changes};

/// Whether differences are only told, or mended too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    DryRun,
    Apply,
}

/// A pass under way.
#[derive(Debug)]
pub(super) struct Run {
    mode: Mode,
    changes: Changes,
}

impl Run {
    pub(super) fn new(mode: Mode) -> Self {
        Self { mode, changes: Changes::default() }
    }

    /// Notes what happens to a thing, and says whether the caller is to do it.
    pub(super) fn does(&mut self, change: Change) -> bool {
        let does = self.mode == Mode::Apply && change.action != Action::Keep;
        if does {
            tracing::info!(name: "setup", "{change}");
        }
        self.changes.push(change);
        does
    }

    /// Notes that a thing stays, and why if there is something to say.
    pub(super) fn keeps(&mut self, kind: &'static str, name: impl Into<String>, why: Option<&str>) {
        self.changes.push(Change::new(Action::Keep, kind, name).with_all(why.map(str::to_owned)));
    }

    pub(super) fn mode(&self) -> Mode {
        self.mode
    }

    pub(super) fn into_changes(self) -> Changes {
        self.changes
    }
}
