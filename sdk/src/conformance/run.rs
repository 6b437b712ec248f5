//! Runs cases, one by one or all.

use std::any::Any;
use std::fmt;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;

use super::failure::Trouble;
use super::play::Play;
use super::{Ability, Case, CaseFailure, Subject, cases};

/// What became of a case that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ran {
    /// The promise is kept.
    Passed,
    /// It was not tested: the subject cannot do what it takes.
    Skipped {
        /// What it takes.
        needs: Ability,
    },
}

/// What became of all cases.
#[derive(Debug)]
#[must_use]
#[non_exhaustive]
pub struct Report {
    /// Names of the cases that passed.
    pub passed: Vec<&'static str>,
    /// Names of those that were skipped, with what the subject cannot do.
    pub skipped: Vec<(&'static str, Ability)>,
    /// What failed.
    pub failed: Vec<CaseFailure>,
}

/// Runs one case on a stage of its own.
///
/// # Errors
///
/// When the promise is broken, or the stage does not work.
pub async fn run(case: &Case, subject: &dyn Subject) -> Result<Ran, CaseFailure> {
    if let Some(needs) = case.ability().filter(|ability| !subject.can(*ability)) {
        return Ok(Ran::Skipped { needs });
    }
    let failed = |source| CaseFailure::Stage { case: case.name(), scenario: case.scenario().name, source };
    let stage = subject.stage(case.scenario()).await.map_err(failed)?;
    let play = Play::new(stage, subject.patience());
    let pipeline = play.pipeline().to_string();
    // Whatever became of the case: what it has begun must not be left.
    let checked = AssertUnwindSafe(case.test(&play)).catch_unwind().await;
    let taken_down = play.take_down().await;
    let checked = checked
        .unwrap_or_else(|panic| Err(Trouble::Seen(format!("the pipeline panicked{}", words_of(&*panic)))));
    match checked {
        Err(Trouble::Seen(seen)) => Err(CaseFailure::Broken {
            case: case.name(),
            pipeline,
            promise: case.promise(),
            seen,
            section: case.section(),
            scenario: case.scenario().name,
        }),
        Err(Trouble::Stage(source)) => Err(failed(source)),
        Ok(()) => taken_down.map(|()| Ran::Passed).map_err(failed),
    }
}

/// Runs every case, one after another, whatever becomes of those before. [`conformance_tests!`](crate::conformance_tests)
/// makes tests that run beside each other.
pub async fn run_all(subject: &dyn Subject) -> Report {
    let mut report = Report { passed: Vec::new(), skipped: Vec::new(), failed: Vec::new() };
    for case in cases() {
        match run(&case, subject).await {
            Ok(Ran::Passed) => report.passed.push(case.name()),
            Ok(Ran::Skipped { needs }) => report.skipped.push((case.name(), needs)),
            Err(failure) => report.failed.push(failure),
        }
    }
    report
}

/// Runs the case of this name in a runtime of its own: what the tests of
/// [`conformance_tests!`](crate::conformance_tests) consist of. A case that is skipped says so on standard output.
///
/// # Errors
///
/// As [`run`]. A name that no case has is an error of the stage, and so is a runtime that cannot be made.
pub fn run_named(name: &'static str, subject: &dyn Subject) -> Result<(), CaseFailure> {
    let failed = |source| CaseFailure::Stage { case: name, scenario: "none yet", source };
    let case = cases().find(|case| case.name() == name);
    let case = case.ok_or_else(|| failed("there is no such case; `cases` has them all".into()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| failed(error.into()))?;
    if let Ran::Skipped { needs } = runtime.block_on(run(&case, subject))? {
        println!("skipped: the subject has no {needs}");
    }
    Ok(())
}

/// What a panic said, after a colon.
fn words_of(panic: &(dyn Any + Send)) -> String {
    let literal = panic.downcast_ref::<&str>().copied();
    let words = literal.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    words.map_or_else(String::new, |words| format!(": {words}"))
}

impl Report {
    /// Whether no case failed. Some may have been skipped.
    #[must_use]
    pub const fn is_passed(&self) -> bool {
        self.failed.is_empty()
    }
}

impl fmt::Display for Report {
    /// What failed and what was skipped, and a last line with the counts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failure in &self.failed {
            writeln!(f, "{failure}")?;
        }
        for (case, needs) in &self.skipped {
            writeln!(f, "skipped {case}: the subject has no {needs}")?;
        }
        let (passed, skipped, failed) = (self.passed.len(), self.skipped.len(), self.failed.len());
        write!(f, "{passed} passed, {skipped} skipped, {failed} failed")
    }
}
