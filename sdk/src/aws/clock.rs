//! The machine's own time.

use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use greenlight_core::{Clock, Timestamp};
use tokio::time::Instant;

/// Real time, which never goes backwards: the wall clock as it was at first, and the time that has passed since.
#[derive(Debug, Clone, Copy)]
pub(super) struct SystemClock {
    began: Timestamp,
    since: Instant,
}

impl SystemClock {
    pub(super) fn new() -> Self {
        Self { began: Timestamp::from_system(SystemTime::now()), since: Instant::now() }
    }
}

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        self.began + self.since.elapsed()
    }

    async fn sleep_until(&self, deadline: Timestamp) {
        loop {
            let left = deadline.since(self.now());
            if left.is_zero() {
                return;
            }
            // Rounded up, so that it is not a fraction of a millisecond short at the end.
            tokio::time::sleep(left + Duration::from_millis(1)).await;
        }
    }
}
