//! The body of a response on its way to the client.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::exchange::Exchange;
use super::pool::Pool;
use super::upstream::{Upstream, driven};

/// What the client gets: the target's body as it comes, or a sentence of the router's own.
#[derive(Debug)]
pub(super) struct ResponseBody {
    // Fields are dropped in this order: a connection that is not fit for the pool is closed before the request stops
    // counting as in flight.
    source: Source,
    exchange: Option<Exchange>,
}

#[derive(Debug)]
enum Source {
    Text(Bytes),
    /// The connection to the target lives in the body and is driven by reading it.
    Attached {
        incoming: Incoming,
        upstream: Box<Upstream>,
        pool: Arc<Pool>,
    },
    /// The connection to the target is driven by a task of its own.
    Detached(Incoming),
    /// The body broke off, and the client is about to learn of it.
    Broken(BodyError),
    Ended,
}

impl ResponseBody {
    pub(super) const fn text(text: Bytes, exchange: Option<Exchange>) -> Self {
        Self { source: Source::Text(text), exchange }
    }

    pub(super) const fn attached(
        incoming: Incoming,
        upstream: Box<Upstream>,
        pool: Arc<Pool>,
        exchange: Exchange,
    ) -> Self {
        Self { source: Source::Attached { incoming, upstream, pool }, exchange: Some(exchange) }
    }

    pub(super) const fn detached(incoming: Incoming, exchange: Exchange) -> Self {
        Self { source: Source::Detached(incoming), exchange: Some(exchange) }
    }

    pub(super) const fn empty(exchange: Option<Exchange>) -> Self {
        Self { source: Source::Ended, exchange }
    }

    /// Nothing more will come: the connection goes back to its pool, and the request is no longer in flight.
    fn finish(&mut self, cx: &mut Context<'_>) {
        if let Source::Attached { mut upstream, pool, .. } =
            std::mem::replace(&mut self.source, Source::Ended)
            && upstream.poll_reusable(cx)
        {
            pool.put(upstream);
        }
        self.exchange = None;
    }

    /// The error is held back for one turn: an error makes hyper drop what it has not written yet, and the client
    /// should get all that the target sent.
    fn fail(&mut self, error: BodyError, cx: &Context<'_>) {
        if let Some(exchange) = &self.exchange {
            exchange.failed(&error);
        }
        self.source = Source::Broken(error);
        self.exchange = None;
        cx.waker().wake_by_ref();
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let this = self.get_mut();
        let polled = match &mut this.source {
            Source::Ended => Poll::Ready(None),
            Source::Broken(_) => {
                return match std::mem::replace(&mut this.source, Source::Ended) {
                    Source::Broken(error) => Poll::Ready(Some(Err(error))),
                    _ => Poll::Ready(None),
                };
            }
            Source::Text(text) => {
                let text = std::mem::take(text);
                this.source = Source::Ended;
                return Poll::Ready((!text.is_empty()).then(|| Ok(Frame::data(text))));
            }
            Source::Detached(incoming) => Pin::new(incoming).poll_frame(cx),
            Source::Attached { incoming, upstream, .. } => {
                let mut polled = Pin::new(&mut *incoming).poll_frame(&mut driven());
                if polled.is_pending() {
                    upstream.drive(cx);
                    polled = Pin::new(incoming).poll_frame(&mut driven());
                }
                if polled.is_ready() {
                    upstream.heard();
                } else if upstream.poll_too_long(cx).is_ready() {
                    this.fail(BodyError::Silent, cx);
                    return Poll::Pending;
                }
                polled
            }
        };
        match polled {
            Poll::Ready(Some(Ok(frame))) => {
                if this.source.is_end_stream() {
                    this.finish(cx);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => {
                this.fail(BodyError::Broken(error), cx);
                Poll::Pending
            }
            Poll::Ready(None) => {
                this.finish(cx);
                Poll::Ready(None)
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.source.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Text(text) => SizeHint::with_exact(text.len() as u64),
            Source::Attached { incoming, .. } | Source::Detached(incoming) => incoming.size_hint(),
            Source::Broken(_) => SizeHint::default(),
            Source::Ended => SizeHint::with_exact(0),
        }
    }
}

impl Source {
    fn is_end_stream(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Attached { incoming, .. } | Self::Detached(incoming) => incoming.is_end_stream(),
            Self::Broken(_) => false,
            Self::Ended => true,
        }
    }
}

/// Why a response broke off. The client sees its connection close before the body is complete.
#[derive(Debug)]
pub(super) enum BodyError {
    /// The target sent nothing for the idle time-out.
    Silent,
    /// The connection to the target broke.
    Broken(hyper::Error),
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Silent => f.write_str("the target fell silent in the middle of its response"),
            Self::Broken(error) => write!(f, "the target broke off its response: {error}"),
        }
    }
}

impl std::error::Error for BodyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Silent => None,
            Self::Broken(error) => Some(error),
        }
    }
}
