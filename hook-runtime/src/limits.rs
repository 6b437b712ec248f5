//! What one run of a plugin may use.

use std::{fmt, time::Duration};

use crate::{engine, http::HttpLimits};

/// Limits of one run, all on by default.
///
/// Time spent waiting for a free place in the [`Runtime`](crate::Runtime) counts for nothing.
///
/// ```
/// use std::time::Duration;
/// use greenlight_hook_runtime::Limits;
///
/// let limits = Limits::default().with_wall_clock(Duration::from_secs(120)).with_memory(128 << 20);
/// assert_eq!(limits.cpu, Duration::from_secs(10));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// From the start of the plugin to its verdict, waiting included. Default 30 s.
    pub wall_clock: Duration,
    /// Time that the plugin computes, waiting not included; exact to about 5 ms. Default 10 s.
    pub cpu: Duration,
    /// All memories of the plugin together, in bytes. Default 64 MiB.
    pub memory: usize,
    /// Elements of each table. Default, and most that a pooled runtime can give, 20,000.
    pub table_elements: usize,
    /// Resources of the host that the plugin holds at once: requests, streams, timers. Default 1,000.
    pub handles: usize,
    /// Bytes that the plugin passes to the host in one call, such as a request's body, and random bytes that it
    /// gets by one. Default 4 MiB.
    pub host_call_bytes: usize,
    /// Bytes of log lines, standard output and standard error that are kept; of more, the first and
    /// the last half of this. Default 256 KiB.
    pub log_bytes: usize,
    /// Checks that are kept. Default 1,000.
    pub checks: usize,
    /// Metrics that are kept. Default 1,000.
    pub metrics: usize,
    /// Bytes that a pending verdict hands to the next attempt. Default 64 KiB.
    pub state_bytes: usize,
    /// Outgoing HTTP: number, size and time of requests.
    pub http: HttpLimits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            wall_clock: Duration::from_secs(30),
            cpu: Duration::from_secs(10),
            memory: 64 << 20,
            table_elements: engine::TABLE_ELEMENTS,
            handles: 1_000,
            host_call_bytes: 4 << 20,
            log_bytes: 256 << 10,
            checks: 1_000,
            metrics: 1_000,
            state_bytes: 64 << 10,
            http: HttpLimits::default(),
        }
    }
}

impl Limits {
    /// Sets [`wall_clock`](Self::wall_clock).
    #[must_use]
    pub const fn with_wall_clock(mut self, limit: Duration) -> Self {
        self.wall_clock = limit;
        self
    }

    /// Sets [`cpu`](Self::cpu).
    #[must_use]
    pub const fn with_cpu(mut self, limit: Duration) -> Self {
        self.cpu = limit;
        self
    }

    /// Sets [`memory`](Self::memory), in bytes.
    #[must_use]
    pub const fn with_memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }

    /// Sets [`table_elements`](Self::table_elements).
    #[must_use]
    pub const fn with_table_elements(mut self, elements: usize) -> Self {
        self.table_elements = elements;
        self
    }

    /// Sets [`handles`](Self::handles).
    #[must_use]
    pub const fn with_handles(mut self, handles: usize) -> Self {
        self.handles = handles;
        self
    }

    /// Sets [`host_call_bytes`](Self::host_call_bytes).
    #[must_use]
    pub const fn with_host_call_bytes(mut self, bytes: usize) -> Self {
        self.host_call_bytes = bytes;
        self
    }

    /// Sets [`log_bytes`](Self::log_bytes).
    #[must_use]
    pub const fn with_log_bytes(mut self, bytes: usize) -> Self {
        self.log_bytes = bytes;
        self
    }

    /// Sets [`checks`](Self::checks).
    #[must_use]
    pub const fn with_checks(mut self, checks: usize) -> Self {
        self.checks = checks;
        self
    }

    /// Sets [`metrics`](Self::metrics).
    #[must_use]
    pub const fn with_metrics(mut self, metrics: usize) -> Self {
        self.metrics = metrics;
        self
    }

    /// Sets [`state_bytes`](Self::state_bytes).
    #[must_use]
    pub const fn with_state_bytes(mut self, bytes: usize) -> Self {
        self.state_bytes = bytes;
        self
    }

    /// Sets [`http`](Self::http).
    #[must_use]
    pub fn with_http(mut self, http: HttpLimits) -> Self {
        self.http = http;
        self
    }
}

impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} of time, {:?} of it computing, {}",
            self.wall_clock,
            self.cpu,
            crate::units::bytes(self.memory as u64)
        )
    }
}
