//! Why no counts can be told.

use std::{io, path::PathBuf};

/// Why no counts can be told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The command line asks for nothing that there is.
    #[error("{0}")]
    Usage(String),
    /// valgrind is not installed.
    #[error(
        "valgrind cannot be run ({0}), and it is what counts the instructions; install it, on Debian and Ubuntu with \
         `apt-get install -y valgrind`"
    )]
    NoValgrind(io::Error),
    /// A path failed under callgrind, or was not found by it.
    #[error("the hot path {path} could not be counted: {why}")]
    Uncounted {
        /// Its name.
        path: &'static str,
        /// What happened.
        why: String,
    },
    /// No path has this name.
    #[error("there is no hot path {0:?}")]
    NoSuchPath(String),
    /// The file of budgets.
    #[error("{} cannot be read ({source}); `cargo budgets --bless REASON` writes a new one", file.display())]
    Unreadable {
        /// Where it is.
        file: PathBuf,
        /// Why.
        source: Box<dyn std::error::Error>,
    },
    /// The file of budgets.
    #[error("{} cannot be written: {source}", file.display())]
    Unwritable {
        /// Where it is.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The plugin that is run.
    #[error("{} cannot be read ({source}); run `cargo xtask guests` first", file.display())]
    NoGuest {
        /// Where it is.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What a path plays went wrong.
    #[error("{0}")]
    Broken(Box<dyn std::error::Error>),
}

/// What goes wrong inside a path.
pub type Broken = Box<dyn std::error::Error>;

impl From<Broken> for Failure {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}
