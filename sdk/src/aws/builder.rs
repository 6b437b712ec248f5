//! What is set before a pipeline is made.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_smithy_http_client::tls::TlsContext;
use greenlight_core::Clock;

use super::api::{Calls, Jitter, RequestBudget};
use super::clock::SystemClock;
use super::connection::http_client;
use super::logs::LogReader;
use super::pipeline::CodeDeploy;
use super::plan::Account;

/// For how long weather is waited out by default.
const PATIENCE: Duration = Duration::from_secs(3600);

/// What to set before a [`CodeDeploy`] is made; made by [`CodeDeploy::builder`].
///
/// ```
/// use std::time::Duration;
/// use greenlight::aws::{CodeDeploy, RequestBudget};
///
/// # let config = aws_config::SdkConfig::builder()
/// #     .region(aws_config::Region::new("eu-west-1"))
/// #     .behavior_version(aws_config::BehaviorVersion::latest())
/// #     .build();
/// let codedeploy = CodeDeploy::builder(&config)
///     .with_budget(RequestBudget::per_minute(120))
///     .with_patience(Duration::from_secs(600))
///     .build();
/// assert_eq!(codedeploy.to_string(), "AWS CodeDeploy in eu-west-1");
/// ```
#[must_use]
pub struct CodeDeployBuilder {
    config: SdkConfig,
    clock: Arc<dyn Clock>,
    jitter: Jitter,
    budget: RequestBudget,
    patience: Option<Duration>,
    logs: bool,
}

impl CodeDeployBuilder {
    pub(super) fn new(config: &SdkConfig) -> Self {
        Self {
            config: config.clone(),
            clock: Arc::new(SystemClock::new()),
            jitter: Jitter::random(),
            budget: RequestBudget::default(),
            patience: Some(PATIENCE),
            logs: true,
        }
    }

    /// How often the service is asked at most, by all watches of the pipeline together. By default 30 times a minute, ten at once.
    pub const fn with_budget(mut self, budget: RequestBudget) -> Self {
        self.budget = budget;
        self
    }

    /// For how long whoever follows a deployment waits while the service does not answer at all. By default an hour;
    /// a watch can be gone on with afterwards.
    pub const fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    /// Waits without an end while the service does not answer. One that never has is still given up after a minute.
    pub const fn with_endless_patience(mut self) -> Self {
        self.patience = None;
        self
    }

    /// Does not read what hook functions wrote to CloudWatch Logs.
    pub const fn without_logs(mut self) -> Self {
        self.logs = false;
        self
    }

    /// The time by which the service is asked, and in which waits pass. By default real time.
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Varies pauses in the same way each time; for tests.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.jitter = Jitter::seeded(seed);
        self
    }

    /// Makes the pipeline. Nothing is sent yet.
    #[must_use]
    pub fn build(mut self) -> CodeDeploy {
        if self.config.http_client().is_none() {
            let client = http_client(TlsContext::default());
            self.config = self.config.into_builder().http_client(client).build();
        }
        let region = self.config.region().map_or("an unknown region", AsRef::as_ref).to_owned();
        let logs = self.logs.then(|| LogReader::new(&self.config));
        let calls = Calls::new(&self.config, self.clock, self.jitter, self.budget);
        let account = Account::new(&self.config);
        CodeDeploy::from_parts(calls, logs, account, self.patience, region)
    }
}

impl fmt::Debug for CodeDeployBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeDeployBuilder")
            .field("budget", &self.budget)
            .field("patience", &self.patience)
            .field("logs", &self.logs)
            .finish_non_exhaustive()
    }
}
