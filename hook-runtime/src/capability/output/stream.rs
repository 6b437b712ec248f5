//! Standard output and standard error, made into lines of the log.

use std::{
    io, mem,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::{
    cli::{IsTerminal, StdoutStream},
    p2::{OutputStream, Pollable, StreamResult},
};

use crate::{
    recorder::{LINE_BYTES, Recorder},
    report::{LogLevel, LogSource},
};

/// Bytes that a plugin may write in one call; it learns the number and splits longer output.
const CHUNK_BYTES: usize = 64 << 10;

/// A stream that is always ready and never fails, so that no plugin fails by writing to it. What the record
/// has no room for is counted there.
#[derive(Clone)]
pub(crate) struct CapturedStream(Arc<Captured>);

struct Captured {
    source: LogSource,
    recorder: Recorder,
    written: Mutex<Written>,
}

/// What of the output is no line yet, or the last one.
struct Written {
    line: Line,
    last: Last,
}

/// The last line that is not empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct LastLine {
    /// Its first bytes, as they were written.
    pub(crate) bytes: Vec<u8>,
    /// How many there are in all.
    pub(crate) length: u64,
}

/// What becomes a [`LastLine`].
#[derive(Default)]
struct Last {
    /// Bytes to keep of a line; 0 keeps none.
    limit: usize,
    ended: LastLine,
    open: LastLine,
}

/// The line that has begun and not ended.
#[derive(Default)]
struct Line {
    bytes: Vec<u8>,
    /// Bytes past the most that a line may have.
    cut: usize,
}

impl CapturedStream {
    /// `keep` bytes of the last line are kept beside the record, which has lines cleaned and cut.
    pub(crate) fn new(source: LogSource, recorder: Recorder, keep: usize) -> Self {
        let last = Last { limit: keep, ..Last::default() };
        let written = Mutex::new(Written { line: Line::default(), last });
        Self(Arc::new(Captured { source, recorder, written }))
    }

    /// The last line that is not empty, ended or not.
    pub(crate) fn last_line(&self) -> LastLine {
        let last = &self.written().last;
        if last.open.is_blank() { last.ended.clone() } else { last.open.clone() }
    }

    /// Makes a line of what was written since the last line break.
    pub(crate) fn finish(&self) {
        let line = mem::take(&mut self.written().line);
        if !line.bytes.is_empty() {
            self.record(line);
        }
    }

    fn written(&self) -> MutexGuard<'_, Written> {
        self.0.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_bytes(&self, bytes: &[u8]) {
        let mut written = self.written();
        let Written { line: open, last } = &mut *written;
        last.add(bytes);
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, ends) = match piece.strip_suffix(b"\n") {
                Some(text) => (text, true),
                None => (piece, false),
            };
            let (fits, rest) = text.split_at(text.len().min(LINE_BYTES - open.bytes.len()));
            open.bytes.extend_from_slice(fits);
            open.cut += rest.len();
            if ends {
                self.record(mem::take(open));
            }
        }
    }

    fn record(&self, line: Line) {
        let Captured { source, recorder, .. } = &*self.0;
        let level = if *source == LogSource::Stderr { LogLevel::Warn } else { LogLevel::Info };
        recorder.log(*source, level, &String::from_utf8_lossy(&line.bytes));
        recorder.drop_bytes(line.cut);
    }
}

impl LastLine {
    fn is_blank(&self) -> bool {
        self.bytes.trim_ascii().is_empty()
    }
}

impl Last {
    fn add(&mut self, bytes: &[u8]) {
        if self.limit == 0 {
            return;
        }
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let text = piece.strip_suffix(b"\n").unwrap_or(piece);
            let room = self.limit.saturating_sub(self.open.bytes.len());
            self.open.bytes.extend(text.iter().take(room));
            self.open.length += text.len() as u64;
            if text.len() < piece.len() {
                let line = mem::take(&mut self.open);
                if !line.is_blank() {
                    self.ended = line;
                }
            }
        }
    }
}

impl IsTerminal for CapturedStream {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for CapturedStream {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl OutputStream for CapturedStream {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.write_bytes(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(CHUNK_BYTES)
    }
}

#[async_trait::async_trait]
impl Pollable for CapturedStream {
    async fn ready(&mut self) {}
}

impl AsyncWrite for CapturedStream {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.write_bytes(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
