//! Why a task set did not start.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use super::health::Unhealthy;
use crate::local::process::Exit;

/// Why a task set did not start. Nothing of it is left running then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TaskSetError {
    /// The specification cannot work on this machine: correct it.
    #[error("{name} cannot be started: {problem}")]
    Spec {
        /// The task set.
        name: String,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// Another process has the port: stop it, or choose another port.
    #[error(
        "{name} cannot be started: port {} on {} is in use; stop the other process, choose another port, \
         or leave the port out to get a free one",
        address.port(),
        address.ip()
    )]
    PortInUse {
        /// The task set.
        name: String,
        /// Where it would have listened.
        address: SocketAddr,
    },
    /// This machine gave no process or no port: try again later.
    #[error("{name} cannot be started: {source}")]
    Machine {
        /// The task set.
        name: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The process ended before it was healthy: look at its output.
    #[error("{task_set} ended with {exit} before it was healthy; {}", exit.last_output())]
    Exited {
        /// The task set, with command and process id.
        task_set: String,
        /// How it ended, and what it printed last.
        exit: Exit,
    },
    /// The service did not become healthy in time. A process was killed for it: look at its output.
    #[error("{task_set} did not become healthy within {}: {unhealthy}{last_output}", seconds(*.grace))]
    Unhealthy {
        /// The task set, with command and process id.
        task_set: String,
        /// The time it had.
        grace: Duration,
        /// What the last check met.
        unhealthy: Unhealthy,
        /// `; ` and the last lines that the process printed. Empty for an address.
        last_output: String,
    },
}

/// A time as people write it: `10 s`, `0.5 s`.
pub(super) fn seconds(time: Duration) -> String {
    format!("{} s", (time.as_secs_f64() * 1000.0).round() / 1000.0)
}
