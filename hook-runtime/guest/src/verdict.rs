//! What a plugin answers.

use std::fmt;
use std::time::Duration;

use crate::bindings::exports::greenlight::hook::validator;
use crate::{Failure, Hook};

/// Whether the deployment may go on.
///
/// Most plugins never name it: a function that returns `Result<(), Failure>` passes or fails, see [`IntoVerdict`].
///
/// ```
/// use std::time::Duration;
/// use greenlight_hook::{Failure, Hook, Verdict, deployment};
///
/// fn validate(_hook: &Hook) -> Result<Verdict, Failure> {
///     if deployment::attempt() < 3 {
///         return Ok(Verdict::pending(Duration::from_secs(30), "caches are warming up"));
///     }
///     Ok(Verdict::Pass)
/// }
/// # greenlight_hook::export!(validate);
/// # fn main() {}
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Pass,
    /// Stop the deployment.
    Fail {
        /// Why: one sentence for the person who reads the log.
        reason: String,
    },
    /// Not known yet: ask again later.
    Pending {
        /// How long to wait. The contract counts whole seconds: a fraction is rounded up.
        delay: Duration,
        /// Handed to the next attempt as [`deployment::state`](crate::deployment::state).
        state: String,
    },
}

impl Verdict {
    /// Stop the deployment, for this reason.
    #[must_use]
    pub fn fail(reason: impl fmt::Display) -> Self {
        Self::Fail { reason: reason.to_string() }
    }

    /// Ask again after `delay` (rounded up to whole seconds); the next attempt gets `state`.
    #[must_use]
    pub fn pending(delay: Duration, state: impl Into<String>) -> Self {
        Self::Pending { delay, state: state.into() }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pass => f.write_str("pass"),
            Self::Fail { reason } => write!(f, "fail: {reason}"),
            Self::Pending { delay, .. } => write!(f, "pending: ask again in {} s", whole_seconds(*delay)),
        }
    }
}

/// What a validation function may return.
///
/// | returned | verdict |
/// |---|---|
/// | `()`, `Ok(())`, [`Verdict::Pass`] | pass, or fail when a [check](Hook::check) failed |
/// | `Err(failure)` | fail: the failed checks, then the failure |
/// | [`Verdict::Fail`] | fail: the failed checks, then the reason |
/// | [`Verdict::Pending`] | pending, whatever the checks said: they are made again at the next attempt |
pub trait IntoVerdict {
    /// The verdict before checks are counted.
    fn into_verdict(self) -> Verdict;
}

impl IntoVerdict for () {
    fn into_verdict(self) -> Verdict {
        Verdict::Pass
    }
}

impl IntoVerdict for Verdict {
    fn into_verdict(self) -> Verdict {
        self
    }
}

impl<T: IntoVerdict> IntoVerdict for Result<T, Failure> {
    fn into_verdict(self) -> Verdict {
        self.map_or_else(Verdict::fail, T::into_verdict)
    }
}

/// Calls the validation function and counts the checks that failed.
pub(crate) fn judge<V: IntoVerdict>(validate: impl FnOnce(&Hook) -> V) -> Verdict {
    let hook = Hook::new();
    let verdict = validate(&hook).into_verdict();
    let mut reasons = hook.into_failed();
    match verdict {
        Verdict::Pending { .. } => return verdict,
        Verdict::Fail { reason } => reasons.push(reason),
        Verdict::Pass if reasons.is_empty() => return Verdict::Pass,
        Verdict::Pass => {}
    }
    Verdict::Fail { reason: reasons.join("; ") }
}

impl From<Verdict> for validator::Verdict {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pass => Self::Pass,
            Verdict::Fail { reason } => Self::Fail(reason),
            Verdict::Pending { delay, state } => {
                Self::Pending(validator::Pending { delay_seconds: whole_seconds(delay), state })
            }
        }
    }
}

/// Up, not down: a plugin that waits for half a second must not be asked again at once, over and over.
fn whole_seconds(delay: Duration) -> u32 {
    let seconds = delay.as_secs().saturating_add(u64::from(delay.subsec_nanos() > 0));
    u32::try_from(seconds).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_check_fails_a_function_that_returns_nothing() {
        let verdict = judge(|hook| {
            hook.check("status").fail("got 500, expected 200");
            hook.check("body").fail("no field `version`");
        });
        assert_eq!(verdict, Verdict::fail("status: got 500, expected 200; body: no field `version`"));
    }

    #[test]
    fn failed_checks_come_before_the_error_that_ended_the_function() {
        let verdict = judge(|hook| -> Result<(), Failure> {
            hook.check("status").fail("got 500, expected 200");
            Err(Failure::new("gave up"))
        });
        assert_eq!(verdict, Verdict::fail("status: got 500, expected 200; gave up"));
    }

    #[test]
    fn a_pending_verdict_stays_pending_though_a_check_failed() {
        let pending = Verdict::pending(Duration::from_secs(5), "again");
        let verdict = judge(|hook| {
            hook.check("warm").fail("12 of 40 caches");
            pending.clone()
        });
        assert_eq!(verdict, pending);
    }

    #[test]
    fn delays_are_rounded_up_to_whole_seconds() {
        assert_eq!(whole_seconds(Duration::ZERO), 0);
        assert_eq!(whole_seconds(Duration::from_millis(1)), 1);
        assert_eq!(whole_seconds(Duration::from_secs(30)), 30);
        assert_eq!(whole_seconds(Duration::MAX), u32::MAX);
    }
}
