//! The clients of CodeDeploy that `cargo xtask clients` installed.

use std::path::PathBuf;
use std::process::Stdio;

use tempfile::TempDir;
use tokio::process::Command;

use crate::{programs, within};

/// A client that is installed on this machine.
///
/// Its programs see nothing of the machine's own AWS settings.
#[derive(Debug)]
pub struct Client {
    folder: PathBuf,
    home: TempDir,
}

/// The client with this word: `boto3`, `aws_cli`, `moto`, `nodejs` or `cargo_lambda`.
///
/// # Panics
///
/// When it is not installed, and when the running test has not the word in its name: `cargo verify` leaves out the
/// tests of a client that cannot be had by that word.
#[must_use]
pub fn client(word: &str) -> Client {
    let kit = match word {
        "boto3" | "aws_cli" | "moto" => "python",
        "nodejs" => "node",
        "cargo_lambda" => "lambda",
        other => panic!("there is no client `{other}`"),
    };
    let thread = std::thread::current();
    let test = thread.name().unwrap_or_default();
    assert!(test.contains(word), "the name of the test `{test}` lacks the word `{word}`");
    let folder = programs::target().join("clients").join(kit);
    assert!(
        folder.join("installed-from").is_file(),
        "{word} is not installed: run `cargo xtask clients` first"
    );
    Client { folder, home: tempfile::tempdir().unwrap() }
}

impl Client {
    /// Where its programs and modules are.
    #[must_use]
    pub const fn folder(&self) -> &PathBuf {
        &self.folder
    }

    /// One of its programs, such as `aws`.
    pub fn program(&self, name: &str) -> Call {
        let mut call = self.call(Command::new(self.folder.join("bin").join(name)));
        for (name, value) in [
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_MAX_ATTEMPTS", "1"),
        ] {
            call = call.env(name, value);
        }
        call
    }

    /// A shell, for what people type: none of AWS's settings is there yet.
    pub fn shell(&self) -> Call {
        self.call(Command::new("sh"))
    }

    fn call(&self, mut command: Command) -> Call {
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.home.path()).current_dir(self.home.path());
        for (name, value) in [
            ("AWS_EC2_METADATA_DISABLED", "true"),
            // The checkout is not the place for what Python compiles.
            ("PYTHONDONTWRITEBYTECODE", "1"),
        ] {
            command.env(name, value);
        }
        command.kill_on_drop(true).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Call { command }
    }

    /// One of the scripts in `tests/clients`.
    pub fn script(&self, name: &str) -> Call {
        self.program("python3").arg(&programs::root().join("tests/clients").join(name).display().to_string())
    }
}

/// A program of a client, ready to be called.
#[derive(Debug)]
#[must_use]
pub struct Call {
    command: Command,
}

/// What a call of a client left.
#[derive(Debug, Clone)]
pub struct Called {
    /// Its exit status, unless a signal ended it.
    pub status: Option<i32>,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Call {
    /// Adds an argument.
    pub fn arg(mut self, argument: &str) -> Self {
        self.command.arg(argument);
        self
    }

    /// Adds arguments.
    pub fn args(mut self, arguments: &[&str]) -> Self {
        self.command.args(arguments);
        self
    }

    /// Sets a variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it to its end.
    ///
    /// # Panics
    ///
    /// When it cannot be started or does not end.
    pub async fn run(mut self) -> Called {
        let output = within("a client ends", self.command.output()).await.unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Called { status: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// Runs it to its end, which must be a success, and gives its output.
    ///
    /// # Panics
    ///
    /// As [`run`](Self::run), and when it fails.
    pub async fn succeed(self) -> String {
        let spelled = format!("{:?}", self.command.as_std());
        let called = self.run().await;
        assert_eq!(called.status, Some(0), "{spelled} wrote:\n{}\n{}", called.stdout, called.stderr);
        called.stdout
    }
}
