//! One thing that was found.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::log::{Level, Log};

/// How one check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Outcome {
    /// It works.
    Ok,
    /// Something has to be added or changed, which the finding names.
    Missing,
    /// It was tried, and failed for another reason than a missing permission.
    Failed,
    /// It cannot be told from here.
    Unknown,
}

/// One thing that was found; [the module](super) has its form in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Finding {
    /// What was checked.
    pub check: &'static str,
    /// How it ended.
    pub outcome: Outcome,
    /// Of what: a permission, a plugin and its grant, a variable.
    pub subject: String,
    /// What was found, for people.
    pub sentence: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
    /// The permission that is missing, as policies write it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
    /// On what it is missing, as policies write it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Which policy refused it, in the service's words; only some of them can be mended by the role's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denied_by: Option<String>,
}

impl Finding {
    pub(super) fn new(
        check: &'static str,
        outcome: Outcome,
        subject: impl Into<String>,
        sentence: impl Into<String>,
    ) -> Self {
        Self {
            check,
            outcome,
            subject: subject.into(),
            sentence: sentence.into(),
            fix: None,
            permission: None,
            resource: None,
            denied_by: None,
        }
    }

    pub(super) fn with_fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// Writes it as one line.
    pub(super) fn log(&self, log: &Log) {
        let level = match self.outcome {
            Outcome::Ok => Level::Info,
            Outcome::Unknown => Level::Warn,
            Outcome::Missing | Outcome::Failed => Level::Error,
        };
        let optional = [
            ("fix", &self.fix),
            ("permission", &self.permission),
            ("resource", &self.resource),
            ("deniedBy", &self.denied_by),
        ];
        let mut more = vec![
            ("kind", Value::from("doctor")),
            ("check", self.check.into()),
            ("outcome", self.outcome.to_string().into()),
            ("subject", self.subject.as_str().into()),
        ];
        more.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?.into()))));
        log.write(level, self, &more);
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ok => "ok",
            Self::Missing => "missing",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}, {}: {}", self.check, self.outcome, self.subject, self.sentence)?;
        match &self.fix {
            Some(fix) => write!(f, "; {fix}"),
            None => Ok(()),
        }
    }
}
