//! What a process prints, line by line.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::sync::{mpsc, oneshot};

/// One line that a process printed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutputLine {
    /// Where it was printed to.
    pub stream: OutputStream,
    /// The line without its end. Bytes that are not UTF-8 are replaced; a line longer than 8 KiB comes in pieces.
    pub text: String,
}

impl fmt::Display for OutputLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// One of the two streams of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutputStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

impl fmt::Display for OutputStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
        })
    }
}

/// A function that gets the lines of output; see
/// [`TaskSetSpec::with_output`](crate::local::task_set::TaskSetSpec::with_output).
#[derive(Clone)]
pub struct OutputSink(Arc<dyn Fn(&OutputLine) + Send + Sync>);

impl OutputSink {
    pub(in crate::local) fn new(sink: impl Fn(&OutputLine) + Send + Sync + 'static) -> Self {
        Self(Arc::new(sink))
    }
}

impl fmt::Debug for OutputSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OutputSink(..)")
    }
}

/// Longest line, in bytes, that is kept in one piece.
const MAX_LINE_BYTES: usize = 8 * 1024;

/// Lines kept for messages, and the most that they may take together.
const MAX_TAIL_LINES: usize = 200;
const MAX_TAIL_BYTES: usize = 64 * 1024;

/// The last lines of a process.
#[derive(Debug, Default)]
pub(super) struct OutputTail(Mutex<Tail>);

#[derive(Debug, Default)]
struct Tail {
    lines: VecDeque<OutputLine>,
    bytes: usize,
}

impl OutputTail {
    pub(super) fn lines(&self) -> Vec<OutputLine> {
        self.lock().lines.iter().cloned().collect()
    }

    fn push(&self, line: OutputLine) {
        let mut tail = self.lock();
        tail.bytes += line.text.len();
        tail.lines.push_back(line);
        while tail.lines.len() > MAX_TAIL_LINES || tail.bytes > MAX_TAIL_BYTES {
            let Some(oldest) = tail.lines.pop_front() else { break };
            tail.bytes -= oldest.text.len();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Tail> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks a reader to say when it has taken in all that is there.
pub(super) type Settle = oneshot::Sender<()>;

/// Reads a stream to its end. Without a reader the process would block as soon as the pipe is full.
pub(super) async fn collect(
    mut source: impl AsyncRead + Unpin,
    stream: OutputStream,
    tail: Arc<OutputTail>,
    sink: Option<OutputSink>,
    mut settle: mpsc::Receiver<Settle>,
) {
    let mut splitter = Splitter::default();
    let emit = |bytes: &[u8]| {
        let line = OutputLine { stream, text: String::from_utf8_lossy(bytes).into_owned() };
        if let Some(OutputSink(sink)) = &sink {
            sink(&line);
        }
        tail.push(line);
    };
    let mut buffer = vec![0; MAX_LINE_BYTES];
    loop {
        let read = tokio::select! {
            // In this order: it has settled only when there is nothing to read.
            biased;
            // A broken pipe ends the output as its end does.
            read = source.read(&mut buffer) => read.unwrap_or(0),
            Some(settled) = settle.recv() => {
                // Nobody waits any more: fine.
                let _ = settled.send(());
                continue;
            }
        };
        match buffer.get(..read) {
            Some(bytes) if !bytes.is_empty() => splitter.feed(bytes, &emit),
            _ => break,
        }
    }
    splitter.end(&emit);
}

/// Cuts bytes into lines.
#[derive(Default)]
struct Splitter {
    line: Vec<u8>,
}

impl Splitter {
    fn feed(&mut self, bytes: &[u8], emit: &impl Fn(&[u8])) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if self.line.ends_with(b"\n") {
                self.line.pop();
                if self.line.ends_with(b"\r") {
                    self.line.pop();
                }
                emit(&self.line);
                self.line.clear();
            } else {
                while self.line.len() >= MAX_LINE_BYTES {
                    let rest = self.line.split_off(MAX_LINE_BYTES);
                    emit(&self.line);
                    self.line = rest;
                }
            }
        }
    }

    fn end(self, emit: &impl Fn(&[u8])) {
        if !self.line.is_empty() {
            emit(&self.line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lines(bytes: &[u8]) -> Vec<String> {
        let tail = Arc::new(OutputTail::default());
        let (_, settle) = mpsc::channel(1);
        collect(bytes, OutputStream::Stdout, Arc::clone(&tail), None, settle).await;
        tail.lines().into_iter().map(|line| line.text).collect()
    }

    #[tokio::test]
    async fn lines_end_at_line_feeds_with_or_without_carriage_return_and_at_the_end() {
        assert_eq!(lines(b"one\ntwo\r\n\nfour").await, ["one", "two", "", "four"]);
        assert!(lines(b"").await.is_empty());
    }

    #[tokio::test]
    async fn a_line_without_end_comes_in_pieces() {
        let long = vec![b'x'; 2 * MAX_LINE_BYTES + 10];
        let lengths: Vec<usize> = lines(&long).await.iter().map(String::len).collect();
        assert_eq!(lengths, [MAX_LINE_BYTES, MAX_LINE_BYTES, 10]);
    }

    #[tokio::test]
    async fn bytes_that_are_not_text_are_replaced() {
        assert_eq!(lines(b"a\xffb\n").await, ["a\u{fffd}b"]);
    }

    #[tokio::test]
    async fn only_the_last_lines_are_kept() {
        let many: String = (0..1000).map(|number| format!("{number}\n")).collect();
        let kept = lines(many.as_bytes()).await;
        assert_eq!(kept.len(), MAX_TAIL_LINES);
        assert_eq!(kept.last().unwrap(), "999");

        let large = "y".repeat(MAX_LINE_BYTES - 1) + "\n";
        let kept = lines(large.repeat(20).as_bytes()).await;
        assert!(kept.iter().map(String::len).sum::<usize>() <= MAX_TAIL_BYTES, "{} lines", kept.len());
        assert!(kept.len() >= 7, "{} lines", kept.len());
    }
}
