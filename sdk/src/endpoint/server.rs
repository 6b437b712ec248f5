//! The listener and its connections.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_io_timeout::TimeoutStream;

use super::context::Context;
use super::exchange;
use super::guard::Guard;

/// How long to wait before accepting again when the process is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How long clients may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timeouts {
    /// For a head, and again for a body.
    pub(super) read: Duration,
    /// For reading a part of an answer.
    pub(super) write: Duration,
    /// For requests that run when the endpoint is shut down.
    pub(super) shutdown: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            read: Duration::from_secs(60),
            write: Duration::from_secs(60),
            shutdown: Duration::from_secs(5),
        }
    }
}

/// A server that runs.
#[derive(Debug)]
pub(super) struct Server {
    address: SocketAddr,
    phase: watch::Sender<Phase>,
    accepting: JoinHandle<()>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Open,
    /// No new connections, and none is kept for another request.
    Closing,
}

/// What connections share.
#[derive(Debug)]
struct Shared {
    context: Arc<Context>,
    guard: Guard,
    timeouts: Timeouts,
}

impl Server {
    /// Serves whoever connects to the socket from now on.
    pub(super) fn serve(
        socket: TcpListener,
        address: SocketAddr,
        context: Arc<Context>,
        guard: Guard,
        timeouts: Timeouts,
    ) -> Self {
        let phase = watch::Sender::new(Phase::Open);
        let shared = Arc::new(Shared { context, guard, timeouts });
        let accepting = tokio::spawn(accept(socket, shared, phase.subscribe()));
        Self { address, phase, accepting }
    }

    /// Where it listens.
    pub(super) const fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Ends in good order.
    pub(super) async fn shutdown(mut self) {
        self.phase.send_replace(Phase::Closing);
        if let Err(error) = (&mut self.accepting).await {
            tracing::error!(%error, "the listener broke");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its connections end with it.
        self.accepting.abort();
    }
}

/// Accepts connections until the server closes, and then waits for those that are left.
async fn accept(socket: TcpListener, shared: Arc<Shared>, phase: watch::Receiver<Phase>) {
    let mut connections = JoinSet::new();
    let mut closing = phase.clone();
    let mut closing = pin!(begin_of(&mut closing, Phase::Closing));
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut closing => break,
            Some(_) = connections.join_next() => continue,
            accepted = socket.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                connections.spawn(serve(stream, peer, Arc::clone(&shared), phase.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept connections");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(socket);
    let ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(shared.timeouts.shutdown, ended).await.is_err() {
        connections.shutdown().await;
    }
}

/// Serves the requests of one client.
async fn serve(stream: TcpStream, peer: SocketAddr, shared: Arc<Shared>, mut phase: watch::Receiver<Phase>) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let timeouts = shared.timeouts;
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(timeouts.write));
    let service = service_fn(|request| {
        let shared = Arc::clone(&shared);
        async move {
            let context = Arc::clone(&shared.context);
            Ok::<_, Infallible>(exchange::answer(context, &shared.guard, shared.timeouts.read, request).await)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(timeouts.read)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        biased;
        ended = connection.as_mut() => ended,
        () = begin_of(&mut phase, Phase::Closing) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "a client's connection broke");
    }
}

/// Ends when the phase is reached, or the server is gone.
async fn begin_of(phase: &mut watch::Receiver<Phase>, wanted: Phase) {
    let _ = phase.wait_for(|phase| *phase >= wanted).await.map(drop);
}
