//! `greenlight hook`: building validation tests, and bundles of them for AWS Lambda.
//!
//! Exit status: 0; 2 bad input, such as a plugin that is none; 3 source that does not build; 1 a fault of Greenlight itself.

mod build;
mod file;
mod inspect;
mod lambda_host;
mod pack;

use std::error::Error;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use greenlight_hook_runtime::bundle::{BundleError, PackError};
use greenlight_hook_runtime::suite::SuiteError;
use greenlight_hook_runtime::{LoadError, RuntimeError};
use sha2::{Digest, Sha256};

use crate::exit::{Exit, with_causes};

/// Subcommands of `greenlight hook`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Make a plugin of a folder with source in Rust, C, Go, JavaScript, Python, AssemblyScript or Zig
    Build(build::Args),
    /// Make the bundle of a suite for AWS Lambda: the Lambda host, the suite, and its plugins compiled ahead
    Pack(pack::Args),
    /// Say in words what a bundle or a plugin may do, without running any of it
    Inspect(inspect::Args),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Why a command on hooks ends early.
#[derive(Debug, thiserror::Error)]
enum Fault {
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
    #[error("cannot write {}: {source}; give --output a place that can be written to", path.display())]
    Unwritable { path: PathBuf, source: io::Error },
    #[error("plugins cannot be compiled on this machine: {0}")]
    Runtime(#[from] RuntimeError),
    #[error("cannot write to standard output: {0}")]
    Own(#[from] io::Error),
}

/// Runs the command.
pub(crate) fn run(command: &Command) -> ExitCode {
    let ended = match command {
        Command::Build(args) => build::run(args),
        Command::Pack(args) => pack::run(args),
        Command::Inspect(args) => inspect::run(args),
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
                Fault::Own(_) | Fault::Runtime(_) => Exit::Fault.into(),
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
