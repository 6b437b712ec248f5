//! Why an endpoint does not come up.

use std::io;
use std::net::SocketAddr;

use super::store::StoreError;
use crate::local::LocalError;

/// Why an endpoint does not come up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// Choose another address, or stop what listens there.
    #[error("cannot listen on {address}: choose another address, or port 0 for any that is free")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The directory of the state cannot be used; the source says what to do.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A service that is to be real does not come up; the source says what to do.
    #[error(transparent)]
    Service(#[from] LocalError),
    /// Correct the group or the configuration that is to be there from the start.
    #[error("{what} {name:?} cannot be made: {why}")]
    Start {
        /// What it is.
        what: &'static str,
        /// Its name.
        name: String,
        /// What the endpoint answers to whoever wants to make such a one.
        why: String,
    },
    /// Correct what was set.
    #[error("{what} {given:?} cannot be used: {why}")]
    Setting {
        /// Which setting.
        what: &'static str,
        /// What was given.
        given: String,
        /// What is wrong with it, and what to give.
        why: &'static str,
    },
    /// Keep the state elsewhere, or mend it: it cannot be gone on from.
    #[error("the kept state cannot be gone on from: move its directory away to begin anew")]
    State {
        /// What is wrong.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
