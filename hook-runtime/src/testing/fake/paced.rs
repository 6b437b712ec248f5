//! A body that is sent at its own pace.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use super::{Answer, Drip};

/// The body of an answer: at once, or piece by piece.
#[derive(Debug)]
pub(super) struct Paced {
    rest: Bytes,
    drip: Option<Drip>,
    /// The wait before the next piece; the first has none.
    pause: Option<Pin<Box<Sleep>>>,
}

impl Paced {
    pub(super) fn of(answer: &Answer) -> Self {
        Self { rest: answer.body.clone(), drip: answer.drip, pause: None }
    }
}

impl Body for Paced {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(cx));
        }
        let length = self.rest.len();
        let piece = match self.drip {
            None => self.rest.split_to(length),
            Some(Drip { bytes, every }) => {
                self.pause = Some(Box::pin(sleep(every)));
                self.rest.split_to(bytes.clamp(1, length))
            }
        };
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
