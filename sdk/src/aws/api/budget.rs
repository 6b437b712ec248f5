//! How often the service is asked, by all watches of a program together.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use greenlight_core::{Clock, Timestamp};

use super::Jitter;

/// The longest pause that troubles in a row bring about.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// By how much throttling can slow requests down.
const SLOWEST: f64 = 8.0;

/// Troubles in a row, of whatever call, after which everyone pauses: a single lost connection is nobody else's.
const IN_A_ROW: u32 = 4;

/// How often CodeDeploy is asked at most: the one budget that all watches of a pipeline share.
///
/// The service does not publish its quotas. One user was told that some 41 requests of GetDeployment in a minute, with bursts,
/// went over the limit of an account, so the default is 30 a minute, with ten at once. A single watch needs a few in a
/// minute; with hundreds, each is asked for less often. Starting, stopping, continuing and reporting never wait.
///
/// When the service throttles, everyone waits a while, and requests become up to eight times as rare until it takes them
/// again.
///
/// ```
/// use greenlight::aws::RequestBudget;
///
/// let budget = RequestBudget::per_minute(120).with_burst(20);
/// assert_eq!(budget.to_string(), "120 requests a minute, 20 at once");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestBudget {
    per_minute: u32,
    burst: u32,
}

impl RequestBudget {
    /// This many requests a minute in the long run, ten at once; at least one.
    #[must_use]
    pub const fn per_minute(requests: u32) -> Self {
        Self { per_minute: if requests == 0 { 1 } else { requests }, burst: 10 }
    }

    /// This many at once after a pause; at least one.
    #[must_use]
    pub const fn with_burst(mut self, requests: u32) -> Self {
        self.burst = if requests == 0 { 1 } else { requests };
        self
    }
}

impl Default for RequestBudget {
    fn default() -> Self {
        Self::per_minute(30)
    }
}

impl fmt::Display for RequestBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} requests a minute, {} at once", self.per_minute, self.burst)
    }
}

/// A [`RequestBudget`] in use.
#[derive(Debug)]
pub(in crate::aws) struct Purse {
    budget: RequestBudget,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// When the bucket will be full again: a request moves it on by an interval.
    full_at: Timestamp,
    /// Nobody asks before.
    paused_until: Timestamp,
    /// How many times as long intervals are as they should be.
    slow: f64,
    in_a_row: u32,
}

impl Purse {
    pub(in crate::aws) const fn new(budget: RequestBudget) -> Self {
        let state =
            State { full_at: Timestamp::EPOCH, paused_until: Timestamp::EPOCH, slow: 1.0, in_a_row: 0 };
        Self { budget, state: Mutex::new(state) }
    }

    /// Waits until one more request may be made.
    pub(in crate::aws) async fn take(&self, clock: &dyn Clock) {
        loop {
            let at = self.reserve(clock.now());
            clock.sleep_until(at).await;
            // Whoever was throttled meanwhile speaks for all: what was reserved before does not count.
            if self.with(|state| state.paused_until) <= clock.now() {
                return;
            }
        }
    }

    /// The service took a request.
    pub(in crate::aws) fn answered(&self) {
        self.with(|state| {
            state.slow = (state.slow * 0.8).max(1.0);
            state.in_a_row = 0;
        });
    }

    /// The service said that it is asked too often.
    pub(in crate::aws) fn throttled(&self, now: Timestamp, jitter: &Jitter) {
        let interval = self.interval();
        self.with(|state| {
            state.slow = (state.slow * 1.5).min(SLOWEST);
            let pause = interval.mul_f64(state.slow).min(LONGEST_PAUSE);
            state.paused_until = state.paused_until.max(now + jitter.share(pause, 0.5, 1.0));
        });
    }

    /// A request got no answer.
    pub(in crate::aws) fn unreachable(&self, now: Timestamp, jitter: &Jitter) {
        self.with(|state| {
            state.in_a_row = state.in_a_row.saturating_add(1);
            if let Some(over @ 0..) = state.in_a_row.checked_sub(IN_A_ROW) {
                let pause = Duration::from_secs(1).saturating_mul(1 << over.min(5)).min(LONGEST_PAUSE);
                state.paused_until = state.paused_until.max(now + jitter.share(pause, 0.5, 1.0));
            }
        });
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(60) / self.budget.per_minute
    }

    /// The time of one more request.
    fn reserve(&self, now: Timestamp) -> Timestamp {
        let (interval, burst) = (self.interval(), self.budget.burst);
        self.with(|state| {
            let now = now.max(state.paused_until);
            let interval = interval.mul_f64(state.slow);
            let full_at = state.full_at.max(now) + interval;
            state.full_at = full_at;
            // As much ahead of time as the burst allows.
            let ahead = interval.saturating_mul(burst);
            now + full_at.since(now).saturating_sub(ahead)
        })
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_000_000);

    fn seconds(purse: &Purse, now: Timestamp, requests: usize) -> Vec<u64> {
        (0..requests).map(|_| purse.reserve(now).since(START).as_secs()).collect()
    }

    #[test]
    fn a_burst_is_followed_by_requests_at_the_budgets_pace() {
        let purse = Purse::new(RequestBudget::per_minute(30).with_burst(3));
        assert_eq!(seconds(&purse, START, 6), [0, 0, 0, 2, 4, 6]);
        let later = START + Duration::from_secs(60);
        assert_eq!(seconds(&purse, later, 4), [60, 60, 60, 62], "the burst is there again");
    }

    #[test]
    fn throttling_slows_everyone_down_and_answers_bring_the_pace_back() {
        let purse = Purse::new(RequestBudget::per_minute(60).with_burst(1));
        let jitter = Jitter::seeded(7);
        for _ in 0..20 {
            purse.throttled(START, &jitter);
        }
        let first = purse.reserve(START);
        let paused = first.since(START);
        assert!(paused >= Duration::from_secs(4) && paused <= Duration::from_secs(8), "{paused:?}");
        assert_eq!(purse.reserve(first).since(first), Duration::from_secs(8));
        for _ in 0..10 {
            purse.answered();
        }
        let calm = first + Duration::from_secs(100);
        purse.reserve(calm);
        assert_eq!(purse.reserve(calm).since(calm), Duration::from_secs(1));
    }

    #[test]
    fn only_troubles_in_a_row_make_everyone_pause() {
        let purse = Purse::new(RequestBudget::per_minute(600).with_burst(100));
        let jitter = Jitter::seeded(7);
        for _ in 0..50 {
            purse.unreachable(START, &jitter);
            purse.answered();
        }
        assert_eq!(purse.reserve(START), START);
        for _ in 0..IN_A_ROW {
            purse.unreachable(START, &jitter);
        }
        assert!(purse.reserve(START) > START);
    }
}
