//! One pass over the things of a set-up: the same code finds the differences of a dry run and mends them.

use std::fmt;
use std::sync::Arc;

use super::change::{Action, Change, Changes};
use super::{Made, SetupError};

/// Whether differences are only told, or mended too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    DryRun,
    Apply,
}

/// Who is told of each thing when it is done.
#[derive(Clone)]
pub(super) struct Observer(Arc<dyn Fn(&Change) + Send + Sync>);

/// A pass under way.
#[derive(Debug)]
pub(super) struct Run {
    mode: Mode,
    changes: Changes,
    observer: Option<Observer>,
    /// What the caller is doing now. It counts as done when the next thing comes.
    doing: Option<Change>,
}

impl Observer {
    pub(super) fn new(observer: impl Fn(&Change) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observer))
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

impl Run {
    pub(super) fn new(mode: Mode) -> Self {
        Self::observed(mode, None)
    }

    pub(super) fn observed(mode: Mode, observer: Option<Observer>) -> Self {
        Self { mode, changes: Changes::default(), observer, doing: None }
    }

    /// The whole pass: what the work gave, and what it noted.
    pub(super) async fn pass<T>(
        mut self,
        work: impl AsyncFnOnce(&mut Self) -> Result<T, SetupError>,
    ) -> Result<Made<T>, SetupError> {
        let value = work(&mut self).await?;
        Ok(Made { value, changes: self.into_changes() })
    }

    /// Notes what happens to a thing, and says whether the caller is to do it.
    pub(super) fn does(&mut self, change: Change) -> bool {
        let does = self.mode == Mode::Apply && change.action != Action::Keep;
        if does {
            tracing::info!(name: "setup", "{change}");
        }
        self.next(Some(change));
        does
    }

    /// Notes that a thing stays, and why if there is something to say.
    pub(super) fn keeps(&mut self, kind: &'static str, name: impl Into<String>, why: Option<&str>) {
        self.next(Some(Change::new(Action::Keep, kind, name).with_all(why.map(str::to_owned))));
    }

    pub(super) fn mode(&self) -> Mode {
        self.mode
    }

    fn into_changes(mut self) -> Changes {
        self.next(None);
        self.changes
    }

    fn next(&mut self, change: Option<Change>) {
        if let Some(done) = std::mem::replace(&mut self.doing, change) {
            if let Some(Observer(observer)) = &self.observer {
                observer(&done);
            }
            self.changes.push(done);
        }
    }
}
