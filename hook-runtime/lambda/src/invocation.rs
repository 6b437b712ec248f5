//! One call of the function by Lambda.

use std::time::{Duration, SystemTime};

use lambda_runtime::Context;
use tokio::time::Instant;

use crate::{Budget, Clock};

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
        let deadline = SystemTime::UNIX_EPOCH + Duration::from_millis(context.deadline);
        Self::new(&context.request_id, deadline, &context.invoked_function_arn)
    }
}
