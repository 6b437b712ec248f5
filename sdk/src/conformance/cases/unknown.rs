//! Deployments and executions that do not exist.

use futures_util::FutureExt as _;
use greenlight_core::error::{ControlError, QueryError, ReportError};
use greenlight_core::{Cursor, DeploymentId, HookExecution, HookExecutionId, HookStatus, Rollback, WaitKind};

use super::{Case, Section};
use crate::conformance::Scenario;
use crate::conformance::failure::{check, seen};

/// An id of the right form. That it is somebody's is as likely as guessing any other.
fn nobody() -> DeploymentId {
    DeploymentId::from_numbers([0; 9])
}

pub(super) fn an_unknown_deployment_is_not_found() -> Case {
    let promise =
        "a deployment that does not exist is not found, whether described or followed, and is named";
    Case::new(promise, Section::Describe, Scenario::plain(), |play| {
        async move {
            let id = nobody();
            let described = play.soon("answer", play.pipeline().describe(&id)).await?;
            match described {
                Err(QueryError::NotFound { id: named, .. }) if named == id => {}
                other => return seen(format!("described, {id} was answered with {other:?}")),
            }
            match play.soon("answer", play.pipeline().events(&id, &Cursor::start())).await? {
                Err(QueryError::NotFound { id: named, .. }) if named == id => Ok(()),
                other => seen(format!("followed, {id} was answered with {other:?}")),
            }
        }
        .boxed()
    })
}

pub(super) fn an_unknown_deployment_cannot_be_continued() -> Case {
    let promise = "a deployment that does not exist is not found when it is to be continued";
    Case::new(promise, Section::Proceed, Scenario::plain(), |play| {
        async move {
            for wait in [WaitKind::Ready, WaitKind::Termination] {
                match play.soon("answer", play.pipeline().proceed(&nobody(), wait)).await? {
                    Err(ControlError::NotFound { id, .. }) if id == nobody() => {}
                    other => return seen(format!("the answer was {other:?}")),
                }
            }
            Ok(())
        }
        .boxed()
    })
}

pub(super) fn an_unknown_deployment_cannot_be_stopped() -> Case {
    let promise = "a deployment that does not exist is not found when it is to be stopped";
    Case::new(promise, Section::Stop, Scenario::plain(), |play| {
        async move {
            match play.soon("answer", play.pipeline().stop(&nobody(), Rollback::Always)).await? {
                Err(ControlError::NotFound { id, .. }) if id == nobody() => Ok(()),
                other => seen(format!("the answer was {other:?}")),
            }
        }
        .boxed()
    })
}

pub(super) fn an_unknown_execution_cannot_report() -> Case {
    let promise = "a report for an execution that does not exist is refused, and changes nothing";
    Case::new(promise, Section::Report, Scenario::held(), |play| {
        async move {
            let id = play.start().await?;
            let hook = play.hook_called().await?;
            let execution = HookExecutionId::new("bm9ib2R5LW5vYm9keS1ub2JvZHk=");
            let foreign = HookExecution { deployment: id.clone(), execution };
            match play.soon("answer", play.pipeline().report(&foreign, HookStatus::Failed)).await? {
                Err(ReportError::UnknownExecution { id: named }) if named == id => {}
                other => return seen(format!("the answer was {other:?}")),
            }
            let status = play.describe(&id).await?.status;
            check(!status.is_terminal(), || {
                format!("the report was refused, and the deployment is {status}")
            })?;
            play.let_go_on(&hook).await
        }
        .boxed()
    })
}

pub(super) fn an_unknown_deployment_cannot_be_reported_for() -> Case {
    let promise = "a report for a deployment that does not exist is refused as one of an unknown execution";
    Case::new(promise, Section::Report, Scenario::held(), |play| {
        async move {
            play.start().await?;
            let hook = play.hook_called().await?;
            let foreign = HookExecution { deployment: nobody(), ..hook.clone() };
            match play.soon("answer", play.pipeline().report(&foreign, HookStatus::Failed)).await? {
                Err(ReportError::UnknownExecution { id }) if id == nobody() => {}
                other => return seen(format!("the answer was {other:?}")),
            }
            play.let_go_on(&hook).await
        }
        .boxed()
    })
}
