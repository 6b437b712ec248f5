//! The connections to one target that wait for their next request.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::upstream::Upstream;

/// Connections kept per target. More than this many requests at once are served, on connections of their own.
const MAX_IDLE: usize = 512;

/// A target and its unused connections, the one used last on top.
#[derive(Debug)]
pub(super) struct Pool {
    address: SocketAddr,
    max_idle_time: Duration,
    idle: Mutex<Vec<Idle>>,
}

/// In the box that it is handed on in.
#[derive(Debug)]
struct Idle(Box<Upstream>);

impl Pool {
    pub(super) const fn new(address: SocketAddr, max_idle_time: Duration) -> Self {
        Self { address, max_idle_time, idle: Mutex::new(Vec::new()) }
    }

    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The connection used last, if that was less than `max_idle_time` ago (and less than the pool's own limit). It may
    /// have been closed meanwhile: sending tells, before anything is sent.
    pub(super) fn take(&self, max_idle_time: Duration) -> Option<Box<Upstream>> {
        let now = Instant::now();
        let mut idle = self.lock();
        let top = idle.last()?;
        if now.saturating_duration_since(top.0.last_used()) >= max_idle_time.min(self.max_idle_time) {
            return None;
        }
        let Idle(mut upstream) = idle.pop()?;
        drop(idle);
        upstream.begin(now);
        Some(upstream)
    }

    /// Keeps a connection, from the moment at which it was last used.
    pub(super) fn put(&self, upstream: Box<Upstream>) {
        let mut idle = self.lock();
        if idle.len() < MAX_IDLE {
            idle.push(Idle(upstream));
        }
    }

    pub(super) fn close_idle(&self) {
        drop(std::mem::take(&mut *self.lock()));
    }

    pub(super) fn close_expired(&self) {
        let mut idle = self.lock();
        let expired = idle.partition_point(|idle| idle.0.last_used().elapsed() >= self.max_idle_time);
        let expired: Vec<Idle> = idle.drain(..expired).collect();
        drop(idle);
        // Sockets are closed outside the lock.
        drop(expired);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
