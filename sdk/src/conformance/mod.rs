//! The promises of [`DeploymentPipeline`](greenlight_core::DeploymentPipeline) as tests, for every implementation.
//!
//! Both pipelines of this crate pass this suite, and whoever writes another one runs it too. A [`Subject`] makes, for each
//! case, a [`Stage`]: a pipeline and a deployment group that is as the case's [`Scenario`] says. Then
//! [`conformance_tests!`](crate::conformance_tests) makes a test of each case, or [`run_all`] runs them in one go.
//!
//! Each [`Case`] tests one promise, and a failure names it: what is promised, what was seen, and where the promise is
//! written down ([`CaseFailure`]). What a subject [cannot do](Ability) is skipped and reported as such. Nothing is
//! waited for by sleeping; what does not come within the subject's [patience](Subject::patience) is a failure too.

mod case;
mod cases;
mod failure;
mod macros;
mod play;
mod run;
mod scenario;
mod subject;

pub use case::{Case, cases};
pub use failure::CaseFailure;
pub use run::{Ran, Report, run, run_all, run_named};
pub use scenario::{HookConduct, Scenario, ScenarioHook};
pub use subject::{Ability, Stage, Subject};

/// The reason that a failing hook gives.
const FAILURE: &str = "GET /version answered 500";
