//! Hook events in, reports out.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::context::Recovery;
use crate::event::{Event, EventError};
use crate::finished::Finished;
use crate::log::Log;
use crate::plugins::Plugins;
use crate::watchdog::Watchdog;
use crate::{Aws, Environment, Invocation, codedeploy_hook, doctor, native_hook};

/// Answers the hooks of CodeDeploy and Amazon ECS. One for each process is enough; clones share everything.
///
/// Whatever happens to the plugins, [`handle`](Self::handle) ends in a report. Made by [`start`](crate::start).
#[derive(Clone, Debug)]
pub struct Host(Arc<Parts>);

#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) environment: Environment,
    pub(crate) aws: Aws,
    pub(crate) plugins: Result<Plugins, String>,
    pub(crate) recovery: Recovery,
    pub(crate) finished: Finished,
    pub(crate) watchdog: Option<Watchdog>,
    log: Log,
    cold: AtomicBool,
}

/// A hook of CodeDeploy of which no report arrived.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{verdict} at deployment {deployment}, and not reported: {problem}")]
#[non_exhaustive]
pub struct Unreported {
    /// The deployment that waits for it.
    pub deployment: String,
    /// `Succeeded` or `Failed`.
    pub verdict: String,
    /// Why not.
    pub problem: String,
}

/// An event that was not worked on, or not to its end. The function answers with it, so that Lambda counts an error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HookError {
    /// CodeDeploy did not take the report. Lambda delivers the event again, up to twice, and the verdict is reported then.
    #[error(transparent)]
    Unreported(#[from] Unreported),
    /// The event is no hook: whoever sends it has to be mended. CodeDeploy was not called.
    #[error(transparent)]
    Event(#[from] EventError),
}

impl Host {
    /// A host of these plugins, or one that fails every hook with this sentence because there are none.
    #[must_use]
    pub fn new(environment: Environment, aws: Aws, plugins: Result<Plugins, String>, log: Log) -> Self {
        let log = log.about("function", environment.function.as_str());
        if let Err(problem) = &plugins {
            log.error(format_args!("every hook will be reported as failed: {problem}"));
        }
        if let Some(problem) = &aws.distrusted {
            log.error(problem);
        }
        let watchdog = Watchdog::start(environment.clone());
        if let Err(error) = &watchdog {
            log.warn(format_args!("there is no watchdog, for no thread can be started: {error}"));
        }
        let recovery = Recovery::new(aws.codedeploy.clone());
        let (finished, cold) = (Finished::default(), AtomicBool::new(true));
        Self(Arc::new(Parts {
            environment,
            aws,
            plugins,
            recovery,
            finished,
            watchdog: watchdog.ok(),
            log,
            cold,
        }))
    }

    /// Works on one event and gives the function's result. Amazon ECS reads its verdict there, and `greenlight hook
    /// doctor` its findings; CodeDeploy ignores it.
    ///
    /// # Errors
    ///
    /// [`HookError`], when CodeDeploy did not take the report, or the event is none of a hook. A broken event of Amazon
    /// ECS is answered with `FAILED`, and is no error.
    pub async fn handle(&self, payload: Value, invocation: &Invocation) -> Result<Value, HookError> {
        let parts = &self.0;
        let log = parts.log.about("request", invocation.request_id.as_str());
        match Event::read(&payload) {
            Ok(Event::CodeDeploy(event)) => Ok(codedeploy_hook::handle(parts, event, invocation, log).await?),
            Ok(Event::Native(event)) => Ok(native_hook::handle(parts, event, invocation, log).await),
            Ok(Event::Doctor(event)) => Ok(doctor::answer(parts, &event, invocation, log).await),
            Err(error) => {
                log.error(&error);
                match error {
                    EventError::Native { .. } => Ok(native_hook::failed()),
                    error => Err(error.into()),
                }
            }
        }
    }
}

impl Parts {
    /// Whether this is asked for the first time.
    pub(crate) fn cold_start(&self) -> bool {
        self.cold.swap(false, Ordering::Relaxed)
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.plugins {
            Ok(plugins) => write!(f, "hook function {}: {plugins}", self.0.environment),
            Err(problem) => write!(f, "hook function {} without plugins: {problem}", self.0.environment),
        }
    }
}
