//! The file of cases: what the fake answers, what a deployment is like, and how the plugin must end.

mod deployment;
mod error;
mod expect;
mod file;
mod limits;
mod route;
mod service;
mod wrong;

use std::{collections::BTreeMap, fmt, fs, path::Path, path::PathBuf};

pub use self::{
    error::CasesError,
    expect::{Expectation, ExpectedRequest, ExpectedVerdict},
};
use super::ServiceSpec;
use crate::{Grants, HookContext, Limits};

/// The name that is looked for beside a plugin.
pub const FILE_NAME: &str = "greenlight-test.toml";

/// The cases of one plugin.
///
/// The keys of the file are in the manual of the `greenlight` command, `greenlight hook test`. A key that does not exist is
/// refused, with those that do.
///
/// ```
/// use greenlight_hook_runtime::testing::{Cases, ExpectedVerdict};
///
/// let cases = Cases::parse(r#"
///     [[service.routes]]
///     path = "/health"
///     body = "ok"
///
///     [[cases]]
///     name = "a release that answers 500 fails"
///     routes = [{ path = "/health", status = 500 }]
///     expect = { verdict = "fail", reason = "answered 500" }
/// "#)?;
/// let case = &cases.cases[0];
/// assert_eq!(case.expect.verdict, ExpectedVerdict::Fail);
/// assert_eq!(case.service.routes.len(), 2);
/// # Ok::<_, greenlight_hook_runtime::testing::CasesError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Cases {
    /// The plugin that the file names, if it does: relative to the file, or as it is when the file was only parsed.
    pub plugin: Option<PathBuf>,
    /// The cases in the order of the file, at least one.
    pub cases: Vec<Case>,
}

/// One run to be, and what must come of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Case {
    /// What reports call it. Unique in its file.
    pub name: String,
    /// The deployment, but for the listeners, which the fake has.
    pub context: HookContext,
    /// What the plugin reads from its configuration.
    pub config: BTreeMap<String, String>,
    /// What it may reach: `{test}` and `{production}`, and what the case adds.
    pub grants: Grants,
    /// What it may use.
    pub limits: Limits,
    /// The fake of the service.
    pub service: ServiceSpec,
    /// How it must end.
    pub expect: Expectation,
}

impl Cases {
    /// Reads the file. Paths in it are relative to it.
    ///
    /// # Errors
    ///
    /// [`CasesError`], by line and column where the text is wrong.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, CasesError> {
        let path = path.as_ref();
        let text = fs::read_to_string(path)
            .map_err(|source| CasesError::Unreadable { path: path.to_owned(), source })?;
        file::parse(&text, path)
    }

    /// Reads a text that errors call by [`FILE_NAME`]. Paths in it are relative to the current folder.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn parse(text: &str) -> Result<Self, CasesError> {
        file::parse(text, Path::new(FILE_NAME))
    }

    /// The most memory that any of the cases allows, in bytes, for
    /// [`RuntimeOptions::max_memory`](crate::RuntimeOptions::max_memory).
    #[must_use]
    pub fn most_memory(&self) -> usize {
        self.cases.iter().map(|case| case.limits.memory).max().unwrap_or_default()
    }
}

impl fmt::Display for Cases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.cases.as_slice() {
            [one] => one.fmt(f),
            cases => write!(f, "{} cases", cases.len()),
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (must {})", self.name, self.expect)
    }
}
