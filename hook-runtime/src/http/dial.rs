//! From an address to a TCP connection.

use std::{fmt, io, net::SocketAddr, time::Duration};

use async_trait::async_trait;
use tokio::{
    net::TcpStream,
    time::{Instant, timeout},
};

/// Opens TCP connections to addresses that were judged before. Injected, so that tests see where the broker
/// really connects to, and can put a local server behind a public address.
#[async_trait]
pub trait Dial: fmt::Debug + Send + Sync {
    /// Connects to exactly `address`.
    ///
    /// # Errors
    ///
    /// Any error of the connection attempt. Time is limited by the caller.
    async fn dial(&self, address: SocketAddr) -> io::Result<TcpStream>;
}

/// Connects by the operating system's TCP.
#[derive(Debug, Clone, Copy, Default)]
pub struct TcpDial;

#[async_trait]
impl Dial for TcpDial {
    async fn dial(&self, address: SocketAddr) -> io::Result<TcpStream> {
        TcpStream::connect(address).await
    }
}

/// Tries the addresses in order until one accepts. Each gets an equal share of what is left of the time until
/// `deadline`, so that one address that never answers does not use up the time of the others. The last may take all
/// that is left, which the caller limits: a second timer for the same would be a system call more.
pub(super) async fn dial_any(
    dial: &dyn Dial,
    addresses: &[SocketAddr],
    deadline: Instant,
) -> io::Result<(TcpStream, SocketAddr)> {
    let mut last = io::Error::new(io::ErrorKind::AddrNotAvailable, "there is no address to connect to");
    for (tried, address) in addresses.iter().enumerate() {
        let left = deadline.saturating_duration_since(Instant::now());
        let share =
            left.checked_div(u32::try_from(addresses.len() - tried).unwrap_or(1)).unwrap_or(Duration::ZERO);
        let attempt = dial.dial(*address);
        let is_last = tried + 1 == addresses.len();
        match if is_last { Ok(attempt.await) } else { timeout(share, attempt).await } {
            Ok(Ok(stream)) => {
                // Requests are written in whole; waiting for more only adds latency. A refusal changes nothing.
                stream.set_nodelay(true).ok();
                return Ok((stream, *address));
            }
            Ok(Err(e)) => last = e,
            Err(_) => last = io::Error::new(io::ErrorKind::TimedOut, format!("{address} did not answer")),
        }
    }
    Err(last)
}
