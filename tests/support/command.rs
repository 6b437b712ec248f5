//! The `greenlight` command, ready to be started.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

use crate::processes::MARK;
use crate::wait::within_time;
use crate::{DEADLINE, Ended, Running, programs};

/// A call of the `greenlight` command.
///
/// It is killed when what it returns is dropped, and so are all of its task sets, as the command promises.
#[derive(Debug)]
#[must_use]
pub struct Greenlight {
    command: Command,
    mark: String,
    input: String,
    patience: Duration,
}

impl Greenlight {
    /// A call without arguments.
    pub fn new() -> Self {
        static CALLS: AtomicU64 = AtomicU64::new(0);
        let number = CALLS.fetch_add(1, Ordering::Relaxed);
        Self::marked(format!("call {number} of {}", std::process::id()))
    }

    /// A call whose processes carry a mark.
    pub(crate) fn marked(mark: String) -> Self {
        Self::by(Command::new(programs::greenlight()), mark)
    }

    /// As [`marked`](Self::marked), without the signal that ends a process whose file reached the system's limit: the
    /// write fails instead, as it does on a disk that is full.
    pub(crate) fn marked_with_failing_writes(mark: String) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(programs::greenlight());
        Self::by(shell, mark)
    }

    fn by(mut command: Command, mark: String) -> Self {
        // What the tests' own environment says about output is not what is tested.
        for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM"] {
            command.env_remove(variable);
        }
        // Tests that run the same plugins compile each of them once, and nothing into the cache of who runs them.
        command.env("GREENLIGHT_CACHE", programs::target().join("tmp/native-code"));
        command.env(MARK, &mark).kill_on_drop(true);
        Self { command, mark, input: String::new(), patience: DEADLINE }
    }

    /// Adds an argument.
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Adds arguments that are parted by blanks.
    pub fn args(mut self, arguments: &str) -> Self {
        self.command.args(arguments.split_whitespace());
        self
    }

    /// Sets a variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Takes a variable out of the environment.
    pub fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Sets the folder in which it is called.
    pub fn in_folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Sets what it reads from standard input. Nothing otherwise.
    pub fn input(mut self, text: &str) -> Self {
        text.clone_into(&mut self.input);
        self
    }

    /// Sets how long it may run in [`run`](Self::run); [`DEADLINE`] otherwise. For what compiles, on a machine that does much else.
    pub const fn for_at_most(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Starts it with `--format json`, to follow its events.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    #[must_use]
    pub fn start(self) -> Running {
        let mark = self.mark.clone();
        let mut call = self.args("--format json");
        call.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Running::new(call.command.spawn().unwrap(), mark)
    }

    /// Starts it without any input, with this kind of standard output and standard error.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    pub(crate) fn spawn(mut self, output: Stdio, error: Stdio) -> Child {
        self.command.stdin(Stdio::null()).stdout(output).stderr(error);
        self.command.spawn().unwrap()
    }

    /// Runs it to its end.
    ///
    /// # Panics
    ///
    /// When it cannot be started or does not end.
    pub async fn run(mut self) -> Ended {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = self.input;
        // Whoever does not read its input may leave it; the pipe is closed in any case.
        let write = tokio::spawn(async move { drop(stdin.write_all(input.as_bytes()).await) });
        let output = within_time(self.patience, "greenlight ends", child.wait_with_output()).await.unwrap();
        write.await.unwrap();
        Ended::new(output.status, &output.stdout, &output.stderr, self.mark)
    }
}

impl Default for Greenlight {
    fn default() -> Self {
        Self::new()
    }
}
