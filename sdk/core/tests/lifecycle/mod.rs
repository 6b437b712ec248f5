//! What the tests of the lifecycle share: settings, a stage that plays a deployment by hand, and random scripts.

#![allow(dead_code, reason = "every test file uses its own part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

pub(crate) mod play;
pub(crate) mod random;
pub(crate) mod settings;
pub(crate) mod stage;
pub(crate) mod steps;
pub(crate) mod transcript;
