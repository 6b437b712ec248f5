//! A client connection, as its requests see it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::HeaderValue;
use tokio::time::Instant;

use super::listener::Listener;

/// What all requests of one client connection share.
#[derive(Debug)]
pub(super) struct Client {
    listener: Arc<Listener>,
    /// The client's address, for `X-Forwarded-For`.
    forwarded_for: HeaderValue,
    /// The address that the client connected to.
    local: SocketAddr,
    opened: Instant,
    /// Milliseconds from `opened` to the end of the last request, or [`BUSY`].
    idle_since: AtomicU64,
}

/// A request is being served.
const BUSY: u64 = u64::MAX;

impl Client {
    pub(super) fn new(listener: Arc<Listener>, peer: SocketAddr, local: SocketAddr) -> Self {
        let forwarded_for = HeaderValue::try_from(peer.ip().to_canonical().to_string());
        Self {
            listener,
            forwarded_for: forwarded_for.unwrap_or(HeaderValue::from_static("unknown")),
            local,
            opened: Instant::now(),
            idle_since: AtomicU64::new(0),
        }
    }

    pub(super) const fn listener(&self) -> &Arc<Listener> {
        &self.listener
    }

    pub(super) const fn forwarded_for(&self) -> &HeaderValue {
        &self.forwarded_for
    }

    pub(super) const fn local(&self) -> SocketAddr {
        self.local
    }

    /// Marks the connection as busy until the guard is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> ActiveRequest {
        self.idle_since.store(BUSY, Ordering::Relaxed);
        ActiveRequest(Arc::clone(self))
    }

    /// Waits until the client has not begun a request for `timeout`. Covers a client that is connected and silent as
    /// well as one that never finishes the head of its request.
    pub(super) async fn idle_for(&self, timeout: Duration) {
        loop {
            let rest = match self.idle_since.load(Ordering::Relaxed) {
                BUSY => timeout,
                since => {
                    timeout.saturating_sub(self.opened.elapsed().saturating_sub(Duration::from_millis(since)))
                }
            };
            if rest.is_zero() {
                return;
            }
            tokio::time::sleep(rest).await;
        }
    }
}

/// A request of a client that has not been answered in full.
#[derive(Debug)]
pub(super) struct ActiveRequest(Arc<Client>);

impl ActiveRequest {
    pub(super) const fn client(&self) -> &Arc<Client> {
        &self.0
    }
}

impl Drop for ActiveRequest {
    fn drop(&mut self) {
        let now = u64::try_from(self.0.opened.elapsed().as_millis()).unwrap_or(BUSY - 1);
        self.0.idle_since.store(now, Ordering::Relaxed);
    }
}
