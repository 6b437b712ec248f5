//! What the conformance suite says of a case, whatever becomes of it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fmt;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use greenlight::conformance::{
    Ability, Case, CaseFailure, Ran, Scenario, Stage, Subject, cases, run, run_all, run_named,
};
use greenlight_core::error::{ControlError, PlanError, QueryError, ReportError, Source, StartError};
use greenlight_core::{
    Cursor, Deployment, DeploymentId, DeploymentPipeline, DeploymentRequest, EventPage, HookExecution,
    HookStatus, Plan, Reported, Rollback, StopOutcome, WaitKind,
};

use crate::conformance_broken::{BrokenSubject, Fault};
use crate::conformance_local::LocalSubject;
use crate::local_support::assert_text;

fn case(name: &str) -> Case {
    cases().find(|case| case.name() == name).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_says_what_is_promised_what_was_seen_and_where_it_is_written() {
    let case = case("a_success_has_no_reason_and_no_rollback");
    let failure = run(&case, &BrokenSubject(Fault::HasAReasonForSuccess)).await.unwrap_err();
    let expected = "\
a pipeline with the fault HasAReasonForSuccess breaks a promise
  promise: the outcome of a deployment that succeeded has neither a rollback nor a reason
  seen: the outcome is Outcome { outcome: Succeeded, rolled_back: false, rollback: None, reason: Some(\"all is well\"), \
                    serving: Green }
  case: a_success_has_no_reason_and_no_rollback, with a deployment without hooks and waits
  documentation: greenlight::core::Outcome";
    assert_text(&failure.to_string(), expected);
    assert_eq!(format!("{failure:?}"), failure.to_string(), "a test that returns it prints the debug text");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_subject_cannot_do_is_skipped_and_counted() {
    let skipped = run(&case("a_watch_goes_on_in_another_pipeline_object"), &LocalSubject).await.unwrap();
    assert_eq!(skipped, Ran::Skipped { needs: Ability::Reopen });
    let report = run_all(&LocalSubject).await;
    let expected = format!(
        "skipped a_watch_goes_on_in_another_pipeline_object: the subject has no second pipeline object\n\
         {} passed, 1 skipped, 0 failed",
        cases().count() - 1
    );
    assert_text(&report.to_string(), &expected);
    assert!(report.is_passed());
}

#[test]
fn a_name_that_no_case_has_is_refused() {
    let refused = run_named("pigs_can_fly", &LocalSubject).unwrap_err();
    let expected =
        "the stage for pigs_can_fly (none yet) does not work: there is no such case; `cases` has them all";
    assert_eq!(refused.to_string(), expected);
}

#[test]
fn promises_are_sentences_and_no_two_are_alike() {
    let mut promises: Vec<_> = cases().map(|case| case.promise()).collect();
    for promise in &promises {
        assert!(promise.starts_with(|c: char| c.is_lowercase() || c == '`'), "{promise}");
        assert!(!promise.ends_with('.') && !promise.contains("  "), "{promise}");
    }
    promises.sort_unstable();
    let all = promises.len();
    promises.dedup();
    assert_eq!(promises.len(), all);
}

#[tokio::test]
async fn a_stage_that_cannot_be_made_is_no_blame_for_the_pipeline() {
    let failure = run(&case("a_pipeline_names_itself"), &Hopeless::NoStage).await.unwrap_err();
    assert!(matches!(failure, CaseFailure::Stage { .. }), "{failure}");
    let expected = "the stage for a_pipeline_names_itself (a deployment without hooks and waits) does not work: \
                    no room for it";
    assert_eq!(failure.to_string(), expected);
}

#[tokio::test]
async fn a_pipeline_that_panics_or_never_answers_fails_the_case() {
    for (subject, seen) in [
        (Hopeless::Panics, "the pipeline panicked: no plan of mine"),
        (Hopeless::Silent, "no plan within 10ms"),
    ] {
        match run(&case("a_plan_holds_what_was_asked_for"), &subject).await {
            Err(CaseFailure::Broken { seen: told, .. }) => assert_eq!(told, seen),
            other => panic!("{other:?}"),
        }
    }
}

/// What cannot be tested, and what should not have been written.
#[derive(Debug, Clone, Copy)]
enum Hopeless {
    NoStage,
    Panics,
    Silent,
}

#[async_trait]
impl Subject for Hopeless {
    async fn stage(&self, _: &Scenario) -> Result<Box<dyn Stage>, Source> {
        match self {
            Self::NoStage => Err("no room for it".into()),
            _ => Ok(Box::new(*self)),
        }
    }

    fn patience(&self) -> Duration {
        Duration::from_millis(10)
    }
}

#[async_trait]
impl Stage for Hopeless {
    fn pipeline(&self) -> Arc<dyn DeploymentPipeline> {
        Arc::new(*self)
    }

    fn request(&self, _: u32) -> DeploymentRequest {
        DeploymentRequest::new("shop", "web", "")
    }

    async fn hook_called(&self) -> Result<HookExecution, Source> {
        pending().await
    }
}

impl fmt::Display for Hopeless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a hopeless pipeline")
    }
}

#[async_trait]
impl DeploymentPipeline for Hopeless {
    async fn plan(&self, _: &DeploymentRequest) -> Result<Plan, PlanError> {
        match self {
            Self::Panics => panic!("no plan of mine"),
            _ => pending().await,
        }
    }

    async fn start(&self, _: Plan) -> Result<DeploymentId, StartError> {
        pending().await
    }

    async fn describe(&self, _: &DeploymentId) -> Result<Deployment, QueryError> {
        pending().await
    }

    async fn events(&self, _: &DeploymentId, _: &Cursor) -> Result<EventPage, QueryError> {
        pending().await
    }

    async fn proceed(&self, _: &DeploymentId, _: WaitKind) -> Result<(), ControlError> {
        pending().await
    }

    async fn stop(&self, _: &DeploymentId, _: Rollback) -> Result<StopOutcome, ControlError> {
        pending().await
    }

    async fn report(&self, _: &HookExecution, _: HookStatus) -> Result<Reported, ReportError> {
        pending().await
    }
}
