//! The body of a response on its way in: counted, limited in size and time, and the owner of its connection.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Sleep, sleep, sleep_until};

use super::{
    broker::Broker,
    budget::Slot,
    connection::Connection,
    error::HttpError,
    outcome::{ConnectionFault, LimitKind, TimeoutKind},
    record::RecordHandle,
    sent_body::SendProgress,
    target::Target,
    timers::{Timers, timed_out},
};

/// Everything that a response's body needs of the exchange that it ends.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) broker: Arc<Broker>,
    pub(super) target: Target,
    pub(super) timers: Timers,
    pub(super) record: RecordHandle,
    pub(super) progress: Arc<SendProgress>,
    /// Given back when the body is read or dropped.
    pub(super) _slot: Arc<Slot>,
}

/// A response's body. It holds the connection until the last byte was read, and then hands it to the pool.
#[derive(Debug)]
pub(super) struct ReceivedBody {
    /// Gone once the body was read to its end or failed.
    open: Option<Open>,
    received: u64,
}

#[derive(Debug)]
struct Open {
    incoming: Incoming,
    connection: Connection,
    exchange: Exchange,
    end: Pin<Box<Sleep>>,
    /// Starts anew with each piece.
    pause: Option<Pin<Box<Sleep>>>,
}

impl ReceivedBody {
    pub(super) fn new(
        incoming: Incoming,
        connection: Connection,
        exchange: Exchange,
    ) -> Result<Self, HttpError> {
        let max = exchange.broker.limits.max_response_bytes;
        // Known to be too long: not worth the transfer.
        if incoming.size_hint().lower() > max {
            return Err(too_long(&exchange.target, max));
        }
        let end = Box::pin(sleep_until(exchange.timers.end));
        let pause = exchange.timers.between_bytes.map(|span| Box::pin(sleep(span)));
        let mut body = Self { open: Some(Open { incoming, connection, exchange, end, pause }), received: 0 };
        if body.open.as_ref().is_some_and(|open| open.incoming.is_end_stream()) {
            body.finish();
        }
        Ok(body)
    }

    fn finish(&mut self) {
        let Some(Open { connection, exchange, .. }) = self.open.take() else { return };
        exchange.record.touch();
        exchange.record.update(|r| r.complete = true);
        // A request that is still going out would mix with the next one.
        if exchange.progress.is_finished() {
            exchange.broker.pool.put(exchange.target.origin(), connection);
        }
    }

    fn fail(&mut self, error: HttpError) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        if let Some(open) = self.open.take() {
            open.exchange.record.fail(&error);
        }
        Poll::Ready(Some(Err(error)))
    }
}

impl Open {
    fn poll_timers(&mut self, cx: &mut Context<'_>) -> Result<(), HttpError> {
        let Exchange { timers, target, .. } = &self.exchange;
        if self.end.as_mut().poll(cx).is_ready() {
            return Err(timers.ended(target));
        }
        let paused = self.pause.as_mut().is_some_and(|pause| pause.as_mut().poll(cx).is_ready());
        match timers.between_bytes {
            Some(span) if paused => Err(timed_out(TimeoutKind::BetweenBytes, target, span)),
            _ => Ok(()),
        }
    }

    fn count(&mut self, bytes: usize, received: &mut u64) -> Result<(), HttpError> {
        let Exchange { broker, target, record, timers, .. } = &self.exchange;
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        *received = received.saturating_add(bytes);
        record.touch();
        record.update(|r| r.response_bytes = *received);
        if let (Some(span), Some(pause)) = (timers.between_bytes, self.pause.as_mut()) {
            *pause = Box::pin(sleep(span));
        }
        if *received > broker.limits.max_response_bytes {
            return Err(too_long(target, broker.limits.max_response_bytes));
        }
        broker.budget.receive(bytes, &broker.limits)
    }
}

impl Body for ReceivedBody {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        let this = &mut *self;
        let Some(open) = this.open.as_mut() else { return Poll::Ready(None) };
        let polled = Pin::new(&mut open.incoming).poll_frame(cx);
        // Looked at in every case: a server that never pauses must not get past the end either.
        if !matches!(polled, Poll::Ready(None))
            && let Err(e) = open.poll_timers(cx)
        {
            return this.fail(e);
        }
        match polled {
            Poll::Pending => Poll::Pending,
            Poll::Ready(None) => {
                this.finish();
                Poll::Ready(None)
            }
            Poll::Ready(Some(Ok(frame))) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                if let Err(e) = open.count(bytes, &mut this.received) {
                    return this.fail(e);
                }
                if open.incoming.is_end_stream() {
                    this.finish();
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(e))) => {
                let error = HttpError::Connection {
                    fault: ConnectionFault::Broken,
                    sentence: format!(
                        "{} broke off its response after {} bytes: {e}",
                        open.exchange.target.origin(),
                        this.received
                    ),
                };
                this.fail(error)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.open.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        self.open.as_ref().map_or_else(|| SizeHint::with_exact(0), |open| open.incoming.size_hint())
    }
}

impl Drop for ReceivedBody {
    fn drop(&mut self) {
        if let Some(open) = &self.open {
            open.exchange.record.touch();
        }
    }
}

fn too_long(target: &Target, max: u64) -> HttpError {
    HttpError::Limit {
        kind: LimitKind::ResponseBody,
        sentence: format!(
            "the response of {} is longer than {max} bytes, the limit max_response_bytes",
            target.origin()
        ),
    }
}
