//! One connection to a target.
//!
//! The connection has no task of its own: whoever waits for the response, or reads its body, drives it. A request
//! then passes through the router in the single task of its client connection, without a hand-over between threads
//! in either direction.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, Connection, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::time::{Instant, Sleep};

use super::request_body::{RequestBody, Upload};
use super::upstream_io::{Backlog, UpstreamIo};

/// A connection that carries one request at a time.
pub(super) struct Upstream {
    sender: SendRequest<RequestBody>,
    connection: Option<Connection<TokioIo<UpstreamIo>, RequestBody>>,
    backlog: Backlog,
    silence: Silence,
}

/// Why no response came.
#[derive(Debug)]
pub(super) struct SendError {
    pub(super) cause: SendErrorCause,
    /// The request, if none of it was sent.
    pub(super) unsent: Option<Box<Request<RequestBody>>>,
}

#[derive(Debug)]
pub(super) enum SendErrorCause {
    /// Neither side sent anything for the idle time-out.
    Silent,
    /// The connection broke, or carried something that is not HTTP.
    Connection(hyper::Error),
}

impl Upstream {
    /// Connects and starts HTTP. Boxed, because it moves between pool and response with every request.
    pub(super) async fn connect(
        address: SocketAddr,
        connect_timeout: Duration,
        idle_timeout: Duration,
    ) -> io::Result<Box<Self>> {
        let io = UpstreamIo::connect(address, connect_timeout).await?;
        let backlog = io.backlog();
        let (sender, connection) = handshake(io).await?;
        let silence = Silence::new(idle_timeout);
        Ok(Box::new(Self { sender, connection: Some(connection), backlog, silence }))
    }

    /// Sends a request and waits for the head of the response.
    pub(super) async fn send(
        &mut self,
        request: Request<RequestBody>,
        upload: &Upload,
    ) -> Result<Response<Incoming>, SendError> {
        let mut response = pin!(self.sender.try_send_request(request));
        let (connection, silence) = (&mut self.connection, &mut self.silence);
        let mut sent = upload.frames();
        poll_fn(|cx| {
            drive(connection, cx);
            if let Poll::Ready(outcome) = response.as_mut().poll(&mut driven()) {
                return Poll::Ready(outcome.map_err(|mut error| {
                    let unsent = error.take_message().map(Box::new);
                    SendError { cause: SendErrorCause::Connection(error.into_error()), unsent }
                }));
            }
            if sent != upload.frames() {
                sent = upload.frames();
                silence.broken();
            }
            silence.poll_too_long(cx).map(|()| Err(SendError { cause: SendErrorCause::Silent, unsent: None }))
        })
        .await
    }

    /// Moves the connection on as far as it goes now. To be called whenever the response body is polled.
    pub(super) fn drive(&mut self, cx: &mut Context<'_>) {
        drive(&mut self.connection, cx);
    }

    /// Something was received.
    pub(super) fn heard(&mut self) {
        self.silence.broken();
    }

    /// It is about to be used again, now.
    pub(super) const fn begin(&mut self, now: Instant) {
        self.silence.since = now;
    }

    /// When it was begun to be used, or something was received.
    pub(super) const fn last_used(&self) -> Instant {
        self.silence.since
    }

    /// Ready when nothing was received for the idle time-out.
    pub(super) fn poll_too_long(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.silence.poll_too_long(cx)
    }

    /// Whether the connection can take another request, as far as can be known without sending one.
    pub(super) fn poll_reusable(&mut self, cx: &mut Context<'_>) -> bool {
        drive(&mut self.connection, cx);
        self.connection.is_some() && self.sender.is_ready()
    }

    /// Whether all that was taken of the upload is on its way.
    pub(super) fn flushed(&self) -> bool {
        !self.backlog.exists()
    }

    /// Gives the connection a task of its own, for the rare response that starts before its request has ended:
    /// the rest of the upload must not wait for the client to read the response.
    pub(super) fn detach(self: Box<Self>) {
        if let Some(connection) = self.connection {
            tokio::spawn(async move {
                // An error reaches the reader of the body as well.
                let _ = connection.await;
            });
        }
    }
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upstream").field("open", &self.connection.is_some()).finish_non_exhaustive()
    }
}

/// Starts HTTP/1.1 on a connection to a target.
pub(super) async fn handshake(
    io: UpstreamIo,
) -> io::Result<(SendRequest<RequestBody>, Connection<TokioIo<UpstreamIo>, RequestBody>)> {
    http1::handshake(TokioIo::new(io)).await.map_err(io::Error::other)
}

/// The context for what only [`drive`](Upstream::drive) can bring forward. It is polled again after each drive anyway;
/// waking for it as well would run the task of the client connection twice per request.
pub(super) const fn driven() -> Context<'static> {
    Context::from_waker(Waker::noop())
}

fn drive(connection: &mut Option<Connection<TokioIo<UpstreamIo>, RequestBody>>, cx: &mut Context<'_>) {
    if let Some(open) = connection
        && Pin::new(open).poll(cx).is_ready()
    {
        // Dropping it fails the request that waits for it, if there is one, with the reason.
        *connection = None;
    }
}

/// Notices when nothing happened for too long.
///
/// The timer is moved when it goes off, not whenever something happens: that is once per idle time-out instead of
/// twice per request.
struct Silence {
    timeout: Duration,
    since: Instant,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Silence {
    fn new(timeout: Duration) -> Self {
        Self { timeout, since: Instant::now(), timer: None }
    }

    fn broken(&mut self) {
        self.since = Instant::now();
    }

    fn poll_too_long(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let deadline = self.since + self.timeout;
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        while timer.as_mut().poll(cx).is_ready() {
            if deadline <= Instant::now() {
                return Poll::Ready(());
            }
            timer.as_mut().reset(deadline);
        }
        Poll::Pending
    }
}
