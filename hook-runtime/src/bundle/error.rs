//! Why a bundle cannot be made or read.

use std::{io, path::PathBuf};

use super::{MOST_BYTES, host::Machine};
use crate::{LoadError, Target, suite::SuiteError, units};

/// A bundle that cannot be made. Each text says what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// The suite itself.
    #[error(transparent)]
    Suite(#[from] SuiteError),
    /// A plugin of it.
    #[error(transparent)]
    Plugin(#[from] LoadError),
    /// The Lambda host is not there, or cannot be read.
    #[error("the Lambda host {} cannot be read: {source}; correct the path, or make it with `cargo xtask lambda-host`", path.display())]
    HostUnreadable {
        /// Where it was looked for.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The Lambda host is no program for the target.
    #[error(
        "the Lambda host {} is {found}, not a Linux program for {}; give the one that `cargo xtask lambda-host --target \
         {}` makes",
        path.display(),
        target.architecture(),
        target.architecture()
    )]
    HostTarget {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: Machine,
        /// What it must be for.
        target: Target,
    },
    /// The program is for the target, and no Lambda host, or one that does not tell its engine.
    #[error(
        "the program {} tells no engine, so it is no Lambda host of this release; give the one that `cargo xtask lambda-host \
         --target {}` makes",
        path.display(),
        target.architecture()
    )]
    NoHost {
        /// The file.
        path: PathBuf,
        /// What the bundle is for.
        target: Target,
    },
    /// The Lambda host has another engine, and would refuse every plugin.
    #[error(
        "the Lambda host {} has another engine, {found}, than this command, {own}, and would refuse its plugins; give the host \
         of the same release, or make it with `cargo xtask lambda-host --target {}`",
        path.display(),
        target.architecture()
    )]
    HostEngine {
        /// The file.
        path: PathBuf,
        /// The hash of the host's engine.
        found: String,
        /// The hash of the engine that compiles.
        own: String,
        /// What the bundle is for.
        target: Target,
    },
    /// AWS Lambda does not take so much.
    #[error(
        "the bundle is {} unzipped, more than the {} that AWS Lambda takes; put some of the plugins into a function of their own",
        units::bytes(*bytes),
        units::bytes(MOST_BYTES)
    )]
    TooLarge {
        /// All files together.
        bytes: u64,
    },
    /// The zip cannot be written.
    #[error("the zip cannot be written: {problem}")]
    Archive {
        /// What its writer says.
        problem: String,
    },
}

/// Bytes that are no bundle. Each text says what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// No zip, or a damaged one.
    #[error(
        "this is no zip, or a damaged one: {problem}; copy it again, or pack it with `greenlight hook pack`"
    )]
    Archive {
        /// What its reader says.
        problem: String,
    },
    /// A zip without a part that every bundle has.
    #[error("there is no {file} in the zip, so it is no bundle; make one with `greenlight hook pack`")]
    Lacks {
        /// The name of the part.
        file: String,
    },
    /// More than AWS Lambda takes, which no bundle is.
    #[error(
        "the zip holds more than the {} that AWS Lambda takes, so it is no bundle; make one with `greenlight hook pack`",
        units::bytes(MOST_BYTES)
    )]
    TooLarge,
    /// The suite in it cannot be used.
    #[error("the suite in the zip cannot be used: {0}")]
    Suite(#[from] SuiteError),
}
