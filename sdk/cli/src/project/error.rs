//! What can be wrong with a project file.

use std::io;
use std::path::PathBuf;

use greenlight_hook_runtime::{LoadError, RuntimeError, http::GrantError};

/// Why a project cannot be rehearsed. All of them are for the person who writes the file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProjectError {
    /// A file is not there, or cannot be read.
    #[error("cannot read {}: {source}; {fix}", path.display())]
    Unreadable { path: PathBuf, source: io::Error, fix: &'static str },
    /// A log of a service cannot be written.
    #[error("cannot write {}: {source}; give --service-logs a folder that can be written to", path.display())]
    Unwritable { path: PathBuf, source: io::Error },
    /// The text is no project file. The source shows the place.
    #[error("{} is not a project file: {source}", path.display())]
    Invalid { path: PathBuf, source: Box<toml::de::Error> },
    /// A value does not make sense.
    #[error("{}: `{key}` {problem}", path.display())]
    Value { path: PathBuf, key: String, problem: String },
    /// A grant is not well written.
    #[error("{}: `hooks.{function}.grants.http`: {source}", path.display())]
    Grant { path: PathBuf, function: String, source: GrantError },
    /// A plugin does not load.
    #[error("{}: the plugin of `hooks.{function}` cannot be used: {source}", path.display())]
    Plugin { path: PathBuf, function: String, source: Box<LoadError> },
    /// The machine does not let plugins run at all.
    #[error("plugins cannot run on this machine: {0}")]
    Runtime(#[from] RuntimeError),
}
