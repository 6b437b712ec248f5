//! The body of a request on its way out: counted, limited, and never taken away from the plugin that writes it.
//!
//! # Why a plugin could lose requests, and cannot here
//!
//! A `wasi:http` plugin writes its request body through a channel; the other end is the body that the sender was
//! handed. When that end is dropped the plugin's next write fails as "stream closed", even if the write has nothing
//! in it and the request is doing well. Two things drop it early:
//!
//! * hyper does, for every GET and HEAD whose body has no known length: it decides that there is no body, writes the
//!   head and lets the body go, at once, and so does every sender when the request is refused or has failed;
//! * on a multi-thread runtime that happens on another thread while the plugin is still between sending the
//!   request and finishing the body.
//!
//! A plugin on `wstd` writes and finishes even an empty body after it has sent the head, awaits that together with
//! the response, and gives both up when the write fails. So the request reached the server, the response came
//! back, and the plugin saw "connection reset". On a current-thread runtime the sender cannot run before the plugin next
//! waits, which is after the body is finished: there nothing is lost. The same race turns the reason of a refusal into
//! "connection reset".
//!
//! The task that drives the connection is not to blame: the response's resources keep it until they are dropped, in
//! whatever order. Measured: with a sender made to run ahead of the plugin, a `wstd` plugin lost 40 of 40 requests that
//! the server had answered, and none when the body alone was kept.
//!
//! Therefore the plugin's end is never closed under it. Whoever drops a [`SentBody`] that the plugin has not
//! finished leaves behind a task that goes on reading it, into nothing, until the plugin finishes or its store is
//! dropped. What was read that way is counted, so that the report can say so.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use wasmtime_wasi_http::{Error as WasiError, WasiBody};

use super::record::RecordHandle;

/// A request's body, as hyper reads it.
#[derive(Debug)]
pub(super) struct SentBody {
    /// Gone once it was read to its end or failed.
    inner: Option<WasiBody>,
    progress: Arc<SendProgress>,
    max_bytes: u64,
    record: RecordHandle,
}

/// How far the request's body has got, as seen from outside.
#[derive(Debug, Default)]
pub(super) struct SendProgress {
    sent: AtomicU64,
    finished: AtomicBool,
    over_limit: AtomicBool,
}

impl SendProgress {
    /// Whether the body went out to its end, so that the connection is free for the next request.
    pub(super) fn is_finished(&self) -> bool {
        self.finished.load(Relaxed)
    }

    /// Whether the body was cut off at the limit.
    pub(super) fn is_over_limit(&self) -> bool {
        self.over_limit.load(Relaxed)
    }
}

impl SentBody {
    pub(super) fn new(inner: WasiBody, max_bytes: u64, record: RecordHandle) -> Self {
        let inner = (!inner.is_end_stream()).then_some(inner);
        let progress = Arc::new(SendProgress::default());
        progress.finished.store(inner.is_none(), Relaxed);
        Self { inner, progress, max_bytes, record }
    }

    pub(super) fn progress(&self) -> Arc<SendProgress> {
        Arc::clone(&self.progress)
    }

    fn end(&mut self) {
        self.inner = None;
        self.progress.finished.store(true, Relaxed);
    }

    fn count(&mut self, bytes: usize) -> Result<(), WasiError> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let sent = self.progress.sent.fetch_add(bytes, Relaxed).saturating_add(bytes);
        if sent > self.max_bytes {
            self.progress.over_limit.store(true, Relaxed);
            return Err(WasiError::HttpRequestBodySize(Some(self.max_bytes)));
        }
        self.record.update(|r| r.request_bytes = sent);
        Ok(())
    }
}

impl Body for SentBody {
    type Data = Bytes;
    type Error = WasiError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, WasiError>>> {
        let Some(inner) = self.inner.as_mut() else { return Poll::Ready(None) };
        let frame = std::task::ready!(Pin::new(&mut *inner).poll_frame(cx));
        let at_end = inner.is_end_stream();
        Poll::Ready(match frame {
            None => {
                self.end();
                None
            }
            Some(Ok(frame)) => {
                if let Some(data) = frame.data_ref()
                    && let Err(e) = self.count(data.len())
                {
                    return Poll::Ready(Some(Err(e)));
                }
                if at_end {
                    self.end();
                }
                Some(Ok(frame))
            }
            // The plugin gave the body up, so there is nothing left to read; nor is the body complete.
            Some(Err(e)) => {
                self.inner = None;
                Some(Err(e))
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl Drop for SentBody {
    fn drop(&mut self) {
        let Some(mut rest) = self.inner.take() else { return };
        let record = self.record.clone();
        // Outside a runtime nothing runs any more that could be writing.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                while let Some(Ok(frame)) = rest.frame().await {
                    let bytes = frame.data_ref().map_or(0, Bytes::len);
                    record.update(|r| r.unsent_request_bytes += u64::try_from(bytes).unwrap_or(u64::MAX));
                }
            });
        }
    }
}
