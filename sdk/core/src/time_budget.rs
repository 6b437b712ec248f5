//! How long a deployment takes, and how long it may take.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::TrafficRouting;
use crate::lifecycle::{HOOK_TIMEOUT, INSTALL_TIMEOUT};

/// The parts of a deployment's time, computed from its settings.
///
/// The shift is the part that other clients forget: a long canary outlasts a wait that is made of the ready wait
/// and the termination wait alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct TimeBudget {
    /// The longest that the replacement may take to become healthy.
    pub install_at_most: Duration,
    /// The longest that all hooks together may take to report.
    pub hooks_at_most: Duration,
    /// The longest that the deployment waits to be continued.
    pub ready_wait: Duration,
    /// From the first share of production traffic to the last.
    pub traffic_shift: Duration,
    /// From the last share to the deletion of the original task set.
    pub termination_wait: Duration,
}

impl TimeBudget {
    /// The budget of an ECS deployment with this many hooks.
    #[must_use]
    pub fn new(
        routing: TrafficRouting,
        hooks: u32,
        ready_wait: Duration,
        termination_wait: Duration,
    ) -> Self {
        Self {
            install_at_most: INSTALL_TIMEOUT,
            hooks_at_most: HOOK_TIMEOUT.saturating_mul(hooks),
            ready_wait,
            traffic_shift: routing.span(),
            termination_wait,
        }
    }

    /// The budget of a Lambda deployment with this many hooks: nothing is installed, and it waits for nobody.
    ///
    /// ```
    /// use std::time::Duration;
    /// use greenlight_core::{TimeBudget, TrafficRouting};
    ///
    /// let budget = TimeBudget::of_lambda(TrafficRouting::canary(10, 5)?, 2);
    /// assert_eq!(budget.at_most(), Duration::from_secs(5 * 60 + 2 * 3600));
    /// # Ok::<(), greenlight_core::traffic::InvalidRouting>(())
    /// ```
    #[must_use]
    pub fn of_lambda(routing: TrafficRouting, hooks: u32) -> Self {
        let budget = Self::new(routing, hooks, Duration::ZERO, Duration::ZERO);
        Self { install_at_most: Duration::ZERO, ..budget }
    }

    /// The waits that every successful deployment goes through, were it continued at once.
    #[must_use]
    pub const fn at_least(&self) -> Duration {
        self.traffic_shift.saturating_add(self.termination_wait)
    }

    /// After this time the deployment has ended, one way or the other, if the service itself does what is due at once.
    /// It has up to an hour ([`EVENT_TIMEOUT`](crate::lifecycle::EVENT_TIMEOUT)) to route test traffic, for each step of
    /// the shift and to delete a task set, which is not counted, because it takes seconds.
    #[must_use]
    pub const fn at_most(&self) -> Duration {
        self.at_least()
            .saturating_add(self.ready_wait)
            .saturating_add(self.hooks_at_most)
            .saturating_add(self.install_at_most)
    }
}

impl fmt::Display for TimeBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "at least {} min (shift {}, termination wait {}), at most {} min",
            minutes(self.at_least()),
            minutes(self.traffic_shift),
            minutes(self.termination_wait),
            minutes(self.at_most()),
        )
    }
}

fn minutes(duration: Duration) -> u64 {
    duration.as_secs().div_ceil(60)
}
