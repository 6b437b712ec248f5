//! How a plugin must end.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize, de};

use super::super::{InvalidRoute, MethodPattern, PathPattern};
use crate::{CheckOutcome, HookStatus};

/// What must come of a case. What is absent may be anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expectation {
    /// How the last attempt must end.
    pub verdict: ExpectedVerdict,
    /// A text that the reason must contain.
    pub reason: Option<String>,
    /// Outcomes of checks of the last attempt, by name.
    pub checks: BTreeMap<String, CheckOutcome>,
    /// Requests that must be made, in all attempts together.
    pub requests: Vec<ExpectedRequest>,
    /// Whether these must be all requests, in this order. Otherwise each must be made at least once.
    pub in_order: bool,
    /// How many attempts it must take.
    pub attempts: Option<u32>,
}

/// How a run must end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExpectedVerdict {
    /// It passes.
    #[default]
    Pass,
    /// It fails by its own verdict.
    Fail,
    /// It asks to be called again, and is not.
    Pending,
    /// It ends without a verdict: a crash, a limit, an exit.
    Fault,
}

/// A request such as `GET /health`, `* /items/*` or `GET https://status.example.com/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedRequest {
    method: MethodPattern,
    target: Target,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    /// A path at the fake, or at the service that stands in for it.
    Path(PathPattern),
    /// Anything else, by its whole URL.
    Url(String),
}

impl ExpectedVerdict {
    /// The verdict of a run that ended so.
    #[must_use]
    pub const fn of(status: HookStatus) -> Self {
        match status {
            HookStatus::Passed => Self::Pass,
            HookStatus::Failed => Self::Fail,
            HookStatus::Pending => Self::Pending,
            HookStatus::Faulted => Self::Fault,
        }
    }
}

impl ExpectedRequest {
    /// Whether it is a request of `method` for `url`. `path` is the part of the URL below the service's own base, if it
    /// is the service's.
    #[must_use]
    pub fn is(&self, method: &str, url: &str, path: Option<&str>) -> bool {
        self.method.covers(method)
            && match &self.target {
                Target::Path(pattern) => path.is_some_and(|path| pattern.covers(path)),
                Target::Url(whole) => whole == url,
            }
    }
}

impl FromStr for ExpectedRequest {
    type Err = InvalidRoute;

    fn from_str(text: &str) -> Result<Self, InvalidRoute> {
        let (method, target) = text.split_once(' ').ok_or_else(|| {
            InvalidRoute::new(format!(
                "{text:?} is no request; write method and path, such as \"GET /health\""
            ))
        })?;
        let method = method.parse()?;
        let target = if target.contains("://") {
            Target::Url(target.to_owned())
        } else {
            Target::Path(target.parse()?)
        };
        Ok(Self { method, target })
    }
}

impl<'de> Deserialize<'de> for ExpectedRequest {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl fmt::Display for ExpectedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target {
            Target::Path(path) => write!(f, "{} {path}", self.method),
            Target::Url(url) => write!(f, "{} {url}", self.method),
        }
    }
}

impl fmt::Display for ExpectedVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Pending => "pending",
            Self::Fault => "fault",
        })
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.verdict {
            ExpectedVerdict::Pass | ExpectedVerdict::Fail => self.verdict.fmt(f),
            ExpectedVerdict::Pending => f.write_str("stay pending"),
            ExpectedVerdict::Fault => f.write_str("end in a fault"),
        }
    }
}
