//! How an invocation can fail.

use super::api::FunctionError;

/// How an invocation failed, by what follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// There is no process, and there would be none the next time: a whole sentence.
    NotStarted(String),
    /// The process ended, or has to: what it did.
    Function(String),
    /// The function did not answer in time, and its process was killed: what it did.
    TimedOut(String),
    /// The function reported an error of its own, and its process goes on.
    Handled(FunctionError),
    /// The function is being shut down.
    ShutDown,
}
