//! What an operator does with a deployment that is under way.

use greenlight_core::lifecycle::{Input, Refusal};
use greenlight_core::{ComputePlatform, Rollback, WaitKind};

use crate::endpoint::context::Context;
use crate::endpoint::deployments::Found;
use crate::endpoint::error::ServiceError;
use crate::endpoint::shapes::Nothing;
use crate::endpoint::shapes::deployment::{
    ContinueDeploymentInput, DeploymentIdInput, StopDeploymentInput, StopDeploymentOutput,
};

/// Stops a deployment. With `autoRollbackEnabled` it is rolled back, or not, whatever its own settings say.
pub(crate) fn stop(
    context: &Context,
    input: StopDeploymentInput,
) -> Result<StopDeploymentOutput, ServiceError> {
    let found = Found::required(context, input.deployment_id)?;
    let rollback = match input.auto_rollback_enabled {
        None => Rollback::AsConfigured,
        Some(true) => Rollback::Always,
        Some(false) => Rollback::Never,
    };
    tell(context, &found, Input::Stop(rollback))?;
    let now = context.engine.seen(&found.seen.deployment.id);
    Ok(if now.is_some_and(|now| now.deployment.status.is_terminal()) {
        StopDeploymentOutput {
            status: "Succeeded",
            status_message: "No more commands will be scheduled for execution in the deployment instances",
        }
    } else {
        StopDeploymentOutput { status: "Pending", status_message: "The deployment is being stopped" }
    })
}

/// Ends the wait that a deployment is in.
pub(crate) fn proceed(context: &Context, input: ContinueDeploymentInput) -> Result<Nothing, ServiceError> {
    let found = Found::required(context, input.deployment_id)?;
    // Whoever names no wait means the one that there was first.
    let wait = match input.deployment_wait_type.as_deref() {
        None => WaitKind::Ready,
        Some(given) => given.parse().map_err(|_| ServiceError::invalid_deployment_wait_type(given))?,
    };
    only_ecs(&found, "continued: it has no waits")?;
    tell(context, &found, Input::Continue(wait))?;
    Ok(Nothing {})
}

/// Ends the wait before the original task set is terminated. Deprecated by the service in favour of continuing.
pub(crate) fn skip_termination_wait(
    context: &Context,
    input: DeploymentIdInput,
) -> Result<Nothing, ServiceError> {
    let found = Found::required(context, input.deployment_id)?;
    only_ecs(&found, "continued: it has no waits")?;
    let now = &found.seen.deployment;
    if !now.status.is_terminal() && !now.termination_wait_started {
        return Err(ServiceError::deployment_not_started(format!(
            "The deployment {} has not begun to wait for the termination of the original task set.",
            now.id
        )));
    }
    tell(context, &found, Input::Continue(WaitKind::Termination))?;
    Ok(Nothing {})
}

fn only_ecs(found: &Found, what: &str) -> Result<(), ServiceError> {
    let platform = found.details.deployed.platform();
    if platform == ComputePlatform::Ecs {
        return Ok(());
    }
    Err(ServiceError::unsupported_action(format!(
        "A deployment of the {platform} compute platform cannot be {what}."
    )))
}

fn tell(context: &Context, found: &Found, input: Input) -> Result<(), ServiceError> {
    let id = &found.seen.deployment.id;
    match context.engine.told(id, input) {
        None => Err(ServiceError::deployment_does_not_exist(id)),
        Some(Ok(())) => Ok(()),
        Some(Err(Refusal::AlreadyCompleted(status))) => {
            Err(ServiceError::deployment_already_completed(id, status))
        }
        Some(Err(Refusal::NotWaiting { status, wait })) => {
            Err(ServiceError::deployment_is_not_in_ready_state(format!(
                "The deployment {id} is {status}, and not in its {wait}."
            )))
        }
        Some(Err(other)) => Err(ServiceError::internal(other)),
    }
}
