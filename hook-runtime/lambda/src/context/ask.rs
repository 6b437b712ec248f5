//! One call for context, which may fail.

use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use aws_sdk_codedeploy::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use tokio::time::{Instant, sleep, timeout_at};

use crate::aws::{Refusal, refusal};
use crate::backoff::Backoff;
use crate::log::Log;

/// Asks for context until a time, and remembers what it could not learn.
#[derive(Debug)]
pub(super) struct Asking {
    until: Instant,
    problems: Mutex<Vec<Problem>>,
}

#[derive(Debug)]
enum Problem {
    Denied(&'static str),
    Other(&'static str, String),
}

impl Asking {
    pub(super) const fn until(until: Instant) -> Self {
        Self { until, problems: Mutex::new(Vec::new()) }
    }

    /// Makes a call, again while the service is busy. `operation` is its name and that of its permission.
    pub(super) async fn call<T, E, F>(&self, operation: &'static str, call: impl Fn() -> F) -> Option<T>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: std::error::Error + ProvideErrorMetadata + 'static,
    {
        let mut backoff = Backoff::new();
        loop {
            let refused = match timeout_at(self.until, call()).await {
                Ok(Ok(answer)) => return Some(answer),
                Ok(Err(error)) => refusal(&error),
                Err(_) => return self.cannot(Problem::Other(operation, "no answer in time".to_owned())),
            };
            let pause = backoff.pause();
            match refused {
                Refusal::Denied(_) => return self.cannot(Problem::Denied(operation)),
                Refusal::Passing(_) if Instant::now() + pause < self.until => sleep(pause).await,
                other => return self.cannot(Problem::Other(operation, other.to_string())),
            }
        }
    }

    /// Tells what could not be learnt, in at most one line for each way to mend it.
    pub(super) fn tell(self, log: &Log) {
        let problems = self.problems.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (mut denied, mut others) = (String::new(), String::new());
        for problem in problems {
            let (text, told) = match problem {
                Problem::Denied(operation) => (&mut denied, format!("codedeploy:{operation}")),
                Problem::Other(operation, what) => (&mut others, format!("{operation}: {what}")),
            };
            let comma = if text.is_empty() { "" } else { ", " };
            // Text takes all that is written into it.
            let _ = write!(text, "{comma}{told}");
        }
        if !denied.is_empty() {
            log.warn(format_args!(
                "plugins are not told all of the deployment: allow {denied} on the application and the deployment group for \
                 this function's role"
            ));
        }
        if !others.is_empty() {
            log.warn(format_args!("plugins are not told all of the deployment: {others}"));
        }
    }

    fn cannot<T>(&self, problem: Problem) -> Option<T> {
        self.problems.lock().unwrap_or_else(PoisonError::into_inner).push(problem);
        None
    }
}
