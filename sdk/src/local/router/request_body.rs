//! The body of a request on its way to a target.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

/// Nothing, or what the client sends, as it comes.
#[derive(Debug)]
pub(super) enum RequestBody {
    Empty,
    Streaming { incoming: Incoming, upload: Upload },
}

/// How far a request body has come. A clone follows the same body.
#[derive(Clone, Debug, Default)]
pub(super) struct Upload(Option<Arc<AtomicU64>>);

/// Set in the count of frames when the body has ended or was dropped.
const ENDED: u64 = 1 << 63;

impl RequestBody {
    /// Wraps the body of a client's request. A request without a body costs no allocation.
    pub(super) fn new(incoming: Incoming) -> (Self, Upload) {
        if incoming.is_end_stream() {
            return (Self::Empty, Upload::default());
        }
        let upload = Upload(Some(Arc::default()));
        (Self::Streaming { incoming, upload: upload.clone() }, upload)
    }
}

impl Upload {
    /// Changes whenever a piece was taken from the client.
    pub(super) fn frames(&self) -> u64 {
        self.0.as_ref().map_or(0, |frames| frames.load(Ordering::Relaxed))
    }

    /// Whether all of the body was taken from the client, or it will never be.
    pub(super) fn ended(&self) -> bool {
        self.0.as_ref().is_none_or(|frames| frames.load(Ordering::Relaxed) & ENDED != 0)
    }

    fn advance(&self) {
        if let Some(frames) = &self.0 {
            frames.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn end(&self) {
        if let Some(frames) = &self.0 {
            frames.fetch_or(ENDED, Ordering::Relaxed);
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let Self::Streaming { incoming, upload } = self.get_mut() else { return Poll::Ready(None) };
        let polled = Pin::new(incoming).poll_frame(cx);
        match &polled {
            Poll::Ready(Some(Ok(_))) => upload.advance(),
            Poll::Ready(_) => upload.end(),
            Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Streaming { incoming, .. } => incoming.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Streaming { incoming, .. } => incoming.size_hint(),
        }
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        if let Self::Streaming { upload, .. } = self {
            upload.end();
        }
    }
}
