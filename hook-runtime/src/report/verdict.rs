//! What a plugin decided.

use std::{fmt, time::Duration};

use serde::Serialize;

use crate::{Fault, contract};

/// A plugin's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// The deployment may go on.
    Pass,
    /// The deployment should stop.
    Fail {
        /// Why, in the plugin's own words; may be empty. [`HookReport::reason`](crate::HookReport::reason)
        /// never is.
        reason: String,
    },
    /// Not known yet: ask again.
    Pending {
        /// How long to wait first; in milliseconds when serialised.
        #[serde(rename = "delay_ms", serialize_with = "crate::units::millis::serialize")]
        delay: Duration,
        /// For the next attempt's [`HookContext::state`](crate::HookContext::state), byte for byte.
        state: String,
    },
}

impl From<contract::Verdict> for Verdict {
    fn from(verdict: contract::Verdict) -> Self {
        match verdict {
            contract::Verdict::Pass => Self::Pass,
            contract::Verdict::Fail(reason) => Self::Fail { reason },
            contract::Verdict::Pending(pending) => Self::Pending {
                delay: Duration::from_secs(pending.delay_seconds.into()),
                state: pending.state,
            },
        }
    }
}

/// How a run ended: with an answer, or without.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The plugin answered.
    Verdict(Verdict),
    /// It did not, and this is why.
    Fault(Fault),
}

/// How a run ended, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HookStatus {
    /// The deployment may go on.
    Passed,
    /// The plugin says that it should stop.
    Failed,
    /// The plugin wants to be asked again.
    Pending,
    /// The plugin came to no answer. Unless an operator chose otherwise, a deployment stops here too.
    Faulted,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pass => f.write_str("pass"),
            Self::Fail { reason } => write!(f, "fail: {reason}"),
            Self::Pending { delay, .. } => write!(f, "pending: ask again in {}", crate::units::time(*delay)),
        }
    }
}

impl fmt::Display for HookStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Pending => "pending",
            Self::Faulted => "faulted",
        })
    }
}
