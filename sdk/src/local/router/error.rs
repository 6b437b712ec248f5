//! What can go wrong when a router is set up.

use std::io;
use std::net::SocketAddr;

/// Why a router could not be made or changed.
///
/// What goes wrong with a single request is answered to its client, not reported here.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RouterError {
    /// Another process listens on the address: free it or choose another one.
    #[error(
        "port {} on {} is in use ({listener} listener); stop the other process or choose another port, \
         or 0 for any free one",
        address.port(),
        address.ip()
    )]
    AddressInUse {
        /// The address asked for.
        address: SocketAddr,
        /// Which listener asked for it: `production` or `test`.
        listener: &'static str,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The address cannot be listened on, in use or not: change it.
    #[error(
        "cannot listen on {address} ({listener} listener): {source}; choose an address of this machine \
         and a port that this user may open"
    )]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// Which listener asked for it: `production` or `test`.
        listener: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
    /// The weights divide nothing: change them.
    #[error(
        "production weights blue {blue}, green {green} cannot be used: give each a number from 0 to 1000000, \
         and at least one of them more than 0"
    )]
    Weights {
        /// The weight given for blue.
        blue: f64,
        /// The weight given for green.
        green: f64,
    },
}
