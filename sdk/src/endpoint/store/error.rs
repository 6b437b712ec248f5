//! Why a directory of state could not be opened.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

/// Why a directory of state could not be opened. Nothing in it was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Stop the other process, or choose another directory.
    #[error("another endpoint uses {}; stop it, or choose another directory", directory.display())]
    InUse {
        /// The directory.
        directory: PathBuf,
    },
    /// The machine does not let it be read or written: correct its permissions, or choose another directory.
    #[error("the state in {} cannot be opened: {source}", directory.display())]
    Directory {
        /// The directory.
        directory: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A later version of this program wrote it: use that version, or choose another directory.
    #[error(
        "the state in {} has format {found}, and this program knows formats up to {known}; use a newer greenlight, \
         or choose another directory",
        directory.display()
    )]
    Newer {
        /// The directory.
        directory: PathBuf,
        /// The format that it has.
        found: u64,
        /// The newest format that this program knows.
        known: u64,
    },
    /// Something else has the name of the state: choose another directory.
    #[error("{} is not the state of an endpoint; choose another directory, or move the file away", file.display())]
    NotOurs {
        /// The file.
        file: PathBuf,
        /// What does not look like it.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// It was altered since it was written: put back a copy, or begin with nothing.
    #[error(
        "{} is damaged: {source}; put back a copy of it, or move it away to begin with an empty state",
        file.display()
    )]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What does not fit.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl StoreError {
    /// The state in this directory is damaged.
    pub(super) fn damaged(directory: &Path, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Damaged { file: super::directory::file(directory), source: source.into() }
    }
}
