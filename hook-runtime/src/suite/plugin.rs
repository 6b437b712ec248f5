//! One plugin of a suite.

use std::{collections::BTreeMap, fmt, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

use super::{Packed, event};
use crate::{Grants, Limits, http::HttpLimits, scalar::Span};

/// One plugin of a suite: what it serves, what it counts for, and what it may use.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SuitePlugin {
    /// What logs and errors call it. Unique in its suite, and safe as the name of a file.
    pub name: String,
    /// The file, relative to the suite's own.
    pub plugin: PathBuf,
    /// The lifecycle events of CodeDeploy or stages of Amazon ECS that it serves. Empty means all of them.
    pub events: Vec<String>,
    /// Whether its verdict counts. An advisory plugin, for which this is false, is only reported.
    pub required: bool,
    /// What it counts for when it ends without a verdict.
    pub on_fault: OnFault,
    /// From the start of one run to its verdict, waiting included.
    pub timeout: Duration,
    /// How long it may compute in one run, waiting not included.
    pub cpu: Duration,
    /// All its memories together, in bytes.
    pub memory: u64,
    /// Logs that are kept of one run, in bytes.
    pub log_bytes: u64,
    /// The largest body that one HTTP response may have, in bytes.
    pub response_bytes: u64,
    /// Outgoing HTTP requests in one run.
    pub requests: u32,
    /// More runs after one that did not pass.
    pub retries: Retries,
    /// What it may reach. Nothing by default.
    pub grants: Grants,
    /// What it reads from its configuration.
    pub config: BTreeMap<String, String>,
    /// The native code that was compiled of it; there only in a bundle.
    pub packed: Option<Packed>,
}

/// What a plugin counts for that ends without a verdict: a crash, a time-out, memory that runs out, an exit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum OnFault {
    /// It counts as failed, and the deployment with it.
    #[default]
    Fail,
    /// It counts as passed. The fault is in the log all the same.
    Pass,
}

/// More runs of a plugin that did not pass, each after a delay that doubles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retries {
    /// Runs after the first one. None by default.
    pub attempts: u32,
    /// Before the first of them. Default 1 s.
    pub first_delay: Duration,
    /// The longest that the doubled delay becomes. Default 30 s.
    pub max_delay: Duration,
}

impl SuitePlugin {
    /// A required plugin that serves all events, with the defaults of all else.
    #[must_use]
    pub fn new(name: impl Into<String>, plugin: impl Into<PathBuf>) -> Self {
        let limits = Limits::default();
        Self {
            name: name.into(),
            plugin: plugin.into(),
            events: Vec::new(),
            required: true,
            on_fault: OnFault::Fail,
            timeout: limits.wall_clock,
            cpu: limits.cpu,
            memory: limits.memory as u64,
            log_bytes: limits.log_bytes as u64,
            response_bytes: limits.http.max_response_bytes,
            requests: limits.http.max_requests,
            retries: Retries::default(),
            grants: Grants::none(),
            config: BTreeMap::new(),
            packed: None,
        }
    }

    /// Whether it runs at `event`. A moment that CodeDeploy and Amazon ECS name differently is served by either name.
    #[must_use]
    pub fn serves(&self, event: &str) -> bool {
        self.events.is_empty() || self.events.iter().any(|served| event::same(served, event))
    }

    /// The limits of one run, for [`HookRun::with_limits`](crate::HookRun::with_limits).
    #[must_use]
    pub fn limits(&self) -> Limits {
        let size = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
        let http = HttpLimits {
            max_response_bytes: self.response_bytes,
            max_requests: self.requests,
            ..HttpLimits::default()
        };
        Limits::default()
            .with_wall_clock(self.timeout)
            .with_cpu(self.cpu)
            .with_memory(size(self.memory))
            .with_log_bytes(size(self.log_bytes))
            .with_http(http)
    }
}

impl Default for Retries {
    fn default() -> Self {
        Self { attempts: 0, first_delay: Duration::from_secs(1), max_delay: Duration::from_secs(30) }
    }
}

impl Retries {
    /// So many runs after the first one.
    #[must_use]
    pub fn new(attempts: u32) -> Self {
        Self { attempts, ..Self::default() }
    }

    /// How long to wait before the retry of this number, from 1; nothing when there is no such retry.
    ///
    /// ```
    /// use std::time::Duration;
    /// use greenlight_hook_runtime::suite::Retries;
    ///
    /// let mut retries = Retries::new(3);
    /// retries.max_delay = Duration::from_secs(3);
    /// let delays: Vec<_> = (1..).map_while(|retry| retries.delay(retry)).collect();
    /// assert_eq!(delays, [1, 2, 3].map(Duration::from_secs));
    /// ```
    #[must_use]
    pub fn delay(&self, retry: u32) -> Option<Duration> {
        let doublings = retry.checked_sub(1)?;
        (retry <= self.attempts).then(|| {
            let factor = 2_u32.checked_pow(doublings).unwrap_or(u32::MAX);
            self.first_delay.saturating_mul(factor).min(self.max_delay)
        })
    }
}

impl fmt::Display for SuitePlugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}, at ", self.name, if self.required { "required" } else { "advisory" })?;
        match self.events.as_slice() {
            [] => f.write_str("every event"),
            events => f.write_str(&events.join(", ")),
        }
    }
}

impl fmt::Display for OnFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fail => "fail",
            Self::Pass => "pass",
        })
    }
}

impl fmt::Display for Retries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.attempts {
            0 => f.write_str("no retries"),
            attempts => write!(
                f,
                "{attempts} retr{}, the first after {}, at most {} apart",
                if attempts == 1 { "y" } else { "ies" },
                Span(self.first_delay),
                Span(self.max_delay)
            ),
        }
    }
}
