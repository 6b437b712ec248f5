//! Why a Lambda process could not be made ready ahead of its first call.

use super::failure::Failure;

/// Why [`LambdaProcess::warm_up`](super::LambdaProcess::warm_up) failed. Nothing of the process is left running then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LambdaProcessError {
    /// The command cannot work on this machine: correct it.
    #[error("{0}")]
    NotStarted(String),
    /// The process started and never asked for work: look at the function and at its output.
    #[error("the function {function} {problem}")]
    NotReady {
        /// The function.
        function: String,
        /// What it did instead.
        problem: String,
    },
    /// The function was shut down.
    #[error("the function {function} is shut down; make a new one")]
    ShutDown {
        /// The function.
        function: String,
    },
}

impl LambdaProcessError {
    pub(super) fn new(function: &str, failure: Failure) -> Self {
        let function = function.to_owned();
        match failure {
            Failure::NotStarted(problem) => Self::NotStarted(problem),
            Failure::Function(problem) | Failure::TimedOut(problem) => Self::NotReady { function, problem },
            Failure::Handled(error) => Self::NotReady { function, problem: error.did() },
            Failure::ShutDown => Self::ShutDown { function },
        }
    }
}
