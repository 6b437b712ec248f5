//! Ports for processes to listen on.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use rand::Rng as _;

/// Where free ports are looked for: below the ranges from which Linux (32768 and up) and macOS (49152 and up) take
/// the ports of outgoing connections. A port of those ranges can be lost to a client between the choice and the
/// moment at which the process listens.
const RANGE: std::ops::Range<u16> = 20_000..32_768;

/// Tries before giving up. Each fails with the share of the range that is in use.
const TRIES: usize = 200;

/// An address of this machine on which nothing listens.
pub(super) fn free() -> io::Result<SocketAddr> {
    let mut random = rand::rng();
    (0..TRIES)
        .map(|_| at(random.random_range(RANGE)))
        .find(|address| !in_use(*address))
        .ok_or_else(|| io::Error::other(format!("no free port from {} to {}", RANGE.start, RANGE.end - 1)))
}

/// The address at which a process of this machine is reached.
pub(super) fn at(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

/// Whether something listens there, or the port may not be listened on.
pub(super) fn in_use(address: SocketAddr) -> bool {
    TcpListener::bind(address).is_err()
}
