//! A rehearsal under way.

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout};
use tokio::task::JoinHandle;

use crate::{Ended, Event, within};

/// A rehearsal under way, read event by event.
#[derive(Debug)]
pub struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    stderr: JoinHandle<Vec<u8>>,
    seen: Vec<Event>,
    text: String,
    mark: String,
}

impl Running {
    pub(crate) fn new(mut child: Child, mark: String) -> Self {
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut source = child.stderr.take().unwrap();
        let stderr = tokio::spawn(async move {
            let mut bytes = Vec::new();
            drop(source.read_to_end(&mut bytes).await);
            bytes
        });
        Self { child, lines, stderr, seen: Vec::new(), text: String::new(), mark }
    }

    /// The next event; none after the last one.
    ///
    /// # Panics
    ///
    /// When a line is no event, or none comes in time.
    pub async fn next(&mut self) -> Option<Event> {
        let line = within("an event comes", self.lines.next_line()).await.unwrap()?;
        self.text.push_str(&line);
        self.text.push('\n');
        let event = Event::parse(&line);
        self.seen.push(event.clone());
        Some(event)
    }

    /// Reads on until an event is of this kind and has these values.
    ///
    /// # Panics
    ///
    /// When none is.
    pub async fn until(&mut self, kind: &str, values: &[(&str, &str)]) -> Event {
        while let Some(event) = self.next().await {
            if event.is(kind, values) {
                return event;
            }
        }
        panic!("no event `{kind}` with {values:?} came, but:\n{}", self.text)
    }

    /// The events that were read.
    #[must_use]
    pub fn seen(&self) -> &[Event] {
        &self.seen
    }

    /// Sends it a signal.
    ///
    /// # Panics
    ///
    /// When it has ended.
    pub fn signal(&self, signal: Signal) {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        kill_process(id.expect("it has ended"), signal).unwrap();
    }

    /// Reads the rest and waits for its end.
    ///
    /// # Panics
    ///
    /// When it does not end.
    pub async fn finish(mut self) -> Ended {
        while self.next().await.is_some() {}
        let status = within("greenlight ends", self.child.wait()).await.unwrap();
        let stderr = within("its standard error is closed", self.stderr).await.unwrap();
        Ended::new(status, self.text.as_bytes(), &stderr, self.mark)
    }
}
