//! What the host writes: one JSON object a line.
//!
//! Every line has `timestamp`, `level` and `message`, which Lambda's own JSON logs have too. Further members say what it is
//! about: `deployment`, `execution` (a fingerprint: the id itself is hundreds of characters), `event`, `plugin`,
//! `request`. A line that a plugin wrote has its `source`, which is absent from those of the host. The line with `"kind":
//! "verdict"` is the last one of a hook, and explains by itself how it ended.

mod library;
mod line;
mod plugin;
mod sink;
mod verdict;

use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

pub use self::line::Level;
pub(crate) use self::plugin::{observer, ran};
pub use self::sink::{LogSink, Stdout};
pub(crate) use self::verdict::{VerdictLine, verdict};
use crate::Clock;

/// Writes lines that are about one thing.
#[derive(Clone)]
pub struct Log {
    sink: Arc<dyn LogSink>,
    clock: Clock,
    about: Arc<Vec<(&'static str, Value)>>,
}

impl Log {
    /// Lines about nothing yet.
    #[must_use]
    pub fn new(sink: Arc<dyn LogSink>, clock: Clock) -> Self {
        Self { sink, clock, about: Arc::new(Vec::new()) }
    }

    /// Writes what the libraries of this process warn of, too. The first call counts: a process has one log of them.
    #[must_use]
    pub fn with_libraries(self) -> Self {
        // A function of one's own may have chosen otherwise before.
        let _ = tracing::subscriber::set_global_default(library::Libraries(self.clone()));
        self
    }

    /// The same, with every line about one more thing.
    #[must_use]
    pub(crate) fn about(&self, what: &'static str, value: impl Into<Value>) -> Self {
        let mut about = self.about.as_ref().clone();
        about.retain(|(known, _)| *known != what);
        about.push((what, value.into()));
        Self { about: Arc::new(about), ..self.clone() }
    }

    pub(crate) fn info(&self, message: impl fmt::Display) {
        self.write(Level::Info, &message, &[]);
    }

    pub(crate) fn warn(&self, message: impl fmt::Display) {
        self.write(Level::Warn, &message, &[]);
    }

    pub(crate) fn error(&self, message: impl fmt::Display) {
        self.write(Level::Error, &message, &[]);
    }

    /// Writes one line with more members.
    pub(crate) fn write(&self, level: Level, message: &dyn fmt::Display, more: &[(&'static str, Value)]) {
        self.sink.write_line(&line::line(self.clock.now(), level, message, &self.about, more));
    }

    pub(crate) const fn clock(&self) -> &Clock {
        &self.clock
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("about", &self.about).finish_non_exhaustive()
    }
}

/// Sixteen characters that stand for an execution's id.
pub(crate) fn fingerprint(execution: &str) -> String {
    let mut text = hex::encode(Sha256::digest(execution));
    text.truncate(16);
    text
}
