//! Ports that a test has to itself.

use std::fs::File;
use std::hash::{BuildHasher as _, RandomState};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

/// Below the range from which the system gives ports to clients (from 32768 on Linux), and below the one that the
/// local engine gives to task sets: nobody else takes one between its claim and its use.
const FIRST: u16 = 11_000;
const COUNT: u16 = 8_000;

/// A port of 127.0.0.1 on which nobody listens, and which no other test claims while this is there.
#[derive(Debug)]
pub struct ClaimedPort {
    port: u16,
    /// The lock on it is the claim. It goes with the process at the latest.
    _claim: File,
}

impl ClaimedPort {
    /// Claims one.
    ///
    /// # Panics
    ///
    /// When there is none.
    #[must_use]
    pub fn new() -> Self {
        let folder = std::env::temp_dir().join("greenlight-test-ports");
        std::fs::create_dir_all(&folder).unwrap();
        let random = RandomState::new();
        for attempt in 0..u32::from(COUNT) {
            let place = u16::try_from(random.hash_one(attempt) % u64::from(COUNT)).unwrap_or_default();
            let port = FIRST + place;
            let claim = File::create(folder.join(port.to_string())).unwrap();
            if claim.try_lock().is_ok() && TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return Self { port, _claim: claim };
            }
        }
        panic!("no port from {FIRST} to {} is free", FIRST + COUNT);
    }

    /// Its number.
    #[must_use]
    pub const fn number(&self) -> u16 {
        self.port
    }

    /// Its address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }
}

impl Default for ClaimedPort {
    fn default() -> Self {
        Self::new()
    }
}
