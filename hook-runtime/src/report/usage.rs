//! What a run took.

use std::{fmt, time::Duration};

use serde::Serialize;

use crate::units;

/// Where the time of a run went. Serialised in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Timings {
    /// Waiting for a free place in the runtime; not part of any limit.
    #[serde(rename = "queued_ms", serialize_with = "units::millis::serialize")]
    pub queued: Duration,
    /// Making the sandbox.
    #[serde(rename = "setup_ms", serialize_with = "units::millis::serialize")]
    pub setup: Duration,
    /// Making the plugin's instance in it, with whatever the plugin does at its start.
    #[serde(rename = "instantiate_ms", serialize_with = "units::millis::serialize")]
    pub instantiate: Duration,
    /// In the plugin's `validate`.
    #[serde(rename = "call_ms", serialize_with = "units::millis::serialize")]
    pub call: Duration,
    /// All of the above and what was between.
    #[serde(rename = "total_ms", serialize_with = "units::millis::serialize")]
    pub total: Duration,
    /// The part of `instantiate` and `call` in which a processor worked for the plugin.
    #[serde(rename = "cpu_ms", serialize_with = "units::millis::serialize")]
    pub cpu: Duration,
}

/// What did not fit into the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Dropped {
    /// Bytes of log lines, standard output and standard error.
    pub log_bytes: u64,
    /// Checks past [`Limits::checks`](crate::Limits::checks).
    pub checks: u64,
    /// Metrics past [`Limits::metrics`](crate::Limits::metrics), and those that were not finite numbers.
    pub metrics: u64,
}

impl fmt::Display for Timings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} of it computing", units::time(self.total), units::time(self.cpu))
    }
}
