//! A listener and its client connections.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::Either;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use http::HeaderValue;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;

use super::client::Client;
use super::config::RouterConfig;
use super::error::RouterError;
use super::phase::{Phase, PhaseReceiver, Phases};
use super::proxy;
use super::routing_table::{ListenerRole, Routing};
use super::stats::ListenerCounters;

/// hyper refuses buffers that are smaller.
const MIN_HEAD_BYTES: usize = 8 * 1024;

/// How long to wait before accepting again when the process is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What the connections of one listener share.
#[derive(Debug)]
pub(super) struct Listener {
    pub(super) role: ListenerRole,
    pub(super) config: Arc<RouterConfig>,
    pub(super) routing: Arc<Routing>,
    pub(super) counters: ListenerCounters,
    pub(super) forwarded_port: HeaderValue,
    pub(super) phases: Phases,
}

/// Opens a listening socket, or says why not.
pub(super) async fn bind(role: ListenerRole, address: SocketAddr) -> Result<TcpListener, RouterError> {
    TcpListener::bind(address).await.map_err(|source| {
        let listener = role.name();
        match source.kind() {
            io::ErrorKind::AddrInUse => RouterError::AddressInUse { address, listener, source },
            _ => RouterError::Bind { address, listener, source },
        }
    })
}

/// Accepts connections until the router closes.
pub(super) async fn accept(socket: TcpListener, listener: Arc<Listener>, mut phase: PhaseReceiver) {
    let mut closing = pin!(phase.reached(Phase::Closing));
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut closing => break,
            accepted = socket.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                tokio::spawn(serve(stream, peer, Arc::clone(&listener)));
            }
            Err(error) => {
                tracing::warn!(listener = listener.role.name(), %error, "cannot accept connections");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    // Before the receiver is: when that is gone, the shutdown says that nobody listens any more.
    drop(socket);
}

/// Why a client is served no longer.
enum End {
    /// It was silent for too long.
    Idle,
    /// The router closes, and tells by this when it is closed.
    Closing(PhaseReceiver),
}

/// Serves the requests of one client.
async fn serve(stream: TcpStream, peer: SocketAddr, listener: Arc<Listener>) {
    let Ok(local) = stream.local_addr() else { return };
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let config = Arc::clone(&listener.config);
    // Dropped after the connection, so that the shutdown does not end before it.
    let _serving = listener.phases.receiver();
    let mut phase = listener.phases.receiver();
    let client = Arc::new(Client::new(listener, peer, local));
    // A client that does not read what it asked for would hold its target for ever.
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(config.idle_timeout));
    let service = service_fn(|request| {
        let client = Arc::clone(&client);
        async move { Ok::<_, Infallible>(proxy::serve(client, request).await) }
    });
    let connection = http1::Builder::new()
        .max_buf_size(config.max_head_bytes.max(MIN_HEAD_BYTES))
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let closing = async {
        phase.reached(Phase::Closing).await;
        End::Closing(phase)
    };
    let idle = async {
        client.idle_for(config.idle_timeout).await;
        End::Idle
    };
    // These are polled when they are woken themselves, and not whenever the connection is: that is twice per request.
    let mut ends: FuturesUnordered<_> = [Either::Left(closing), Either::Right(idle)].into_iter().collect();
    let ended = tokio::select! {
        biased;
        ended = connection.as_mut() => ended,
        Some(end) = ends.next() => match end {
            End::Idle => return,
            End::Closing(mut phase) => {
                connection.as_mut().graceful_shutdown();
                tokio::select! {
                    ended = connection => ended,
                    () = phase.reached(Phase::Closed) => return,
                    Some(_) = ends.next() => return,
                }
            }
        },
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "client connection broke");
    }
}
