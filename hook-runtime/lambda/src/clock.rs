//! The time of day, which tests set.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Tells the time of day. Waits are measured by tokio's clock, which tests can stop.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// The machine's.
    #[must_use]
    pub fn system() -> Self {
        Self::new(SystemTime::now)
    }

    /// Any other.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use greenlight_lambda_host::Clock;
    ///
    /// let clock = Clock::new(|| SystemTime::UNIX_EPOCH + Duration::from_secs(3600));
    /// assert_eq!(clock.millis(), 3_600_000);
    /// ```
    #[must_use]
    pub fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        (self.0)()
    }

    /// The same in milliseconds since the Unix epoch.
    #[must_use]
    pub fn millis(&self) -> u64 {
        millis(self.now())
    }

    /// How long it is until a time in milliseconds since the Unix epoch; zero when it is over.
    #[must_use]
    pub fn until(&self, at: u64) -> Duration {
        Duration::from_millis(at.saturating_sub(self.millis()))
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}

/// Milliseconds since the Unix epoch.
pub(crate) fn millis(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
