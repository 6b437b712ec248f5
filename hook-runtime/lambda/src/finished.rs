//! Hooks that are through, for events that come again.

use std::sync::{Mutex, PoisonError};

use crate::report::HookVerdict;

/// How many are remembered. Lambda repeats an event within minutes.
const REMEMBERED: usize = 256;

/// The verdicts of the last hooks of this process.
#[derive(Debug, Default)]
pub(crate) struct Finished(Mutex<Vec<(String, Verdict)>>);

/// How a hook ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) verdict: HookVerdict,
    pub(crate) reason: String,
    /// Whether CodeDeploy has it.
    pub(crate) reported: bool,
}

impl Finished {
    pub(crate) fn get(&self, execution: &str) -> Option<Verdict> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.iter().find(|(known, _)| known == execution).map(|(_, verdict)| verdict.clone())
    }

    pub(crate) fn put(&self, execution: &str, verdict: Verdict) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|(known, _)| known != execution);
        if entries.len() >= REMEMBERED {
            entries.remove(0);
        }
        entries.push((execution.to_owned(), verdict));
    }
}
