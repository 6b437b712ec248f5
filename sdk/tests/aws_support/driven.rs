//! Time that passes while somebody waits for it, and only then.

use std::fmt;
use std::time::Duration;

use greenlight::local::LocalClock;
use greenlight_core::{Clock, Timestamp};
use http::Request;
use serde_json::json;

use crate::endpoint_support::Client;

/// Small, so that what the endpoint does at its time does it at almost that time.
const STEP: Duration = Duration::from_millis(200);

/// The clock of an endpoint, moved on by whoever waits.
pub(crate) struct Driven {
    clock: LocalClock,
    endpoint: Client,
}

impl Driven {
    /// `clock` is a manual one, and that of `endpoint`.
    pub(crate) fn new(clock: LocalClock, endpoint: Client) -> Self {
        Self { clock, endpoint }
    }

    async fn advance(&self, by: Duration) {
        let body = json!({ "advance": format!("{}ms", by.as_millis()) }).to_string();
        let answer = self.endpoint.exchange(Request::post("/greenlight/clock"), body).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
    }
}

#[async_trait::async_trait]
impl Clock for Driven {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn sleep_until(&self, deadline: Timestamp) {
        loop {
            let left = deadline.since(self.now());
            if left.is_zero() {
                return;
            }
            self.advance(left.min(STEP)).await;
        }
    }
}

impl fmt::Debug for Driven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Driven").field(&self.clock).finish()
    }
}
