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

/// As long as it takes this share of the requests, the service need not be spared: the budget is small, and what throttles without a
/// pattern takes no more of them when there are fewer.
const TAKEN: f64 = 0.5;

/// How much a single answer counts in the share of requests that the service throttles: the last sixteen make most of it.
const WEIGHT: f64 = 1.0 / 16.0;

/// Requests in a row that were not answered, of whatever call, after which everyone pauses. A single one is nobody else's, and where
/// six of ten fail for no reason of ours, so many in a row are rare.
const IN_A_ROW: u32 = 6;

/// How often CodeDeploy is asked at most: the one budget that all watches of a pipeline share.
///
/// The service does not publish its quotas. One user was told that some 41 requests of GetDeployment in a minute, with bursts,
/// went over the limit of an account, so the default is 30 a minute, with ten at once. A single watch needs a few in a
/// minute; with hundreds, each is asked for less often. Starting, stopping, continuing and reporting never wait.
///
/// When the service throttles more than every other request, requests become as much rarer as it takes fewer of them, up to eight times:
/// half as many while it throttles three of four. When it takes none at all, everyone waits a while, up to half a minute.
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
    /// The share of requests that were throttled lately.
    throttled: f64,
    /// Requests without an answer since the last one with an answer.
    in_a_row: u32,
}

impl Purse {
    pub(in crate::aws) const fn new(budget: RequestBudget) -> Self {
        let (full_at, paused_until) = (Timestamp::EPOCH, Timestamp::EPOCH);
        let state = State { full_at, paused_until, throttled: 0.0, in_a_row: 0 };
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

    /// The same, but only until `limit`: whether one more request may be made. Does not wait where it would be later.
    pub(in crate::aws) async fn take_before(&self, limit: Timestamp, clock: &dyn Clock) -> bool {
        loop {
            let Some(at) = self.reserve_before(limit, clock.now()) else { return false };
            clock.sleep_until(at).await;
            if self.with(|state| state.paused_until) <= clock.now() {
                return true;
            }
        }
    }

    /// The service took a request.
    pub(in crate::aws) fn answered(&self) {
        self.with(|state| {
            state.throttled -= state.throttled * WEIGHT;
            state.in_a_row = 0;
        });
    }

    /// The service said that it is asked too often.
    pub(in crate::aws) fn throttled(&self, now: Timestamp, jitter: &Jitter) {
        self.with(|state| {
            state.throttled += (1.0 - state.throttled) * WEIGHT;
            state.unanswered(now, jitter);
        });
    }

    /// A request got no answer.
    pub(in crate::aws) fn unreachable(&self, now: Timestamp, jitter: &Jitter) {
        self.with(|state| state.unanswered(now, jitter));
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(60) / self.budget.per_minute
    }

    /// The time of one more request.
    fn reserve(&self, now: Timestamp) -> Timestamp {
        self.with(|state| {
            let (at, full_at) = self.next(state, now);
            state.full_at = full_at;
            at
        })
    }

    /// The time of one more request, unless it is after `limit`: then nothing is reserved.
    fn reserve_before(&self, limit: Timestamp, now: Timestamp) -> Option<Timestamp> {
        self.with(|state| {
            let (at, full_at) = self.next(state, now);
            (at <= limit).then(|| {
                state.full_at = full_at;
                at
            })
        })
    }

    /// When one more request may be made, and when the bucket is full again after it.
    fn next(&self, state: &State, now: Timestamp) -> (Timestamp, Timestamp) {
        let now = now.max(state.paused_until);
        let interval = self.interval().mul_f64(state.slow());
        let full_at = state.full_at.max(now) + interval;
        // As much ahead of time as the burst allows.
        let ahead = interval.saturating_mul(self.budget.burst);
        (now + full_at.since(now).saturating_sub(ahead), full_at)
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    /// How many times as long intervals are as they should be.
    fn slow(&self) -> f64 {
        (TAKEN / (1.0 - self.throttled).max(TAKEN / SLOWEST)).max(1.0)
    }

    /// Has everyone pause when too many requests in a row were not answered.
    fn unanswered(&mut self, now: Timestamp, jitter: &Jitter) {
        self.in_a_row = self.in_a_row.saturating_add(1);
        if let Some(over) = self.in_a_row.checked_sub(IN_A_ROW) {
            let pause = Duration::from_secs(1).saturating_mul(1 << over.min(5)).min(LONGEST_PAUSE);
            self.paused_until = self.paused_until.max(now + jitter.share(pause, 0.5, 1.0));
        }
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
    fn who_does_not_wait_for_long_is_declined_and_takes_nothing_from_the_others() {
        let purse = Purse::new(RequestBudget::per_minute(30).with_burst(1));
        let limit = START + Duration::from_secs(3);
        let reserved =
            [(); 3].map(|()| purse.reserve_before(limit, START).map(|at| at.since(START).as_secs()));
        assert_eq!(reserved, [Some(0), Some(2), None]);
        assert_eq!(seconds(&purse, START, 1), [4]);
    }

    /// The pause between requests once the burst is used up.
    fn pace(purse: &Purse) -> f64 {
        let calm = START + Duration::from_secs(3600);
        let burst = purse.budget.burst;
        let last = (0..=burst).map(|_| purse.reserve(calm)).last().unwrap();
        (purse.reserve(calm).since(last)).as_secs_f64()
    }

    #[test]
    fn a_service_that_throttles_everything_is_asked_eight_times_as_rarely() {
        let purse = Purse::new(RequestBudget::per_minute(60).with_burst(1));
        let jitter = Jitter::seeded(7);
        for _ in 0..100 {
            purse.throttled(START, &jitter);
        }
        let paused = purse.reserve(START).since(START);
        assert!(paused >= LONGEST_PAUSE / 2 && paused <= LONGEST_PAUSE, "{paused:?}");
        assert!((pace(&purse) - 8.0).abs() < 0.01, "{}", pace(&purse));
        for _ in 0..100 {
            purse.answered();
        }
        assert!((pace(&purse) - 1.0).abs() < 0.01, "{}", pace(&purse));
    }

    #[test]
    fn throttling_without_a_pattern_slows_down_by_its_share_and_not_to_the_floor() {
        let purse = Purse::new(RequestBudget::per_minute(60).with_burst(1));
        let jitter = Jitter::seeded(7);
        let mut paces = Vec::new();
        for number in 0..1000_u32 {
            // Sixty of a hundred, one after the other by a fixed step, so that none is by chance.
            if number * 61 % 100 < 60 {
                purse.throttled(START, &jitter)
            } else {
                purse.answered()
            }
            if number >= 100 {
                let calm = Purse::new(purse.budget);
                calm.with(|state| state.throttled = purse.with(|state| state.throttled));
                paces.push(pace(&calm));
            }
        }
        let (least, most) =
            (paces.iter().copied().fold(f64::MAX, f64::min), paces.iter().copied().fold(0.0, f64::max));
        assert!(least > 0.99 && most < 2.0, "{least} to {most} seconds");
    }

    /// A limiter as AWS describes its own: a bucket that is refilled steadily.
    #[test]
    fn a_service_that_takes_a_quarter_of_the_budget_is_asked_more_rarely() {
        let purse = Purse::new(RequestBudget::per_minute(60).with_burst(1));
        let jitter = Jitter::seeded(7);
        let (mut now, mut taken, mut asked) = (START, START, 0_u32);
        while now < START + Duration::from_secs(3600) {
            now = purse.reserve(now);
            asked += 1;
            if now.since(taken) >= Duration::from_secs(4) {
                taken = now;
                purse.answered();
            } else {
                purse.throttled(now, &jitter);
            }
        }
        assert!((1800..3000).contains(&asked), "{asked} requests in an hour, of 3600 by the budget");
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
