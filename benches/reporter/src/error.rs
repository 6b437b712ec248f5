//! Why there is no report.

use std::{io, path::PathBuf};

/// What keeps a report from being written. A benchmark that fails does not: it is a line in the report.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReportError {
    /// The benchmarks do not build.
    #[error("the benchmarks do not build; see cargo's output above")]
    Build,
    /// Cargo cannot be called, or says what nobody understands.
    #[error("cargo cannot be asked for the benchmarks: {0}; call this by `cargo bench-report`")]
    Cargo(String),
    /// `--only` names something else.
    #[error("there is no part or benchmark `{name}`; there are {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// A file of the report.
    #[error("cannot {verb} {}: {source}", path.display())]
    File {
        /// What was tried.
        verb: &'static str,
        /// The file.
        path: PathBuf,
        /// Why it did not work.
        source: io::Error,
    },
    /// The figures that the benchmarks wrote.
    #[error("{} is not as the benchmarks write it: {source}", path.display())]
    Records {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: csv::Error,
    },
    /// A plot.
    #[error("the plot {name} cannot be drawn: {why}")]
    Plot {
        /// Its file's name.
        name: String,
        /// What the library says.
        why: String,
    },
}

impl ReportError {
    /// For `map_err`.
    pub(crate) fn file(verb: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { verb, path, source }
    }
}
