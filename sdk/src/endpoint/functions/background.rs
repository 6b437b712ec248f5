//! Calls that nobody waits for.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinSet;

use crate::local::{DirectAnswer, DirectCall, HookFunction};

/// Functions that run without anybody waiting. They end with it.
#[derive(Default)]
pub(crate) struct Background(Mutex<JoinSet<()>>);

impl Background {
    /// Calls a function. What becomes of it is only logged.
    pub(super) fn run(&self, name: String, function: Arc<dyn HookFunction>, call: DirectCall) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // What has ended is let go.
        while tasks.try_join_next().is_some() {}
        tasks.spawn(async move {
            match function.call(call).await {
                Ok(DirectAnswer::Failed(error)) => {
                    tracing::warn!(function = %name, %error, "an asynchronous call of a function failed");
                }
                Err(error) => {
                    tracing::warn!(function = %name, %error, "an asynchronous call of a function was not made");
                }
                Ok(DirectAnswer::Returned(_)) => {}
            }
        });
    }
}

impl fmt::Debug for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Background")
    }
}
