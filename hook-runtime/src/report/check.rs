//! Named checks and measured values.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing that a plugin looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at, on one line.
    pub name: String,
    /// How it ended.
    pub outcome: CheckOutcome,
    /// What was seen, and what was expected when the two differ. May be empty.
    pub detail: String,
}

/// How one check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckOutcome {
    /// What was asked for is so.
    Pass,
    /// It is not so.
    Fail,
    /// Worth a look, but no reason to stop.
    Warn,
    /// Not carried out.
    Skip,
}

/// One measured value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Metric {
    /// What was measured, on one line.
    pub name: String,
    /// How much it was; always a finite number.
    pub value: f64,
    /// A CloudWatch unit, such as `Milliseconds` or `Count`.
    pub unit: String,
}

impl fmt::Display for CheckOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Skip => "skip",
        })
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.outcome, self.name)?;
        if self.detail.is_empty() { Ok(()) } else { write!(f, ": {}", self.detail) }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.name, self.value, self.unit)
    }
}
