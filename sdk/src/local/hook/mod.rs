//! Hook functions, bound by name, so that the AppSpec is used as it is.

mod direct;
mod event;
#[cfg(feature = "endpoint")]
mod lambda_invoke;
mod lambda_runtime;
#[cfg(feature = "hooks")]
mod plugin;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use greenlight_core::{CheckOutcome, FunctionName, HookEvent, HookExecution, Percent};

pub use direct::{DirectAnswer, DirectCall, DirectError, FunctionFailure};
#[cfg(feature = "endpoint")]
pub use lambda_invoke::LambdaInvoke;
pub use lambda_runtime::{HookIdentities, LambdaProcess, LambdaProcessError};
#[cfg(feature = "hooks")]
pub use plugin::PluginHook;

/// What the local pipeline runs where the service would invoke a Lambda function.
///
/// # Contract
///
/// [`invoke`](Self::invoke) is called once for each hook of a deployment, and once more after each
/// [`HookAnswer::Pending`]. The future is dropped when the deployment ends before it, so it must hold nothing that
/// has to be cleaned up by code that runs later. One that has reported by itself should return soon: virtual time stands
/// still until it does.
#[async_trait]
pub trait HookFunction: fmt::Debug + Send + Sync {
    /// Judges the deployment.
    async fn invoke(&self, call: HookCall) -> HookAnswer;

    /// Calls it with any event, as Lambda's Invoke API does; no deployment waits for it. Default:
    /// [`DirectError::NoFunction`], for what is no Lambda function.
    ///
    /// # Errors
    ///
    /// [`DirectError`], when it could not be called. An error of the function itself is an answer.
    async fn call(&self, call: DirectCall) -> Result<DirectAnswer, DirectError> {
        drop(call);
        Err(DirectError::NoFunction)
    }

    /// Ends what it keeps between calls, such as processes. It is not called again afterwards. Default: nothing.
    async fn shutdown(&self) {}
}

/// What a hook function is told. The service itself sends only [`execution`](Self::execution).
#[derive(Clone)]
#[non_exhaustive]
pub struct HookCall {
    /// The deployment, and the id under which to report.
    pub execution: HookExecution,
    /// The function, as the AppSpec names it.
    pub function: FunctionName,
    /// The event in progress.
    pub event: HookEvent,
    /// The application.
    pub application: String,
    /// The deployment group.
    pub deployment_group: String,
    /// The service, as `cluster:service`.
    pub service: String,
    /// Where the test listener answers, if there is one.
    pub test_url: Option<String>,
    /// Where the production listener answers, unless the service is only simulated.
    pub production_url: Option<String>,
    /// The replacement's share of production requests.
    pub green: Percent,
    /// The lower-case hexadecimal SHA-256 of the AppSpec's text.
    pub revision: String,
    /// 1 at first, one more after each pending answer.
    pub attempt: u32,
    /// What the previous attempt handed over.
    pub state: Option<String>,
    /// Where to tell what is found out while it runs.
    pub progress: Arc<dyn Fn(HookProgress) + Send + Sync>,
}

impl fmt::Debug for HookCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HookCall")
            .field("execution", &self.execution)
            .field("event", &self.event)
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}

/// What a hook function came to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HookAnswer {
    /// The deployment may go on.
    Succeeded,
    /// The deployment must stop.
    Failed {
        /// Why: one sentence for people.
        reason: String,
    },
    /// It wants to be called again.
    Pending {
        /// After how long, by the pipeline's clock.
        delay: Duration,
        /// What the next attempt is told.
        state: String,
    },
    /// It could not be invoked at all.
    NotInvoked {
        /// Why: one sentence for people.
        detail: String,
    },
    /// It will report by itself, with [`report`](greenlight_core::DeploymentPipeline::report), within the hour.
    WillReport,
}

/// Something that a hook found out while it runs.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum HookProgress {
    /// It carried out a check.
    Check {
        /// The check's name.
        name: String,
        /// How it ended.
        outcome: CheckOutcome,
        /// What was seen.
        detail: String,
    },
    /// It measured something.
    Metric {
        /// The metric's name.
        name: String,
        /// The value.
        value: f64,
        /// The unit, as CloudWatch names it.
        unit: String,
    },
    /// It wrote a line to its log.
    Log {
        /// How much it matters: `trace`, `debug`, `info`, `warn`, `error`.
        level: String,
        /// The line.
        text: String,
    },
}
