//! What a person reads when something is refused: every error of the core, word for word.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::error::Error;

use greenlight_core::error::{
    ControlError, InvalidId, PlanError, QueryError, ReportError, Source, StartError, UnknownName,
};
use greenlight_core::lifecycle::Refusal;
use greenlight_core::traffic::{InvalidPercent, InvalidRouting};
use greenlight_core::{
    DeployError, DeploymentId, DeploymentStatus, Finding, Percent, TrafficRouting, WaitKind, WatchError,
};

fn id() -> DeploymentId {
    "d-1NNWZG91L".parse().unwrap()
}

fn pipeline() -> String {
    "the pipeline of eu-central-1".to_owned()
}

fn reset() -> Source {
    "connection reset by peer".into()
}

/// Checks the text, and that it has the form that all texts have.
#[track_caller]
fn reads(error: impl Error, text: &str) {
    assert_eq!(error.to_string(), text);
    let first = text.chars().next().unwrap();
    assert!(!first.is_ascii_uppercase(), "{text:?} does not begin in lower case");
    assert!(!text.ends_with('.') && !text.contains('\n'), "{text:?} is not one fragment");
}

/// Checks that the cause is there to be printed below the text, and not in it.
#[track_caller]
fn keeps_its_cause(error: &dyn Error) {
    let cause = error.source().unwrap().to_string();
    assert_eq!(cause, "connection reset by peer");
    assert!(!error.to_string().contains(&cause), "{error} would be printed twice");
}

#[test]
fn a_plan_error_names_what_is_missing_or_cannot_be_reached() {
    let (name, hint) = ("shop-web".to_owned(), "the application has shop-api and shop-jobs".to_owned());
    reads(
        PlanError::NotFound { what: "deployment group", name, hint },
        "there is no deployment group \"shop-web\"; the application has shop-api and shop-jobs",
    );
    let error = PlanError::Unavailable { pipeline: pipeline(), source: reset() };
    keeps_its_cause(&error);
    reads(error, "the pipeline of eu-central-1 cannot be reached now");
}

#[test]
fn a_start_error_says_what_to_do_before_the_next_start() {
    let finding = |text: &str| Finding::error("some-code", text.to_owned());
    let note = Finding::warning("some-code", "the alarm `latency` has had no data for an hour");
    let one = vec![note.clone(), finding("the container `web` is not in the task definition")];
    reads(
        StartError::PlanHasErrors { findings: one },
        "the plan has 1 error that must be mended first: the container `web` is not in the task definition",
    );
    let two =
        vec![finding("the port is 0"), note, finding("the container `web` is not in the task definition")];
    reads(
        StartError::PlanHasErrors { findings: two },
        "the plan has 2 errors that must be mended first: the port is 0",
    );
    reads(
        StartError::AlreadyActive { group: "shop-web".to_owned(), active: id() },
        "deployment group \"shop-web\" already has the active deployment d-1NNWZG91L; wait for it or stop it",
    );
    reads(
        StartError::NotFound { what: "deployment group", name: "shop-web".to_owned() },
        "there is no deployment group \"shop-web\" any more; make a new plan",
    );
    let error = StartError::Unavailable { pipeline: pipeline(), source: reset() };
    keeps_its_cause(&error);
    reads(error, "the pipeline of eu-central-1 cannot be reached now; starting the same plan again is safe");
}

#[test]
fn a_query_error_says_nothing_about_the_deployment() {
    reads(
        QueryError::NotFound { id: id(), pipeline: pipeline() },
        "there is no deployment d-1NNWZG91L at the pipeline of eu-central-1",
    );
    reads(
        QueryError::InvalidCursor { id: id(), cursor: "17".to_owned() },
        "cursor 17 is not one of deployment d-1NNWZG91L; begin again from the start",
    );
    let error = QueryError::Unavailable { pipeline: pipeline(), source: reset() };
    keeps_its_cause(&error);
    reads(
        error,
        "the pipeline of eu-central-1 cannot be reached now; this says nothing about the deployment",
    );
}

#[test]
fn a_control_error_says_where_the_deployment_stands() {
    reads(
        ControlError::NotFound { id: id(), pipeline: pipeline() },
        "there is no deployment d-1NNWZG91L at the pipeline of eu-central-1",
    );
    reads(
        ControlError::AlreadyCompleted { id: id(), status: DeploymentStatus::Failed },
        "deployment d-1NNWZG91L cannot be changed any more: it is Failed",
    );
    let status = DeploymentStatus::InProgress;
    reads(
        ControlError::NotWaiting { id: id(), status, wait: WaitKind::Ready },
        "deployment d-1NNWZG91L is InProgress and not in its READY_WAIT; continue it when it is",
    );
    let error = ControlError::Unavailable { pipeline: pipeline(), source: reset() };
    keeps_its_cause(&error);
    reads(error, "the pipeline of eu-central-1 cannot be reached now");
}

#[test]
fn a_report_error_does_not_show_the_execution_id() {
    reads(
        ReportError::UnknownExecution { id: id() },
        "deployment d-1NNWZG91L has no hook execution with this id",
    );
    reads(
        ReportError::AlreadyCompleted { id: id() },
        "this hook execution of deployment d-1NNWZG91L has already ended",
    );
    let error = ReportError::Unavailable { pipeline: pipeline(), source: reset() };
    keeps_its_cause(&error);
    reads(error, "the pipeline of eu-central-1 cannot be reached now");
}

#[test]
fn a_watch_error_keeps_what_the_pipeline_said() {
    let query = || QueryError::Unavailable { pipeline: pipeline(), source: reset() };
    let error = WatchError::Query { id: id(), source: query() };
    assert_eq!(error.source().unwrap().to_string(), query().to_string());
    reads(error, "deployment d-1NNWZG91L cannot be followed just now");
    reads(
        WatchError::Unfinished { id: id() },
        "the events of deployment d-1NNWZG91L broke off before its end",
    );
}

#[test]
fn a_deploy_error_reads_as_the_error_of_its_step() {
    let plan = || PlanError::Unavailable { pipeline: pipeline(), source: reset() };
    let error = DeployError::from(plan());
    keeps_its_cause(&error);
    reads(error, &plan().to_string());
    let active = || StartError::AlreadyActive { group: "shop-web".to_owned(), active: id() };
    reads(DeployError::from(active()), &active().to_string());
    reads(
        DeployError::from(WatchError::Unfinished { id: id() }),
        &WatchError::Unfinished { id: id() }.to_string(),
    );
}

#[test]
fn a_refusal_of_the_lifecycle_says_where_the_deployment_stands() {
    reads(
        Refusal::AlreadyCompleted(DeploymentStatus::Stopped),
        "the deployment has already ended as Stopped",
    );
    reads(
        Refusal::AlreadyCompleted(DeploymentStatus::InProgress),
        "the deployment is InProgress and past the point at which it can be stopped; wait for its end",
    );
    let status = DeploymentStatus::Ready;
    reads(
        Refusal::NotWaiting { status, wait: WaitKind::Termination },
        "the deployment is Ready and not in its TERMINATION_WAIT",
    );
    reads(Refusal::UnknownExecution, "the deployment has no hook execution with this id");
    reads(Refusal::HookAlreadyCompleted, "this hook execution has already ended");
}

#[test]
fn a_name_that_is_not_known_is_answered_with_those_that_are() {
    let error: UnknownName = "READY".parse::<WaitKind>().unwrap_err();
    reads(error, "\"READY\" is none of the WaitKind values: use one of READY_WAIT, TERMINATION_WAIT");
    let error: InvalidId = "d-1nnwzg91l".parse::<DeploymentId>().unwrap_err();
    reads(
        error,
        "\"d-1nnwzg91l\" is not a deployment id: it must be `d-` and nine upper-case letters or digits",
    );
}

#[test]
fn a_number_out_of_range_is_answered_with_the_range() {
    let error: InvalidPercent = Percent::new(101).unwrap_err();
    reads(error, "101 is not a percentage: use a whole number from 0 to 100");
    let routing =
        |percentage, minutes| -> InvalidRouting { TrafficRouting::linear(percentage, minutes).unwrap_err() };
    reads(
        routing(100, 1),
        "a step of 100 percent is out of range: use 1 to 99, or an all-at-once configuration for 100",
    );
    reads(routing(10, 0), "an interval of 0 minutes is out of range: use 1 to 2880");
    reads(
        routing(1, 30),
        "the shift would take 2970 minutes, and the service allows 2880: use larger steps or a shorter interval",
    );
    reads(
        InvalidRouting::PartOfMinute { given: std::time::Duration::from_millis(90_500) },
        "an interval of 90.5s is not in whole minutes, as the service takes them: round it",
    );
}
