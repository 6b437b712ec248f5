//! `greenlight hook`: validation tests, built, checked, tried case by case, run once, measured, and packed for AWS Lambda, and the
//! functions that run them there.
//!
//! Exit status: 0; 2 bad input, such as a plugin that is none; 1 a fault of Greenlight itself. `build` ends with 3 when the source does
//! not build, `check` and `doctor` with 3 when they found problems, `test` and `bench` with 3 when a plugin did not do what was expected
//! of it, `run` with 3 when the plugin did not pass and with 4 when it wants to be called again.

mod bench;
mod build;
mod check;
mod doctor;
mod file;
mod inspect;
mod lambda_host;
mod new;
mod pack;
mod report_view;
mod run;
mod table;
mod test;
mod words;

use std::error::Error;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use greenlight_hook_runtime::bundle::{BundleError, PackError};
use greenlight_hook_runtime::http::GrantError;
use greenlight_hook_runtime::suite::SuiteError;
use greenlight_hook_runtime::{AdaptError, LoadError, MapError, RuntimeError};
use sha2::{Digest, Sha256};

use crate::aws::connect::NotConnected;
use crate::exit::{Exit, with_causes};

/// Subcommands of `greenlight hook`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Write a project for a validation test that builds and passes its own cases at once
    New(new::Args),
    /// Make a plugin of a folder with source in Rust, C, Go, JavaScript, Python, AssemblyScript or Zig
    Build(build::Args),
    /// Run a plugin against a declared fake of its service, case by case
    Test(test::Args),
    /// Say whether a file is a plugin that runs here, what it needs and what it costs, without running any of it
    Check(check::Args),
    /// Run a plugin once against something real
    Run(Box<run::Args>),
    /// Measure what a plugin costs: load, first call, warm calls, memory
    Bench(bench::Args),
    /// Make the bundle of a suite for AWS Lambda: the Lambda host, the suite, and its plugins compiled ahead
    Pack(pack::Args),
    /// Say in words what a bundle or a plugin may do, without running any of it
    Inspect(inspect::Args),
    /// Ask a deployed function whether its hooks would work: its role, its network, its settings
    Doctor(doctor::Args),
}

/// Why a command on hooks ends early.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    New(#[from] new::NewError),
    #[error(transparent)]
    Build(#[from] build::BuildError),
    #[error(transparent)]
    Suite(#[from] SuiteError),
    #[error(transparent)]
    Pack(#[from] PackError),
    #[error(transparent)]
    Host(#[from] lambda_host::Missing),
    #[error("{}: {source}", path.display())]
    Plugin { path: PathBuf, source: LoadError },
    #[error("{}: {source}", path.display())]
    Bundle { path: PathBuf, source: BundleError },
    #[error("cannot read {}: {source}; name a bundle, a .wasm or a .cwasm", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("--grant: {0}")]
    Grant(#[from] GrantError),
    #[error("{}: {source}", path.display())]
    Adapt { path: PathBuf, source: AdaptError },
    #[error("cannot write {}: {source}; give --output a place that can be written to", path.display())]
    Unwritable { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Connection(#[from] NotConnected),
    #[error(transparent)]
    Test(#[from] test::InputError),
    #[error("cannot write {}: {source}; give --junit a place that can be written to", path.display())]
    Junit { path: PathBuf, source: Box<dyn Error + Send + Sync> },
    #[error(transparent)]
    Stored(#[from] bench::StoredError),
    #[error("cannot write {}: {source}; give --save a place that can be written to", path.display())]
    Unsaved { path: PathBuf, source: io::Error },
    #[error("{}: its native code does not load: {source}", path.display())]
    Map { path: PathBuf, source: MapError },
    #[error("interrupted before a warm run was measured; let it go on for longer")]
    Interrupted,
    #[error("native code cannot be made for this processor; use Linux on x86_64 or arm64")]
    NoTarget,
    #[error("plugins cannot be run on this machine: {0}; allow this process more files, ports and threads")]
    Machine(io::Error),
    #[error("plugins cannot be compiled on this machine: {0}")]
    Runtime(#[from] RuntimeError),
    #[error("cannot write to standard output: {0}")]
    Own(#[from] io::Error),
}

/// Runs the command.
pub(crate) fn run(command: &Command) -> ExitCode {
    let ended = match command {
        Command::New(args) => new::run(args),
        Command::Build(args) => build::run(args),
        Command::Check(args) => check::run(args),
        Command::Run(args) => run::run(args),
        Command::Pack(args) => pack::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::Doctor(args) => doctor::run(args),
        Command::Bench(args) => bench::run(args),
        Command::Test(args) => test::run(args),
    };
    match ended {
        Ok(exit) => exit.into(),
        // Whoever read our output has gone, as `head` does: nobody to tell.
        Err(Fault::Own(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Fault.into(),
        Err(fault) => {
            // Standard error is all that is left to say it on.
            drop(writeln!(io::stderr(), "greenlight: {}", with_causes(&fault as &dyn Error)));
            match fault {
                Fault::Build(error) => error.exit().into(),
                Fault::Interrupted => Exit::NotAsExpected.into(),
                Fault::Own(_) | Fault::Runtime(_) | Fault::Machine(_) => Exit::Fault.into(),
                _ => Exit::BadInput.into(),
            }
        }
    }
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// A path as it was written, for people and programs alike.
fn shown(path: &Path) -> String {
    path.display().to_string()
}
