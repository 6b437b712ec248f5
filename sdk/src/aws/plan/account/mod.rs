//! What surrounds a deployment group at AWS, asked for and never changed.

mod alarms;
mod balancing;
mod functions;
mod role;
mod tasks;

use std::fmt;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;

pub(super) use self::balancing::Forward;
pub(super) use self::role::Judgement;
use crate::aws::api::Trouble;

/// What one question may take, its repetitions included: a service that is far away or down costs a note, not a wait.
const PATIENCE: Duration = Duration::from_millis(12_500);

/// The longest pause before what was throttled or lost is asked again for the first time: somebody waits for the plan.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// The services that a plan asks besides CodeDeploy. What is throttled or lost is asked again as the configuration says.
pub(in crate::aws) struct Account {
    alarms: aws_sdk_cloudwatch::Client,
    balancing: aws_sdk_elasticloadbalancingv2::Client,
    functions: aws_sdk_lambda::Client,
    roles: aws_sdk_iam::Client,
    tasks: aws_sdk_ecs::Client,
}

/// What came of a question; `None` is for what does not exist.
pub(super) type Answer<T> = Result<Option<T>, Trouble>;

impl Account {
    pub(in crate::aws) fn new(config: &SdkConfig) -> Self {
        let timeouts = config.timeout_config().map_or_else(TimeoutConfig::builder, TimeoutConfig::to_builder);
        let timeouts = timeouts.operation_timeout(PATIENCE).build();
        let retries = config.retry_config().cloned().unwrap_or_else(RetryConfig::standard);
        let retries = retries.with_initial_backoff(FIRST_PAUSE);
        let config = config.to_builder().timeout_config(timeouts).retry_config(retries).build();
        Self {
            alarms: aws_sdk_cloudwatch::Client::new(&config),
            balancing: aws_sdk_elasticloadbalancingv2::Client::new(&config),
            functions: aws_sdk_lambda::Client::new(&config),
            roles: aws_sdk_iam::Client::new(&config),
            tasks: aws_sdk_ecs::Client::new(&config),
        }
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").finish_non_exhaustive()
    }
}

/// What does not exist, by the names that a service has for that.
fn some<T>(answer: Result<Option<T>, Trouble>, missing: &[&str]) -> Answer<T> {
    match answer {
        Err(trouble) if missing.iter().any(|name| trouble.is(name)) => Ok(None),
        other => other,
    }
}
