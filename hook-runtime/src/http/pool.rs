//! Idle connections of one run, kept for its next request to the same server.
//!
//! A plugin that asks the same server a thousand times would otherwise use a thousand local ports, each blocked for
//! a minute after use. The pool belongs to one run of one hook: no connection, and nothing that a server
//! tied to one, passes from one run to another.

use std::{
    net::SocketAddr,
    sync::{Mutex, PoisonError},
};

use super::connection::Connection;

/// Idle connections that are kept at most, whatever their server.
const MAX_IDLE: usize = 16;

/// The idle connections.
#[derive(Debug, Default)]
pub(super) struct Pool {
    idle: Mutex<Vec<Idle>>,
}

#[derive(Debug)]
struct Idle {
    origin: String,
    connection: Connection,
}

impl Pool {
    /// A ready connection to `origin` that ends at one of `addresses`, those that this request was admitted to:
    /// an address that was admitted earlier, but is no more, is not used again.
    pub(super) fn take(&self, origin: &str, addresses: &[SocketAddr]) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|i| !i.connection.is_closed());
        let fits = |i: &mut Idle| {
            i.origin == origin && addresses.contains(&i.connection.address()) && i.connection.is_ready()
        };
        let index = idle.iter_mut().position(fits)?;
        Some(idle.swap_remove(index).connection)
    }

    /// Keeps a connection whose last exchange is complete.
    pub(super) fn put(&self, origin: String, connection: Connection) {
        if connection.is_closed() {
            return;
        }
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|i| !i.connection.is_closed());
        if idle.len() >= MAX_IDLE {
            idle.remove(0);
        }
        idle.push(Idle { origin, connection });
    }
}
