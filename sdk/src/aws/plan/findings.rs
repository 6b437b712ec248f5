//! What a plan's checks found, and which of them could not be made.

use greenlight_core::finding::{Finding, Place};

use super::unchecked::{self, Unchecked};
use crate::aws::api::Trouble;

/// Findings as they come, with the checks that had no answer beside them: one service that does not answer would
/// otherwise fill the plan with the same sentence.
#[derive(Default)]
pub(super) struct Findings {
    found: Vec<Finding>,
    unchecked: Vec<Unchecked>,
}

impl Findings {
    /// Adds what a check found.
    pub(super) fn push(&mut self, finding: Finding) {
        self.found.push(finding);
    }

    /// Adds a check that could not be made: `what` it was of, and the `permission` of the call that had no answer.
    pub(super) fn unchecked(
        &mut self,
        place: Place,
        what: impl Into<String>,
        permission: &'static str,
        trouble: Trouble,
    ) {
        self.unchecked.push(Unchecked { place, what: what.into(), permission, trouble });
    }

    /// Adds all of others.
    pub(super) fn append(&mut self, other: Self) {
        self.found.extend(other.found);
        self.unchecked.extend(other.unchecked);
    }

    /// All of them, the checks that could not be made as one note for each service.
    pub(super) fn into_vec(mut self) -> Vec<Finding> {
        self.found.extend(unchecked::notes(self.unchecked));
        self.found
    }
}

impl From<Vec<Finding>> for Findings {
    fn from(found: Vec<Finding>) -> Self {
        Self { found, unchecked: Vec::new() }
    }
}

impl Extend<Finding> for Findings {
    fn extend<I: IntoIterator<Item = Finding>>(&mut self, found: I) {
        self.found.extend(found);
    }
}
