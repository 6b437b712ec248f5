//! The clock that pipelines are given.

use std::fmt;

use async_trait::async_trait;

use crate::Timestamp;

/// Tells the time and waits for it. Injected everywhere, so that tests and rehearsals own the time.
///
/// The local pipeline has a real, a scaled and a virtual one.
#[async_trait]
pub trait Clock: fmt::Debug + Send + Sync {
    /// The time now. Never goes backwards.
    fn now(&self) -> Timestamp;

    /// Returns when `now()` is at or after `deadline`. Dropping the future ends the wait.
    async fn sleep_until(&self, deadline: Timestamp);
}
