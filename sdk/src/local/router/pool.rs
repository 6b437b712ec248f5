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

#[derive(Debug)]
struct Idle {
    upstream: Box<Upstream>,
    since: Instant,
}

impl Pool {
    pub(super) const fn new(address: SocketAddr, max_idle_time: Duration) -> Self {
        Self { address, max_idle_time, idle: Mutex::new(Vec::new()) }
    }

    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The connection used last, if that was less than `max_idle_time` ago (and less than the pool's own limit).
    pub(super) fn take(&self, max_idle_time: Duration) -> Option<Box<Upstream>> {
        let mut idle = self.lock();
        let top = idle.last()?;
        if top.since.elapsed() >= max_idle_time.min(self.max_idle_time) {
            return None;
        }
        idle.pop().map(|idle| idle.upstream)
    }

    pub(super) fn put(&self, upstream: Box<Upstream>) {
        let mut idle = self.lock();
        if idle.len() < MAX_IDLE {
            idle.push(Idle { upstream, since: Instant::now() });
        }
    }

    pub(super) fn close_idle(&self) {
        drop(std::mem::take(&mut *self.lock()));
    }

    pub(super) fn close_expired(&self) {
        let mut idle = self.lock();
        let expired = idle.partition_point(|idle| idle.since.elapsed() >= self.max_idle_time);
        let expired: Vec<Idle> = idle.drain(..expired).collect();
        drop(idle);
        // Sockets are closed outside the lock.
        drop(expired);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
