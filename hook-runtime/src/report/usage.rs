//! What a run took.

use std::{fmt, time::Duration};

use serde::Serialize;

use crate::{http::HttpRecord, units};

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
    /// The part of `instantiate` and `call` in which a processor worked for the plugin. Where other processes took its
    /// place for less than a millisecond, that is counted too.
    #[serde(rename = "cpu_ms", serialize_with = "units::millis::serialize")]
    pub cpu: Duration,
}

/// What a run took of its limits on outgoing HTTP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HttpUsage {
    /// Requests that were made, denied ones and those past the limit included.
    pub requests: u32,
    /// Bytes of request bodies that were sent.
    pub request_bytes: u64,
    /// Bytes of response bodies that were received.
    pub response_bytes: u64,
    /// The largest of the response bodies, in bytes.
    pub largest_response_bytes: u64,
    /// The time in which at least one request was under way, requests at the same time counted once.
    #[serde(rename = "waited_ms", serialize_with = "units::millis::serialize")]
    pub waited: Duration,
}

impl HttpUsage {
    /// Adds up what is known of each request; `requests` were made.
    pub(crate) fn of(requests: u32, records: &[HttpRecord]) -> Self {
        let mut usage = Self { requests, ..Self::default() };
        let mut spans = Vec::with_capacity(records.len());
        for record in records {
            usage.request_bytes = usage.request_bytes.saturating_add(record.request_bytes);
            usage.response_bytes = usage.response_bytes.saturating_add(record.response_bytes);
            usage.largest_response_bytes = usage.largest_response_bytes.max(record.response_bytes);
            spans.push((record.start_us, record.start_us.saturating_add(record.elapsed_us)));
        }
        usage.waited = Duration::from_micros(covered(spans));
        usage
    }
}

/// The length of what these spans cover together.
fn covered(mut spans: Vec<(u64, u64)>) -> u64 {
    spans.sort_unstable();
    let (mut total, mut seen) = (0, 0);
    for (start, end) in spans {
        total += end.saturating_sub(start.max(seen));
        seen = seen.max(end);
    }
    total
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

impl fmt::Display for HttpUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requests, request_bytes, response_bytes, waited, .. } = *self;
        let plural = if requests == 1 { "" } else { "s" };
        let (sent, received) = (units::bytes(request_bytes), units::bytes(response_bytes));
        write!(f, "{requests} request{plural} in {}, {sent} sent, {received} received", units::time(waited))
    }
}

impl fmt::Display for Timings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} of it computing", units::time(self.total), units::time(self.cpu))
    }
}

#[cfg(test)]
mod tests {
    use super::covered;

    #[test]
    fn requests_at_the_same_time_are_waited_for_once() {
        assert_eq!(covered(vec![]), 0);
        assert_eq!(covered(vec![(10, 20), (30, 35)]), 15);
        assert_eq!(covered(vec![(30, 35), (10, 32), (12, 20)]), 25);
    }
}
