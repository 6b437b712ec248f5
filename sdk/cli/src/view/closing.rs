//! The last words of a deployment: how it ended, and why.

use greenlight_core::{Outcome, Verdict};

use super::clean;

/// An outcome in two sentences, for the two last lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Closing {
    /// `failed and rolled back, blue serves`.
    pub(super) sentence: String,
    /// Why, unless it succeeded.
    pub(super) reason: Option<String>,
    pub(super) succeeded: bool,
}

impl Closing {
    pub(super) fn of(outcome: &Outcome) -> Self {
        // The outcome's own sentence ends with the reason, which gets a line of its own here.
        let mut sentence = outcome.clone();
        sentence.reason = None;
        let succeeded = outcome.outcome == Verdict::Succeeded;
        let reason = outcome.reason.as_deref().map(clean::one_line).filter(|reason| !reason.is_empty());
        let reason = match reason {
            None if !succeeded => Some("none was given".to_owned()),
            reason => reason,
        };
        Self { sentence: sentence.to_string(), reason, succeeded }
    }
}
