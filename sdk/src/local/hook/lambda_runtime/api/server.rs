//! The listener of one process.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::exchange::Exchange;
use super::routes;

/// Connections that a process may hold at once. A runtime needs one or two.
const MAX_CONNECTIONS: usize = 32;

/// How long to wait before accepting again when this process is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A Runtime API that answers until it is dropped.
#[derive(Debug)]
pub(in super::super) struct RuntimeApi {
    address: SocketAddr,
    exchange: Arc<Exchange>,
    /// Aborted when it is dropped, with the connections that it has accepted.
    _accepting: JoinSet<()>,
}

impl RuntimeApi {
    /// Listens on a free port of the loopback interface.
    pub(in super::super) async fn open() -> io::Result<Self> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = socket.local_addr()?;
        let exchange = Arc::new(Exchange::new());
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(socket, Arc::clone(&exchange)));
        Ok(Self { address, exchange, _accepting: accepting })
    }

    /// What the process finds in `AWS_LAMBDA_RUNTIME_API`.
    pub(in super::super) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(in super::super) fn exchange(&self) -> &Exchange {
        &self.exchange
    }
}

async fn accept(socket: TcpListener, exchange: Arc<Exchange>) {
    let mut connections = JoinSet::new();
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        while connections.try_join_next().is_some() {}
        // The semaphore is never closed.
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match socket.accept().await {
            Ok((stream, _)) => {
                let exchange = Arc::clone(&exchange);
                connections.spawn(async move {
                    serve(stream, exchange).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the runtime API cannot accept connections");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn serve(stream: TcpStream, exchange: Arc<Exchange>) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let service = service_fn(move |request| {
        let exchange = Arc::clone(&exchange);
        async move { Ok::<_, Infallible>(routes::answer(&exchange, request).await) }
    });
    // Runtimes made of shell and curl look for the headers as the documentation writes them.
    let server =
        http1::Builder::new().title_case_headers(true).serve_connection(TokioIo::new(stream), service);
    if let Err(error) = server.await {
        tracing::debug!(%error, "a connection to the runtime API broke");
    }
}
