//! One thing that was found, by the function or about it.

use serde::{Deserialize, Serialize};

/// The check of this command itself: whether the function can be asked.
pub(super) const INVOKE: &str = "invoke";

/// How one check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Outcome {
    Ok,
    Missing,
    Failed,
    /// It cannot be told; or the host is newer and says it in a word that this command does not know.
    #[serde(other)]
    Unknown,
}

/// One thing that was found. The function writes its keys as `deniedBy`, and this command as `denied-by`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all(deserialize = "camelCase", serialize = "kebab-case"))]
pub(super) struct Finding {
    pub(super) check: String,
    pub(super) outcome: Outcome,
    pub(super) subject: String,
    pub(super) sentence: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fix: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) permission: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) resource: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) denied_by: Option<String>,
}

impl Finding {
    /// One of this command itself, about the function.
    pub(super) fn of_call(outcome: Outcome, function: &str, sentence: impl Into<String>) -> Self {
        Self {
            check: INVOKE.to_owned(),
            outcome,
            subject: function.to_owned(),
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
}
