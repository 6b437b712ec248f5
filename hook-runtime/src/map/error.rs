//! Why native code is not taken.

use std::{io, path::PathBuf};

use crate::{CONTRACT_VERSION, LoadError, Target};

/// Native code that this host does not take. Each text names the file, says what is wrong and how to mend it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MapError {
    /// There is no such file.
    #[error("there is no plugin {}; pack the bundle again with `greenlight hook pack`", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file is there and cannot be read.
    #[error(
        "the plugin {} cannot be read: {source}; check its permissions, or pack the bundle again with \
         `greenlight hook pack`",
        path.display()
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file ends too early.
    #[error(
        "the plugin {} is truncated: {bytes} of at least {whole} bytes are there; copy the bundle again, or repack it \
         with `greenlight hook pack`",
        path.display()
    )]
    Truncated {
        /// The file.
        path: PathBuf,
        /// How many bytes are there.
        bytes: usize,
        /// How many there must be, as far as the file itself tells.
        whole: u64,
    },
    /// The file holds other bytes than those that were packed.
    #[error(
        "the plugin {} is not what was packed: its {algorithm} is {found}, and that of the packed one {expected}; repack it with \
         `greenlight hook pack`",
        path.display()
    )]
    Digest {
        /// The file.
        path: PathBuf,
        /// What the digests are made by: `sha256`, or `blake3` when only that one differs.
        algorithm: &'static str,
        /// The digest of its bytes.
        found: String,
        /// The digest that was noted when it was packed.
        expected: String,
    },
    /// The code was compiled by another engine, or with other settings.
    #[error(
        "the plugin {} was compiled by another engine, {found}, than that of this host, {own}; repack it with the \
         `greenlight hook pack` of the host's release",
        path.display()
    )]
    Engine {
        /// The file.
        path: PathBuf,
        /// The hash of the engine that compiled it.
        found: String,
        /// The hash of this host's engine.
        own: String,
    },
    /// The code is for another kind of machine.
    #[error(
        "the plugin {} is compiled for {found}, and this machine is {}; {}",
        path.display(),
        host.map_or_else(machine, |host| host.to_string()),
        advice(*host)
    )]
    Target {
        /// The file.
        path: PathBuf,
        /// The target that it was compiled for.
        found: String,
        /// This machine; nothing when plugins cannot be compiled ahead for it.
        host: Option<Target>,
    },
    /// The engine refuses the code, although it is what was packed.
    #[error("the plugin {} cannot be mapped: {problem}; repack it with `greenlight hook pack`", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// What the engine says.
        problem: String,
    },
    /// The plugin is made for a newer contract.
    #[error(
        "the plugin {} uses {found}, and this host speaks version {CONTRACT_VERSION} of greenlight:hook; repack it with \
         the `greenlight hook pack` and the Lambda host of a newer release",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The interface with its version.
        found: String,
    },
    /// The plugin is no validation test of this contract.
    #[error("the plugin {} does not fit: {source}; then repack it with `greenlight hook pack`", path.display())]
    Contract {
        /// The file.
        path: PathBuf,
        /// What it lacks.
        source: Box<LoadError>,
    },
}

fn machine() -> String {
    format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS)
}

fn advice(host: Option<Target>) -> String {
    match host {
        Some(host) => format!("repack it with `greenlight hook pack --target {}`", host.architecture()),
        None => "run it where it was packed for, or use the component itself".to_owned(),
    }
}
