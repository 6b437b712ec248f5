//! The clocks of the local pipeline.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use greenlight_core::{Clock, Timestamp};
use tokio::sync::watch;

/// The largest factor of a scaled clock: a day passes in less than a second.
const MAX_FACTOR: u32 = 100_000;

/// The time of a local pipeline: real, scaled, virtual, or moved by hand.
///
/// Only the deployment's own waits follow it. Processes start, answer and stop in real time whatever the clock, and
/// plugins have their limits in real time.
///
/// ```
/// use greenlight::local::LocalClock;
///
/// let clock: LocalClock = "60x".parse()?;
/// assert_eq!(clock.to_string(), "60x");
/// # Ok::<(), greenlight::local::InvalidClock>(())
/// ```
///
/// Virtual time jumps as soon as nothing is under way. Who wants to act in a wait from outside, with
/// [`proceed`](greenlight_core::DeploymentPipeline::proceed) or [`stop`](greenlight_core::DeploymentPipeline::stop),
/// races with it: take real or scaled time for that.
///
/// Clones tell the same time.
#[derive(Debug, Clone)]
pub struct LocalClock(Arc<Kind>);

#[derive(Debug)]
enum Kind {
    /// Real time, a whole number of times as fast; with the factor 0 it stands still.
    Scaled { factor: u32, since: Instant, moved: watch::Sender<Moved> },
    /// Time that passes only while nothing is under way.
    Virtual { now: Mutex<Timestamp> },
}

/// Where a scaled clock began, and by how much it was moved since.
#[derive(Debug, Clone, Copy)]
struct Moved {
    from: Timestamp,
    by: Duration,
}

/// A text that names no clock.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{given:?} is not a clock: use \"real\", \"virtual\", or a factor from 1 to {MAX_FACTOR} such as \"60x\""
)]
pub struct InvalidClock {
    given: String,
}

impl LocalClock {
    /// Real time.
    #[must_use]
    pub fn real() -> Self {
        Self::scaled_from(1, Timestamp::from_system(SystemTime::now()))
    }

    /// `factor` times as fast as real time, from now: with 60 a minute takes a second. At least 1.
    #[must_use]
    pub fn scaled(factor: u32) -> Self {
        Self::scaled_from(factor.clamp(1, MAX_FACTOR), Timestamp::from_system(SystemTime::now()))
    }

    /// Stands still until it is [moved](crate::local::Local::advance): waits end when a test says so. Begins now.
    #[must_use]
    pub fn manual() -> Self {
        Self::manual_from(Timestamp::from_system(SystemTime::now()))
    }

    /// As [`manual`](Self::manual), from a given time.
    #[must_use]
    pub fn manual_from(start: Timestamp) -> Self {
        Self::scaled_from(0, start)
    }

    /// Stands still while anything is under way, and then jumps to the next thing that is due: waits cost nothing,
    /// and order and times are exact. Begins now.
    #[must_use]
    pub fn virtual_time() -> Self {
        Self::virtual_from(Timestamp::from_system(SystemTime::now()))
    }

    /// As [`virtual_time`](Self::virtual_time), from a given time.
    #[must_use]
    pub fn virtual_from(start: Timestamp) -> Self {
        Self(Arc::new(Kind::Virtual { now: Mutex::new(start) }))
    }

    fn scaled_from(factor: u32, from: Timestamp) -> Self {
        let moved = watch::Sender::new(Moved { from, by: Duration::ZERO });
        Self(Arc::new(Kind::Scaled { factor, since: Instant::now(), moved }))
    }

    /// Moves the time on: whoever waits for a time that has passed by then waits no longer.
    pub(crate) fn advance(&self, by: Duration) {
        match &*self.0 {
            Kind::Scaled { moved, .. } => moved.send_modify(|moved| moved.by = moved.by.saturating_add(by)),
            Kind::Virtual { .. } => self.jump_to(self.now() + by),
        }
    }

    /// By how much it was moved so far. Virtual time moves by itself and counts nothing.
    pub(crate) fn advanced(&self) -> Duration {
        match &*self.0 {
            Kind::Scaled { moved, .. } => moved.borrow().by,
            Kind::Virtual { .. } => Duration::ZERO,
        }
    }

    /// Makes it tell at least this time from now on, so that it does not go back when a process is started again.
    pub(super) fn not_before(&self, time: Timestamp) {
        match &*self.0 {
            Kind::Scaled { moved, .. } => {
                let short = time.since(self.now());
                moved.send_modify(|moved| moved.from = moved.from + short);
            }
            Kind::Virtual { .. } => self.jump_to(time),
        }
    }

    /// Moves virtual time on, never back. Other clocks go their own way.
    pub(super) fn jump_to(&self, time: Timestamp) {
        if let Kind::Virtual { now } = &*self.0 {
            let mut now = now.lock().unwrap_or_else(PoisonError::into_inner);
            *now = time.max(*now);
        }
    }

    /// Whether time passes only while nothing is under way.
    #[must_use]
    pub fn is_virtual(&self) -> bool {
        matches!(*self.0, Kind::Virtual { .. })
    }
}

#[async_trait]
impl Clock for LocalClock {
    fn now(&self) -> Timestamp {
        match &*self.0 {
            Kind::Scaled { factor, since, moved } => {
                let Moved { from, by } = *moved.borrow();
                from + since.elapsed().saturating_mul(*factor) + by
            }
            Kind::Virtual { now } => *now.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    async fn sleep_until(&self, deadline: Timestamp) {
        match &*self.0 {
            Kind::Scaled { factor, moved, .. } => {
                let mut moves = moved.subscribe();
                loop {
                    // Seen before the time is read, so that a move in between is not missed.
                    moves.mark_unchanged();
                    let left = deadline.since(self.now());
                    if left.is_zero() {
                        return;
                    }
                    tokio::select! {
                        () = pass(left, *factor) => {}
                        // Fails when nobody can move the clock any more, which is not while `self` is there.
                        _ = moves.changed() => {}
                    }
                }
            }
            Kind::Virtual { .. } => self.jump_to(deadline),
        }
    }
}

/// Waits until this much of the clock's time has passed; for ever when it stands still.
async fn pass(time: Duration, factor: u32) {
    match time.checked_div(factor) {
        // Rounded up, so that the clock is not a fraction of a millisecond short at the end.
        Some(time) => tokio::time::sleep(time + Duration::from_millis(1)).await,
        None => std::future::pending().await,
    }
}

impl fmt::Display for LocalClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self.0 {
            Kind::Scaled { factor: 0, .. } => f.pad("manual"),
            Kind::Scaled { factor: 1, .. } => f.pad("real"),
            Kind::Scaled { factor, .. } => write!(f, "{factor}x"),
            Kind::Virtual { .. } => f.pad("virtual"),
        }
    }
}

impl FromStr for LocalClock {
    type Err = InvalidClock;

    fn from_str(text: &str) -> Result<Self, InvalidClock> {
        match text {
            "real" => Ok(Self::real()),
            "virtual" => Ok(Self::virtual_time()),
            _ => {
                let factor = text.strip_suffix('x').and_then(|digits| digits.parse().ok());
                let in_range = factor.filter(|factor| (1..=MAX_FACTOR).contains(factor));
                in_range.map(Self::scaled).ok_or_else(|| InvalidClock { given: text.to_owned() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_written_as_it_is_read() {
        for text in ["real", "virtual", "60x", "100000x"] {
            assert_eq!(text.parse::<LocalClock>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn other_texts_are_refused_with_what_to_write() {
        for text in ["", "x", "0x", "60", "1.5x", "-1x", "100001x", "Real"] {
            let error = text.parse::<LocalClock>().unwrap_err().to_string();
            assert!(error.ends_with(r#"such as "60x""#), "{error}");
        }
    }

    #[tokio::test]
    async fn virtual_time_jumps_and_never_goes_back() {
        let clock = LocalClock::virtual_from(Timestamp::from_millis(1000));
        clock.sleep_until(Timestamp::from_millis(36_000_000)).await;
        assert_eq!(clock.now(), Timestamp::from_millis(36_000_000));
        clock.sleep_until(Timestamp::from_millis(5)).await;
        assert_eq!(clock.now(), Timestamp::from_millis(36_000_000));
    }

    #[tokio::test]
    async fn a_moved_clock_wakes_whoever_waits_for_a_time_that_has_passed() {
        let clock = LocalClock::manual_from(Timestamp::from_millis(1000));
        let waits = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep_until(Timestamp::from_millis(3_601_000)).await }
        });
        clock.advance(Duration::from_secs(1800));
        tokio::task::yield_now().await;
        assert!(!waits.is_finished());
        clock.advance(Duration::from_secs(1800));
        waits.await.unwrap();
        assert_eq!(clock.now(), Timestamp::from_millis(3_601_000));
        assert_eq!(clock.advanced(), Duration::from_secs(3600));
    }

    #[test]
    fn a_clock_does_not_go_back_behind_a_time_that_was_told_before() {
        for clock in
            [LocalClock::manual_from(Timestamp::from_millis(5)), LocalClock::virtual_from(Timestamp::EPOCH)]
        {
            clock.not_before(Timestamp::from_millis(70));
            assert_eq!(clock.now(), Timestamp::from_millis(70));
            clock.not_before(Timestamp::from_millis(60));
            assert_eq!(clock.now(), Timestamp::from_millis(70));
        }
    }

    #[tokio::test]
    async fn a_scaled_clock_is_never_early() {
        let clock = LocalClock::scaled(1000);
        let deadline = clock.now() + Duration::from_secs(20);
        clock.sleep_until(deadline).await;
        assert!(clock.now() >= deadline);
    }
}
