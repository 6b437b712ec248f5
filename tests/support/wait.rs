//! Waiting for what must come, with a deadline.

use std::time::{Duration, Instant};

/// The longest that any one thing may take in a test. Far more than it takes on an idle machine, so that a busy one
/// fails no test.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// How often a condition is looked at.
pub(crate) const PAUSE: Duration = Duration::from_millis(5);

/// Waits for a future.
///
/// # Panics
///
/// When it takes longer than [`DEADLINE`].
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    within_time(DEADLINE, what, future).await
}

/// As [`within`], with a deadline of its own.
pub(crate) async fn within_time<F: Future>(deadline: Duration, what: &str, future: F) -> F::Output {
    match tokio::time::timeout(deadline, future).await {
        Ok(value) => value,
        Err(_) => panic!("not within {} s: {what}", deadline.as_secs()),
    }
}

/// Looks at a condition until it holds.
///
/// # Panics
///
/// When it does not hold within [`DEADLINE`].
pub async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < DEADLINE, "still not so after {} s: {what}", DEADLINE.as_secs());
        tokio::time::sleep(PAUSE).await;
    }
}
