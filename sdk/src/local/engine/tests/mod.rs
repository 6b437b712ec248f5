//! What cannot be seen from outside of the crate: an engine that was killed and goes on.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod memory;
mod restart;
mod scenario;
