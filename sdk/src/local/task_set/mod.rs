//! Task sets of the local engine: real processes, or services that run already.
//!
//! A task set is a command that listens at the port in its variable `PORT`. It is started, asked for its health until
//! that is good, and stopped by SIGTERM and, if that does not help, SIGKILL. As with a container, all of it ends when its
//! first process ends.
//!
//! No process of a task set outlives this one, even if this one is killed by SIGKILL: each is started with a small
//! shell process beside it that kills them all as soon as this process is gone. Only a process that leaves its process
//! group, as a daemon does, escapes.
//!
//! # Example
//!
//! ```no_run
//! use greenlight::local::task_set::{TaskSet, TaskSetSpec};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let spec = TaskSetSpec::command("green", ["bin/web"]).with_health_path("/health");
//! let green = TaskSet::start(spec).await?;
//! println!("{green} answers at {}", green.address());
//! println!("{}", green.stop().await);
//! # Ok(())
//! # }
//! ```

mod error;
mod health;
mod port;
mod spec;
mod stop_report;

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::Instant;

pub use self::error::TaskSetError;
pub use self::health::Unhealthy;
pub use self::spec::{CommandSpec, TaskSetKind, TaskSetSpec};
pub use self::stop_report::StopReport;
pub use super::process::{Exit, OutputLine, OutputSink, OutputStream};

use self::health::HealthCheck;
use super::process::{Command, Process, describe_output};

/// A healthy task set. See [the module](self) for what it promises, and for an example.
///
/// Dropping it kills its processes at once.
#[derive(Debug)]
pub struct TaskSet {
    /// With command and process id, as messages name it.
    title: String,
    health: HealthCheck,
    address: SocketAddr,
    process: Option<Process>,
    stop_grace: Duration,
}

/// Starts of a command with a free port. The port may be taken by somebody else before the process listens.
const MAX_STARTS: usize = 3;

impl TaskSet {
    /// Starts a task set and waits until it is healthy. If the future is dropped, the processes are killed.
    ///
    /// # Errors
    ///
    /// * [`TaskSetError::Spec`]: the program, the working directory, the health path or a variable cannot work.
    /// * [`TaskSetError::PortInUse`]: somebody listens on the port that was asked for.
    /// * [`TaskSetError::Exited`]: the process ended before it was healthy.
    /// * [`TaskSetError::Unhealthy`]: the start grace is over.
    /// * [`TaskSetError::Machine`]: the operating system gave no process.
    pub async fn start(spec: TaskSetSpec) -> Result<Self, TaskSetError> {
        let mut starts = 0;
        loop {
            starts += 1;
            let task_set = Self::launch(&spec)?;
            match task_set.wait_until_healthy(spec.start_grace).await {
                Ok(()) => return Ok(task_set),
                Err(TaskSetError::Exited { .. })
                    if starts < MAX_STARTS && chose_port(&spec) && port::in_use(task_set.address) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Where the service is reached.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The id of the first process, which is the id of its process group too. `None` for an address.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(Process::id)
    }

    /// Resolves when the process ends, by itself or stopped. Never for an address.
    ///
    /// The future is independent of the task set.
    pub fn exited(&self) -> impl Future<Output = Exit> + Send + 'static {
        let exited = self.process.as_ref().map(Process::exited);
        async move {
            match exited {
                Some(exited) => exited.await,
                None => std::future::pending().await,
            }
        }
    }

    /// The last lines that the process printed: at most 200, and at most 64 KiB. Empty for an address.
    #[must_use]
    pub fn output(&self) -> Vec<OutputLine> {
        self.process.as_ref().map(Process::output).unwrap_or_default()
    }

    /// Asks for the health once; an answer may take 5 s.
    ///
    /// # Errors
    ///
    /// What was met instead of a 2xx answer.
    pub async fn check_health(&self) -> Result<(), Unhealthy> {
        self.health.check().await
    }

    /// Ends the process and everything it started: SIGTERM to all of them, SIGKILL when the stop grace is over. What
    /// the first process leaves behind when it ends is killed then. An address is left alone.
    ///
    /// Harmless when the process has ended already. If the future is dropped, the task set goes on or ends, as far
    /// as it was asked to.
    pub async fn stop(&self) -> StopReport {
        let start = Instant::now();
        let (mut killed, mut exit) = (false, None);
        if let Some(process) = &self.process {
            process.terminate();
            let ended = tokio::time::timeout(self.stop_grace, process.exited()).await;
            killed = ended.is_err();
            exit = Some(match ended {
                Ok(exit) => exit,
                Err(_) => {
                    process.kill();
                    process.exited().await
                }
            });
        }
        StopReport { task_set: self.title.clone(), exit, killed, took: start.elapsed() }
    }

    /// Starts the process, or takes the address as it is.
    fn launch(spec: &TaskSetSpec) -> Result<Self, TaskSetError> {
        let problem = |problem| TaskSetError::Spec { name: spec.name.clone(), problem };
        let machine = |source| TaskSetError::Machine { name: spec.name.clone(), source };
        let (address, process, title) = match &spec.kind {
            TaskSetKind::Address(address) => (*address, None, format!("{} ({address})", spec.name)),
            TaskSetKind::Command(command) => {
                let mut start = start_of(command);
                let program = start.find().map_err(problem)?;
                HealthCheck::new(port::at(0), &spec.health_path).map_err(problem)?;
                let address = match command.port {
                    Some(port) => port::at(port),
                    None => port::free().map_err(machine)?,
                };
                if port::in_use(address) {
                    return Err(TaskSetError::PortInUse { name: spec.name.clone(), address });
                }
                start.env.push(("PORT".to_owned(), address.port().to_string()));
                let process = Process::start(&start, &program, spec.output.clone()).map_err(machine)?;
                let called = command.command.first().map_or("", String::as_str);
                let title = format!("{} ({called}, pid {})", spec.name, process.id());
                (address, Some(process), title)
            }
        };
        let health = HealthCheck::new(address, &spec.health_path).map_err(problem)?;
        Ok(Self { title, health, address, process, stop_grace: spec.stop_grace })
    }

    async fn wait_until_healthy(&self, grace: Duration) -> Result<(), TaskSetError> {
        let healthy = tokio::select! {
            biased;
            exit = self.exited() => return Err(TaskSetError::Exited { task_set: self.title.clone(), exit }),
            healthy = self.health.wait_until_healthy(grace) => healthy,
        };
        // Whoever answered, it was not a process that has ended.
        if let Some(exit) = self.process.as_ref().and_then(Process::exit) {
            return Err(TaskSetError::Exited { task_set: self.title.clone(), exit });
        }
        healthy.map_err(|unhealthy| TaskSetError::Unhealthy {
            task_set: self.title.clone(),
            grace,
            unhealthy,
            last_output: match &self.process {
                Some(process) => format!("; {}", describe_output(&process.output())),
                None => String::new(),
            },
        })
    }
}

/// Formats as `green (bin/web, pid 4711)` or `blue (127.0.0.1:9001)`.
impl fmt::Display for TaskSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title)
    }
}

const fn chose_port(spec: &TaskSetSpec) -> bool {
    matches!(&spec.kind, TaskSetKind::Command(CommandSpec { port: None, .. }))
}

fn start_of(spec: &CommandSpec) -> Command {
    Command { words: spec.command.clone(), env: spec.env.clone(), clean: false, cwd: spec.cwd.clone() }
}
