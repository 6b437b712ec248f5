//! One promise of the trait, and how it is tested.

use std::fmt;

use futures_util::future::BoxFuture;

use super::failure::Checked;
use super::play::Play;
use super::{Ability, Scenario};

/// A test of one promise of [`DeploymentPipeline`](greenlight_core::DeploymentPipeline). All of them: [`cases`].
///
/// ```
/// let case = greenlight::conformance::cases().find(|case| case.name() == "planning_changes_nothing").unwrap();
/// assert_eq!(case.to_string(), "planning changes nothing, however often it is done");
/// assert_eq!(case.section(), "DeploymentPipeline::plan");
/// ```
#[derive(Clone)]
pub struct Case {
    name: &'static str,
    promise: &'static str,
    section: Section,
    scenario: Scenario,
    needs: Option<Ability>,
    test: Test,
}

/// How a promise is tested.
pub(super) type Test = for<'a> fn(&'a Play) -> BoxFuture<'a, Checked>;

/// Where the promise is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Contract,
    Plan,
    Start,
    Describe,
    Events,
    Proceed,
    Stop,
    Report,
    Watch,
    WaitUntil,
    Outcome,
    Page,
}

/// All cases, in the order of the trait's documentation.
pub fn cases() -> impl Iterator<Item = Case> {
    super::cases::all().into_iter()
}

impl Case {
    pub(super) fn new(promise: &'static str, section: Section, scenario: Scenario, test: Test) -> Self {
        Self { name: "", promise, section, scenario, needs: None, test }
    }

    pub(super) const fn needs(mut self, ability: Ability) -> Self {
        self.needs = Some(ability);
        self
    }

    pub(super) const fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// Its name, which is that of its test too.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What the trait promises: a sentence.
    #[must_use]
    pub const fn promise(&self) -> &'static str {
        self.promise
    }

    /// Where the trait promises it, such as `DeploymentPipeline::plan`.
    #[must_use]
    pub const fn section(&self) -> &'static str {
        self.section.name()
    }

    /// What is played.
    #[must_use]
    pub const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// What the subject must be able to do.
    #[must_use]
    pub const fn ability(&self) -> Option<Ability> {
        self.needs
    }

    pub(super) fn test<'a>(&self, play: &'a Play) -> BoxFuture<'a, Checked> {
        (self.test)(play)
    }
}

impl Section {
    const fn name(self) -> &'static str {
        match self {
            Self::Contract => "DeploymentPipeline, chapter Contract",
            Self::Plan => "DeploymentPipeline::plan",
            Self::Start => "DeploymentPipeline::start",
            Self::Describe => "DeploymentPipeline::describe",
            Self::Events => "DeploymentPipeline::events",
            Self::Proceed => "DeploymentPipeline::proceed",
            Self::Stop => "DeploymentPipeline::stop",
            Self::Report => "DeploymentPipeline::report",
            Self::Watch => "Watch",
            Self::WaitUntil => "DeploymentPipelineExt::wait_until",
            Self::Outcome => "Outcome",
            Self::Page => "EventPage",
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.promise)
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case")
            .field("name", &self.name)
            .field("promise", &self.promise)
            .finish_non_exhaustive()
    }
}
