//! How a task set was stopped.

use std::fmt;
use std::time::Duration;

use super::error::seconds;
use crate::local::process::Exit;

/// How a task set was stopped; see [`TaskSet::stop`](super::TaskSet::stop).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StopReport {
    /// The task set, with command and process id.
    pub task_set: String,
    /// How it ended. `None` for an address: what runs there goes on.
    pub exit: Option<Exit>,
    /// Whether it ignored SIGTERM for the whole stop grace and was killed.
    pub killed: bool,
    /// How long it took.
    pub took: Duration,
}

impl fmt::Display for StopReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { task_set, exit, killed, took } = self;
        let took = seconds(*took);
        match exit {
            None => write!(f, "{task_set} was not started here and goes on"),
            Some(_) if *killed => {
                write!(f, "{task_set} did not end within {took} of SIGTERM and was killed")
            }
            Some(exit) => write!(f, "{task_set} was stopped in {took} with {exit}"),
        }
    }
}
