//! What a task set consists of.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::local::process::{OutputLine, OutputSink};

/// How to start, check and stop one task set.
///
/// ```
/// use std::time::Duration;
/// use greenlight::local::task_set::TaskSetSpec;
///
/// let green = TaskSetSpec::command("green", ["bin/web", "--verbose"])
///     .with_env("COLOUR", "green")
///     .with_health_path("/health")
///     .with_start_grace(Duration::from_secs(10));
/// assert_eq!(green.name, "green");
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TaskSetSpec {
    /// What messages call it, such as `blue` or `green`.
    pub name: String,
    /// A command to run, or an address where something runs already.
    pub kind: TaskSetKind,
    /// The path that answers a GET with 2xx once the service is healthy. Default `/`.
    pub health_path: String,
    /// How long the service may take to become healthy. Default 60 s.
    pub start_grace: Duration,
    /// How long the process may take to end after SIGTERM, before SIGKILL. Default 30 s, as `stopTimeout` of an
    /// Amazon ECS container.
    pub stop_grace: Duration,
    /// Gets every line of output, as it comes.
    pub output: Option<OutputSink>,
}

/// Where a task set comes from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TaskSetKind {
    /// A process of this machine, started and stopped with the task set.
    Command(CommandSpec),
    /// A service that runs already. It is checked, never started or stopped.
    Address(SocketAddr),
}

/// The process of a task set. It listens on 127.0.0.1, or on all addresses, at the port in its variable `PORT`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CommandSpec {
    /// The program and its arguments. A program with a slash is relative to `cwd`, one without is looked for in
    /// `PATH`.
    pub command: Vec<String>,
    /// Variables added to the environment of this process. `PORT` is always set by the task set.
    pub env: Vec<(String, String)>,
    /// The working directory. Default: that of this process.
    pub cwd: Option<PathBuf>,
    /// The port to listen on. Default: a free one.
    pub port: Option<u16>,
}

impl TaskSetSpec {
    /// A task set that runs a program with arguments.
    #[must_use]
    pub fn command<S: Into<String>>(name: impl Into<String>, command: impl IntoIterator<Item = S>) -> Self {
        let command = command.into_iter().map(Into::into).collect();
        Self::new(name.into(), TaskSetKind::Command(CommandSpec { command, ..CommandSpec::default() }))
    }

    /// A task set that runs already.
    #[must_use]
    pub fn address(name: impl Into<String>, address: SocketAddr) -> Self {
        Self::new(name.into(), TaskSetKind::Address(address))
    }

    fn new(name: String, kind: TaskSetKind) -> Self {
        Self {
            name,
            kind,
            health_path: String::from("/"),
            start_grace: Duration::from_secs(60),
            stop_grace: Duration::from_secs(30),
            output: None,
        }
    }

    /// Adds a variable to the environment of the process. An address has none, and stays as it is.
    #[must_use]
    pub fn with_env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        if let TaskSetKind::Command(command) = &mut self.kind {
            command.env.push((name.into(), value.into()));
        }
        self
    }

    /// Sets the working directory of the process. An address has none, and stays as it is.
    #[must_use]
    pub fn with_cwd(mut self, cwd: impl Into<PathBuf>) -> Self {
        if let TaskSetKind::Command(command) = &mut self.kind {
            command.cwd = Some(cwd.into());
        }
        self
    }

    /// Sets the port of the process. An address has its own, and stays as it is.
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        if let TaskSetKind::Command(command) = &mut self.kind {
            command.port = Some(port);
        }
        self
    }

    /// Sets [`health_path`](Self::health_path).
    #[must_use]
    pub fn with_health_path(mut self, path: impl Into<String>) -> Self {
        self.health_path = path.into();
        self
    }

    /// Sets [`start_grace`](Self::start_grace).
    #[must_use]
    pub const fn with_start_grace(mut self, grace: Duration) -> Self {
        self.start_grace = grace;
        self
    }

    /// Sets [`stop_grace`](Self::stop_grace).
    #[must_use]
    pub const fn with_stop_grace(mut self, grace: Duration) -> Self {
        self.stop_grace = grace;
        self
    }

    /// Calls `sink` with every line of output, from the first one on. It runs on the async runtime and must not
    /// block; send the line into a channel if there is much to do.
    #[must_use]
    pub fn with_output(mut self, sink: impl Fn(&OutputLine) + Send + Sync + 'static) -> Self {
        self.output = Some(OutputSink::new(sink));
        self
    }
}
