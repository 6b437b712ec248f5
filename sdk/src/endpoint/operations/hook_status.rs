//! The report of a hook function.

use greenlight_core::lifecycle::Refusal;
use greenlight_core::{HookExecution, HookExecutionId, HookStatus};

use crate::endpoint::caller::Caller;
use crate::endpoint::context::Context;
use crate::endpoint::deployments::Found;
use crate::endpoint::error::ServiceError;
use crate::endpoint::shapes::hook_status::{
    PutLifecycleEventHookExecutionStatusInput, PutLifecycleEventHookExecutionStatusOutput,
};

/// Takes what a hook function found out. Only the two final results count, and only the first report.
pub(crate) fn put(
    context: &Context,
    caller: &Caller,
    input: PutLifecycleEventHookExecutionStatusInput,
) -> Result<PutLifecycleEventHookExecutionStatusOutput, ServiceError> {
    let id = Found::required(context, input.deployment_id)?.seen.deployment.id;
    let status = input.status.unwrap_or_default();
    let status: HookStatus = status.parse().map_err(|_| ServiceError::invalid_hook_status(&status))?;
    let execution = input.lifecycle_event_hook_execution_id.filter(|execution| !execution.is_empty());
    let execution = execution.ok_or_else(|| ServiceError::invalid_hook_execution_id(&id))?;
    let execution_id = HookExecutionId::new(&execution);
    // A hook process of this endpoint knows the ids of its own calls alone; any other it can only have stolen.
    let stolen = |key: &str| context.identities.allows(key, &execution_id) == Some(false);
    if caller.access_key_id().is_some_and(stolen) {
        return Err(ServiceError::invalid_hook_execution_id(&id));
    }
    let hook = HookExecution { deployment: id.clone(), execution: execution_id };
    match context.engine.reported(&hook, status) {
        None => Err(ServiceError::deployment_does_not_exist(&id)),
        Some(Ok(())) => {
            Ok(PutLifecycleEventHookExecutionStatusOutput { lifecycle_event_hook_execution_id: execution })
        }
        Some(Err(Refusal::UnknownExecution)) => Err(ServiceError::invalid_hook_execution_id(&id)),
        Some(Err(_)) => Err(ServiceError::lifecycle_event_already_completed(&id)),
    }
}
