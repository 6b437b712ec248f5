//! How a case fails.

use std::fmt;

use greenlight_core::error::Source;

/// Why a case failed: what to mend is said by the variant.
///
/// `Debug` is the same text as `Display`, because that is what a test that returns an error prints.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum CaseFailure {
    /// Mend the pipeline: it does not do what the trait promises.
    #[error(
        "{pipeline} breaks a promise\n  promise: {promise}\n  seen: {seen}\n  case: {case}, with {scenario}\n  \
         documentation: greenlight::core::{section}"
    )]
    Broken {
        /// The case.
        case: &'static str,
        /// What the pipeline calls itself.
        pipeline: String,
        /// What the trait promises: a sentence.
        promise: &'static str,
        /// What was seen instead.
        seen: String,
        /// Where the trait promises it, such as `DeploymentPipeline::plan`.
        section: &'static str,
        /// What was played.
        scenario: &'static str,
    },
    /// Mend the stage: nothing can be said about the pipeline.
    #[error("the stage for {case} ({scenario}) does not work: {source}")]
    Stage {
        /// The case.
        case: &'static str,
        /// What was to be played.
        scenario: &'static str,
        /// What went wrong.
        #[source]
        source: Source,
    },
}

impl fmt::Debug for CaseFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What ends a case early.
#[derive(Debug)]
pub(super) enum Trouble {
    /// A promise is broken: what was seen.
    Seen(String),
    /// The stage does not work.
    Stage(Source),
}

/// What a case comes to.
pub(super) type Checked<T = ()> = Result<T, Trouble>;

/// What was seen that should not be.
pub(super) fn seen<T>(what: impl Into<String>) -> Checked<T> {
    Err(Trouble::Seen(what.into()))
}

/// Ends the case unless this is so.
pub(super) fn check(holds: bool, otherwise: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { seen(otherwise()) }
}
