//! Why a command of this program ended early, as a sentence that says what to do.

use std::fmt;
use std::io;
use std::path::Path;

use crate::USAGE;
use crate::kit::Absent;

/// Every variant ends the run with exit status 1; they differ in what the person has to do next.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line is not understood.
    Usage { problem: String },
    /// A program could not be started.
    Missing { program: String, source: io::Error },
    /// A program ran and said no; its own output, just above, says why.
    Step { command: String, status: String },
    /// Some guests do not compile; the others are in place.
    Guests { failed: Vec<String> },
    /// There is no C compiler for the Lambda host's C library and this processor.
    Cross { architecture: &'static str },
    /// Clients or toolchains that tests need cannot be had.
    Absent { absent: Vec<Absent> },
    /// A file or folder could not be read or written.
    File { action: &'static str, path: String, source: io::Error },
}

impl Failure {
    pub(crate) fn usage(problem: String) -> Self {
        Self::Usage { problem }
    }

    pub(crate) fn file(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self::File { action, path: path.display().to_string(), source }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage { problem } => write!(f, "{problem}\n\n{USAGE}"),
            Self::Missing { program, source } if source.kind() == io::ErrorKind::NotFound => {
                write!(f, "`{program}` is not on the PATH; {}", how_to_get(program))
            }
            Self::Missing { program, source } => write!(f, "cannot start `{program}`: {source}"),
            Self::Step { command, status } => {
                write!(f, "`{command}` ended with {status}; see its output above")
            }
            Self::Guests { failed } => {
                write!(
                    f,
                    "{} of the guests failed to build: {}; see the output above",
                    failed.len(),
                    failed.join(", ")
                )
            }
            Self::Cross { architecture } => write!(
                f,
                "nothing at hand builds the Lambda host for {architecture}: install musl-gcc (`apt-get install musl-tools`) where \
                 that is this machine's own processor, or cargo-zigbuild (`pip install cargo-zigbuild`) or cargo-lambda (`pip \
                 install cargo-lambda`), each of which builds for both"
            ),
            Self::Absent { absent } => {
                let absent: Vec<String> = absent.iter().map(ToString::to_string).collect();
                write!(f, "what is needed is missing for {}", absent.join("; and for "))
            }
            Self::File { action, path, source } => write!(f, "cannot {action} {path}: {source}"),
        }
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Missing { source, .. } | Self::File { source, .. } => Some(source),
            Self::Usage { .. }
            | Self::Step { .. }
            | Self::Guests { .. }
            | Self::Cross { .. }
            | Self::Absent { .. } => None,
        }
    }
}

fn how_to_get(program: &str) -> &'static str {
    match program {
        "rustup" => {
            "it is needed to add the target wasm32-wasip2: install it from https://rustup.rs, or add the target's \
             standard library to your Rust installation by other means"
        }
        "cargo" | "rustc" => "install Rust with rustup from https://rustup.rs",
        _ => "build it first",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(program: &str) -> String {
        let source = io::Error::from(io::ErrorKind::NotFound);
        Failure::Missing { program: program.to_owned(), source }.to_string()
    }

    #[test]
    fn a_missing_tool_is_named_with_the_way_to_get_it() {
        assert_eq!(
            missing("rustup"),
            "`rustup` is not on the PATH; it is needed to add the target wasm32-wasip2: install it from \
             https://rustup.rs, or add the target's standard library to your Rust installation by other means"
        );
        assert_eq!(
            missing("cargo"),
            "`cargo` is not on the PATH; install Rust with rustup from https://rustup.rs"
        );
    }

    #[test]
    fn the_guests_that_failed_are_listed() {
        let failed = vec!["rust-smoke".to_owned(), "guest-faults".to_owned()];
        assert_eq!(
            Failure::Guests { failed }.to_string(),
            "2 of the guests failed to build: rust-smoke, guest-faults; see the output above"
        );
    }
}
