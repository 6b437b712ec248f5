//! One call of the function by Lambda.

use std::time::{Duration, SystemTime};

use lambda_runtime::Context;
use tokio::time::Instant;

use crate::{Budget, Clock};

/// No call takes so long, and no time of day is so early.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// What Lambda says about a call. See [`lambda_runtime::Context`], which it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Invocation {
    /// Lambda's id of the call; a repeated one has the same.
    pub request_id: String,
    /// When Lambda kills the process.
    pub deadline: SystemTime,
    /// What was invoked, with its version or alias.
    pub function_arn: String,
}

impl Invocation {
    /// A call that has to be answered by `deadline`.
    #[must_use]
    pub fn new(request_id: impl Into<String>, deadline: SystemTime, function_arn: impl Into<String>) -> Self {
        Self { request_id: request_id.into(), deadline, function_arn: function_arn.into() }
    }

    /// How its time is shared out.
    pub(crate) fn budget(&self, clock: &Clock) -> Budget {
        let left = self.deadline.duration_since(clock.now()).unwrap_or_default();
        // Late as it may be, one attempt of a report is worth it.
        Budget::new(Instant::now(), left.max(Duration::from_secs(1)))
    }
}

impl From<&Context> for Invocation {
    fn from(context: &Context) -> Self {
        let told = Duration::from_millis(context.deadline);
        // The emulator of cargo-lambda gives the time that is left and not the time of day.
        let since = if told < LONGEST { SystemTime::now() } else { SystemTime::UNIX_EPOCH };
        Self::new(&context.request_id, since + told, &context.invoked_function_arn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(deadline: u64) -> Duration {
        let mut context = Context::default();
        context.deadline = deadline;
        let clock = Clock::system();
        let budget = Invocation::from(&context).budget(&clock);
        // Of a minute, five seconds are set aside.
        budget.plugins_until - budget.begun + Duration::from_secs(5)
    }

    #[test]
    fn a_deadline_is_a_time_of_day_or_what_is_left() {
        for deadline in [Clock::system().millis() + 60_000, 60_000] {
            let left = left(deadline);
            assert!(
                left <= Duration::from_secs(60) && left > Duration::from_secs(50),
                "{deadline}: {left:?}"
            );
        }
    }
}
