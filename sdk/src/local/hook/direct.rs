//! Calls of a hook function outside of any deployment.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use greenlight_core::HookExecutionId;

use super::HookProgress;

/// One call with an event of the caller's own.
#[derive(Clone)]
#[non_exhaustive]
pub struct DirectCall {
    /// The call's id, which is the same when it is repeated.
    pub request_id: String,
    /// The event, JSON.
    pub payload: Bytes,
    /// What the function may report for from now on, if the event is one of a hook.
    pub execution: Option<HookExecutionId>,
    /// Where to tell what is found out while it runs.
    pub progress: Arc<dyn Fn(HookProgress) + Send + Sync>,
}

impl DirectCall {
    /// A call that nobody hears of while it runs.
    #[must_use]
    pub fn new(request_id: impl Into<String>, payload: impl Into<Bytes>) -> Self {
        let (request_id, payload) = (request_id.into(), payload.into());
        Self { request_id, payload, execution: None, progress: Arc::new(|_| {}) }
    }
}

impl fmt::Debug for DirectCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectCall").field("request_id", &self.request_id).finish_non_exhaustive()
    }
}

/// How a function that was called ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DirectAnswer {
    /// With a result, JSON.
    Returned(Bytes),
    /// With an error.
    Failed(FunctionFailure),
}

/// An error of a function, in the form of Lambda's own answers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FunctionFailure {
    /// Its kind, such as `TypeError`, `Sandbox.Timedout` or `Runtime.ExitError`, if it has one.
    pub error_type: Option<String>,
    /// What happened.
    pub message: String,
}

/// Why a function could not be called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DirectError {
    /// It is no Lambda function but a plugin or something of the application's own: call it by a deployment.
    #[error(
        "it is no Lambda function of this machine, and only a deployment can call it; bind a process to the name"
    )]
    NoFunction,
    /// Its process does not start: correct its settings.
    #[error("{problem}")]
    NotStarted {
        /// A whole sentence.
        problem: String,
    },
    /// It was shut down.
    #[error("the function {function} was shut down")]
    ShutDown {
        /// Its name.
        function: String,
    },
}

impl fmt::Display for FunctionFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.error_type {
            Some(error_type) => write!(f, "{error_type}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}
