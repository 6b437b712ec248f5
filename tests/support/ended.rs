//! What a call of the command left.

use std::process::ExitStatus;

use crate::{Event, eventually, processes};

/// A call of the `greenlight` command that has ended.
#[derive(Debug, Clone)]
pub struct Ended {
    /// Its exit status, unless a signal ended it.
    pub status: Option<i32>,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
    mark: String,
}

impl Ended {
    pub(crate) fn new(status: ExitStatus, stdout: &[u8], stderr: &[u8], mark: String) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("its output is UTF-8");
        Self { status: status.code(), stdout: text(stdout), stderr: text(stderr), mark }
    }

    /// Checks the exit status, and that no process is left behind.
    ///
    /// # Panics
    ///
    /// When it is another one, or something is left.
    pub async fn expect(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "its exit status; it wrote:\n{}\n{}", self.stdout, self.stderr);
        self.leaves_nothing().await
    }

    /// Checks that no process is left behind.
    ///
    /// # Panics
    ///
    /// When something is left.
    pub async fn leaves_nothing(self) -> Self {
        let mark = self.mark.clone();
        // A process that was killed is gone a moment after its signal.
        let nothing = || processes::marked(&mark).is_empty();
        eventually(&format!("no process is left; there were {:?}", processes::marked(&mark)), nothing).await;
        self
    }

    /// Its events, when it was called with `--format json`.
    ///
    /// # Panics
    ///
    /// When a line is no event.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        self.stdout.lines().map(Event::parse).collect()
    }

    /// The last line of its output.
    ///
    /// # Panics
    ///
    /// When it wrote nothing.
    #[must_use]
    pub fn last_line(&self) -> &str {
        self.stdout.lines().next_back().expect("it wrote nothing")
    }
}
