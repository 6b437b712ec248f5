//! What is kept of every request for the report.

use std::{
    fmt,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::Serialize;
use tokio::time::Instant;

use super::{error::HttpError, excerpt::excerpt, target::without_userinfo};

/// The longest URL that a record keeps, in characters.
const MAX_URL_CHARS: usize = 1024;

/// The longest method that is sent and that a record keeps, in characters: as many as the longest in the registry of
/// HTTP methods, `UPDATEREDIRECTREF`, with room to spare.
pub(super) const MAX_METHOD_CHARS: usize = 32;

/// One request of a plugin, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HttpRecord {
    /// The method as the plugin wrote it, cut after 32 characters.
    pub method: String,
    /// The URL with its query, cut after 1,024 characters, and without a password.
    pub url: String,
    /// The status of the response, once its head was there.
    pub status: Option<u16>,
    /// Why there is no complete response.
    pub error: Option<HttpFailure>,
    /// Whether policy forbade the request.
    pub denied: bool,
    /// Whether the response was read to its end. A plugin may drop a body that it does not need.
    pub complete: bool,
    /// The address that was connected to.
    pub address: Option<SocketAddr>,
    /// Whether an earlier request's connection was used again.
    pub reused_connection: bool,
    /// From the start of the run to the request, in microseconds.
    pub start_us: u64,
    /// From the request to the last byte or the failure, in microseconds.
    pub elapsed_us: u64,
    /// Bytes of the request's body that were sent.
    pub request_bytes: u64,
    /// Bytes that the plugin wrote to the request's body and that were **not** sent: because the request had
    /// failed or was answered before, or because a GET or HEAD without `content-length` carries no body.
    pub unsent_request_bytes: u64,
    /// Bytes of the response's body that were received.
    pub response_bytes: u64,
}

/// Why a request failed, in the report's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HttpFailure {
    /// [`HttpError::kind`].
    pub kind: &'static str,
    /// The sentence of the [`HttpError`].
    pub sentence: String,
}

impl fmt::Display for HttpRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ", self.method, self.url)?;
        match (&self.error, self.status) {
            (Some(failure), _) => write!(f, "failed: {}", failure.sentence),
            (None, Some(status)) => {
                write!(
                    f,
                    "{status}, {} bytes in {:?}",
                    self.response_bytes,
                    Duration::from_micros(self.elapsed_us)
                )
            }
            (None, None) => f.write_str("not answered"),
        }
    }
}

/// The records of one run. Shared by the broker and every request under way, so that nothing is lost when the
/// plugin ends in the middle.
#[derive(Debug, Clone)]
pub(super) struct RecordLog {
    started: Instant,
    entries: Arc<Mutex<Vec<HttpRecord>>>,
}

impl RecordLog {
    pub(super) fn new(started: Instant) -> Self {
        Self { started, entries: Arc::default() }
    }

    pub(super) fn snapshot(&self) -> Vec<HttpRecord> {
        lock(&self.entries).clone()
    }

    pub(super) fn begin(&self, method: &http::Method, url: &str) -> RecordHandle {
        let begun = Instant::now();
        let mut entries = lock(&self.entries);
        entries.push(HttpRecord {
            method: excerpt(method.as_str(), MAX_METHOD_CHARS),
            url: excerpt(&without_userinfo(url), MAX_URL_CHARS),
            status: None,
            error: None,
            denied: false,
            complete: false,
            address: None,
            reused_connection: false,
            start_us: micros(begun.saturating_duration_since(self.started)),
            elapsed_us: 0,
            request_bytes: 0,
            unsent_request_bytes: 0,
            response_bytes: 0,
        });
        RecordHandle { entries: Arc::clone(&self.entries), index: entries.len() - 1, begun }
    }
}

/// Writes to one record.
#[derive(Debug, Clone)]
pub(super) struct RecordHandle {
    entries: Arc<Mutex<Vec<HttpRecord>>>,
    index: usize,
    begun: Instant,
}

impl RecordHandle {
    pub(super) fn update(&self, change: impl FnOnce(&mut HttpRecord)) {
        if let Some(record) = lock(&self.entries).get_mut(self.index) {
            change(record);
        }
    }

    /// Notes the time that has passed; called at every step that may be the last.
    pub(super) fn touch(&self) {
        let elapsed_us = micros(self.begun.elapsed());
        self.update(|r| r.elapsed_us = elapsed_us);
    }

    /// Notes the time when the plugin gives the request up, or its run ends, before there is an answer.
    pub(super) fn touch_on_drop(&self) -> TouchOnDrop {
        TouchOnDrop(self.clone())
    }

    pub(super) fn fail(&self, error: &HttpError) {
        self.touch();
        self.update(|r| {
            r.denied = error.is_denied();
            r.error = Some(HttpFailure { kind: error.kind(), sentence: error.to_string() });
        });
    }

    pub(super) const fn begun(&self) -> Instant {
        self.begun
    }
}

/// See [`RecordHandle::touch_on_drop`].
#[derive(Debug)]
pub(super) struct TouchOnDrop(RecordHandle);

impl Drop for TouchOnDrop {
    fn drop(&mut self) {
        self.0.touch();
    }
}

fn lock(entries: &Mutex<Vec<HttpRecord>>) -> MutexGuard<'_, Vec<HttpRecord>> {
    // A thread that panicked in between left a whole record: the list only grows.
    entries.lock().unwrap_or_else(PoisonError::into_inner)
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
