//! What came of a case.

use std::{fmt, time::Duration};

use serde::Serialize;

use super::{Expectation, Seen};
use crate::{HookReport, Limits, http::HttpRecord, units};

/// What came of one case: every attempt, and what is not as expected.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CaseReport {
    /// The case's name.
    pub name: String,
    /// What was expected.
    pub expected: Expectation,
    /// What each attempt was allowed.
    pub limits: Limits,
    /// Where the test listener was.
    pub test_url: Option<String>,
    /// Where the production listener was.
    pub production_url: Option<String>,
    /// Attempts that ended pending and were followed by another.
    pub earlier: Vec<HookReport>,
    /// The last attempt, which counts.
    pub last: HookReport,
    /// The waits between attempts that the plugin asked for. Nobody waited.
    pub waited: Duration,
    /// How long it all took.
    pub elapsed: Duration,
    /// Requests that no route of the fake covered, answered 404.
    pub uncovered: Vec<Seen>,
    /// What is not as expected; empty when all is.
    pub mismatches: Vec<Mismatch>,
}

/// One thing that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Mismatch {
    /// Of what, such as `verdict` or `check "health"`.
    pub of: String,
    /// What was expected.
    pub expected: String,
    /// What was there.
    pub got: String,
}

impl CaseReport {
    /// Whether all is as expected.
    #[must_use]
    pub const fn is_as_expected(&self) -> bool {
        self.mismatches.is_empty()
    }

    /// Every attempt, in order; at least one.
    pub fn attempts(&self) -> impl Iterator<Item = &HookReport> {
        self.earlier.iter().chain(std::iter::once(&self.last))
    }

    /// Whether no route of the fake covered this request.
    #[must_use]
    pub fn is_uncovered(&self, request: &HttpRecord) -> bool {
        // A client asks for / when a URL has no path.
        let same = |seen: &str| seen == request.url || seen.strip_suffix('/') == Some(&request.url);
        self.uncovered.iter().any(|seen| seen.method == request.method && same(&seen.url))
    }

    /// The part of a URL below the address of one of the listeners, if it is there.
    #[must_use]
    pub fn path_of<'u>(&self, url: &'u str) -> Option<&'u str> {
        [&self.test_url, &self.production_url].into_iter().flatten().find_map(|base| {
            let rest = url.strip_prefix(base.trim_end_matches('/'))?;
            (rest.is_empty() || rest.starts_with(['/', '?'])).then_some(if rest.is_empty() {
                "/"
            } else {
                rest
            })
        })
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, got {}", self.of, self.expected, self.got)
    }
}

impl fmt::Display for CaseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, mismatches, elapsed, .. } = self;
        match mismatches.as_slice() {
            [] => write!(f, "{name}: as expected after {}", units::time(*elapsed)),
            [first, ..] => write!(f, "{name}: not as expected: {first}"),
        }
    }
}
