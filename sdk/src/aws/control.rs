//! What an operator does with a deployment, and the reports of hooks.
//!
//! Each of these requests may be repeated: when an answer was lost and the request had its effect, the repetition is refused
//! in a way that says so.

use aws_sdk_codedeploy::types::{DeploymentWaitType, LifecycleEventStatus};
use greenlight_core::error::{ControlError, ReportError};
use greenlight_core::{
    DeploymentId, DeploymentPipeline, DeploymentStatus, HookExecution, HookStatus, Reported, Rollback,
    StopOutcome, StopStatus, WaitKind,
};

use super::api::{Calls, Patience, Trouble};
use super::error::is_unknown;
use super::pipeline::CodeDeploy;

/// Ends a wait.
pub(super) async fn proceed(calls: &Calls, id: &DeploymentId, wait: WaitKind) -> Result<(), Trouble> {
    let wait = match wait {
        WaitKind::Ready => DeploymentWaitType::ReadyWait,
        WaitKind::Termination => DeploymentWaitType::TerminationWait,
    };
    let attempts = Attempts::default();
    let done = calls
        .ask(Patience::SHORT, || async {
            let call = calls.client().continue_deployment().deployment_id(id.as_str());
            attempts.noted(call.deployment_wait_type(wait.clone()).send().await.map_err(Trouble::of))
        })
        .await;
    match done {
        // An earlier attempt, whose answer was lost, has ended the wait.
        Err(trouble) if attempts.one_was_lost() && trouble.is("DeploymentIsNotInReadyState") => Ok(()),
        Err(trouble) => Err(trouble),
        Ok(_) => Ok(()),
    }
}

/// What a refusal to continue means.
pub(super) async fn not_continued(
    trouble: Trouble,
    id: &DeploymentId,
    wait: WaitKind,
    pipeline: &CodeDeploy,
) -> ControlError {
    if trouble.is("DeploymentIsNotInReadyState") || trouble.is("DeploymentNotStarted") {
        let status = status(pipeline, id).await.unwrap_or(DeploymentStatus::InProgress);
        return ControlError::NotWaiting { id: id.clone(), status, wait };
    }
    refused(trouble, id, pipeline).await
}

/// Stops a deployment.
pub(super) async fn stop(
    pipeline: &CodeDeploy,
    calls: &Calls,
    id: &DeploymentId,
    rollback: Rollback,
) -> Result<StopOutcome, ControlError> {
    let rollback = match rollback {
        Rollback::AsConfigured => None,
        Rollback::Always => Some(true),
        Rollback::Never => Some(false),
    };
    let attempts = Attempts::default();
    let asked = calls
        .ask(Patience::SHORT, || async {
            let call = calls.client().stop_deployment().deployment_id(id.as_str());
            let answer = call.set_auto_rollback_enabled(rollback).send().await.map_err(Trouble::of);
            attempts.noted(answer)
        })
        .await;
    let done = match asked {
        Ok(output) => output.status().is_some_and(|status| status.as_str() == StopStatus::Succeeded.as_str()),
        // An earlier attempt, whose answer was lost, has stopped it.
        Err(trouble) if attempts.one_was_lost() && trouble.is("DeploymentAlreadyCompleted") => true,
        Err(trouble) => return Err(refused(trouble, id, pipeline).await),
    };
    if !done {
        return Ok(StopOutcome::Pending);
    }
    // It was stopped, whatever cannot be found out about it now.
    let Ok(view) = pipeline.look(id).await else { return Ok(StopOutcome::Pending) };
    let deployment = view.deployment();
    if !deployment.status.is_terminal() {
        return Ok(StopOutcome::Pending);
    }
    if deployment.status != DeploymentStatus::Stopped {
        return Err(ControlError::AlreadyCompleted { id: id.clone(), status: deployment.status });
    }
    if rollback != Some(false) && view.misses_rollback(rollback == Some(true)) {
        return Ok(StopOutcome::Pending);
    }
    let rolling_back = deployment.rollback.as_ref().is_some_and(|info| info.rollback_deployment.is_some());
    Ok(StopOutcome::Stopped { rolling_back })
}

/// What a refusal to change a deployment means.
pub(super) async fn refused(trouble: Trouble, id: &DeploymentId, pipeline: &CodeDeploy) -> ControlError {
    let name = pipeline.to_string();
    if is_unknown(&trouble) {
        return ControlError::NotFound { id: id.clone(), pipeline: name };
    }
    if trouble.is("DeploymentAlreadyCompleted")
        && let Some(status) = status(pipeline, id).await
    {
        return ControlError::AlreadyCompleted { id: id.clone(), status };
    }
    ControlError::Unavailable { pipeline: name, source: Box::new(trouble) }
}

/// Reports the end of a hook.
pub(super) async fn report(
    calls: &Calls,
    hook: &HookExecution,
    status: HookStatus,
    pipeline: &str,
) -> Result<Reported, ReportError> {
    let status = match status {
        HookStatus::Succeeded => LifecycleEventStatus::Succeeded,
        HookStatus::Failed => LifecycleEventStatus::Failed,
    };
    let attempts = Attempts::default();
    let asked = calls
        .ask(Patience::SHORT, || async {
            let call = calls.client().put_lifecycle_event_hook_execution_status();
            let call = call.deployment_id(hook.deployment.as_str()).status(status.clone());
            let call = call.lifecycle_event_hook_execution_id(hook.execution.as_str());
            attempts.noted(call.send().await.map_err(Trouble::of))
        })
        .await;
    let Err(trouble) = asked else { return Ok(Reported::Accepted) };
    let id = hook.deployment.clone();
    if trouble.is("LifecycleEventAlreadyCompleted") {
        // An earlier attempt, whose answer was lost, was taken.
        return if attempts.one_was_lost() {
            Ok(Reported::Accepted)
        } else {
            Err(ReportError::AlreadyCompleted { id })
        };
    }
    if is_unknown(&trouble) || trouble.is("InvalidLifecycleEventHookExecutionId") {
        return Err(ReportError::UnknownExecution { id });
    }
    Err(ReportError::Unavailable { pipeline: pipeline.to_owned(), source: Box::new(trouble) })
}

async fn status(pipeline: &CodeDeploy, id: &DeploymentId) -> Option<DeploymentStatus> {
    pipeline.describe(id).await.ok().map(|deployment| deployment.status)
}

/// Remembers whether the answer to an attempt was lost, which may have had its effect.
#[derive(Debug, Default)]
struct Attempts(std::sync::atomic::AtomicBool);

impl Attempts {
    fn noted<T>(&self, answer: Result<T, Trouble>) -> Result<T, Trouble> {
        if answer.as_ref().is_err_and(|trouble| trouble.kind == super::api::Kind::Unreachable) {
            self.0.store(true, std::sync::atomic::Ordering::Relaxed);
        }
        answer
    }

    fn one_was_lost(&self) -> bool {
        self.0.load(std::sync::atomic::Ordering::Relaxed)
    }
}
