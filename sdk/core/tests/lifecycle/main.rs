//! What the lifecycle machine promises, one file per promise; one program, so that it is linked once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod answers;
mod behaviour;
mod consistency;
mod deadlines;
mod failures;
mod lambda;
mod outstanding;
mod random;
mod rollback;
mod safety;
mod stop;
mod support;
mod time_budget;
mod timeline;
mod traffic;
mod waits;
