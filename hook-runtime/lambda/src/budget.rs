//! How the time of one invocation is shared out.

use std::fmt;
use std::time::Duration;

use tokio::time::Instant;

/// The longest that is set aside for reports. A throttled report needs some seconds.
const MAX_RESERVE: Duration = Duration::from_secs(5);

/// The times at which one invocation has to be through with its parts, in their order.
///
/// Of what Lambda gives, a quarter and at most five seconds are set aside for the report.
///
/// ```
/// use std::time::Duration;
/// use greenlight_lambda_host::Budget;
/// use tokio::time::Instant;
///
/// let now = Instant::now();
/// let budget = Budget::new(now, Duration::from_secs(60));
/// assert_eq!(budget.plugins_until, now + Duration::from_secs(55));
/// let short = Budget::new(now, Duration::from_secs(3));
/// assert_eq!(short.plugins_until, now + Duration::from_millis(2250));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Budget {
    /// When the invocation began.
    pub begun: Instant,
    /// Until when plugins may run.
    pub plugins_until: Instant,
    /// When the watchdog reports, if nobody else has.
    pub watchdog_at: Instant,
    /// Until when a report is tried. The rest is for the last line and the function's result.
    pub report_until: Instant,
}

impl Budget {
    /// Shares out what is left of an invocation.
    #[must_use]
    pub fn new(now: Instant, left: Duration) -> Self {
        let reserve = (left / 4).min(MAX_RESERVE);
        let end = now + left;
        Self {
            begun: now,
            plugins_until: end - reserve,
            watchdog_at: end - reserve / 2,
            report_until: end - reserve / 5,
        }
    }

    /// The same, for a hook that has to be through with its plugins by then, whatever Lambda gives.
    #[must_use]
    pub fn with_plugins_until(self, until: Instant) -> Self {
        Self { plugins_until: self.plugins_until.min(until), ..self }
    }

    /// The longest that context recovery may take: a quarter of the plugins' time, and at most five seconds.
    #[must_use]
    pub fn context_until(&self) -> Instant {
        let plugins = self.plugins_until.saturating_duration_since(self.begun);
        self.begun + (plugins / 4).min(Duration::from_secs(5))
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plugins = self.plugins_until.saturating_duration_since(self.begun);
        let report = self.report_until.saturating_duration_since(self.plugins_until);
        write!(f, "{plugins:?} for plugins, then {report:?} for the report")
    }
}
