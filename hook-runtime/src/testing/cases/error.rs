//! Why a file of cases cannot be used.

use std::{io, path::PathBuf};

/// A file of cases that cannot be used. Both are for the person who writes the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CasesError {
    /// The file is not there, or cannot be read.
    #[error("cannot read the cases {}: {source}; name the file with --cases, or put a greenlight-test.toml beside the plugin", path.display())]
    Unreadable {
        /// Where it was looked for.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The text is no file of cases.
    #[error("{}:{line}:{column}: {problem}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
        /// What is wrong, and how to mend it.
        problem: String,
    },
}
