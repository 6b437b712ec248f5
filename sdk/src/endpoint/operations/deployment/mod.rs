//! Operations on deployments.

mod appspec;
mod control;
mod create;
mod describe;
mod list;
mod overrides;

pub(crate) use self::control::{proceed, skip_termination_wait, stop};
pub(crate) use self::create::create;
pub(crate) use self::list::list;

use crate::endpoint::context::Context;
use crate::endpoint::deployments::{Found, checked_id};
use crate::endpoint::error::ServiceError;
use crate::endpoint::limits;
use crate::endpoint::shapes::deployment::{
    BatchGetDeploymentsInput, BatchGetDeploymentsOutput, DeploymentIdInput, GetDeploymentOutput,
};

/// Describes a deployment.
pub(crate) fn get(context: &Context, input: DeploymentIdInput) -> Result<GetDeploymentOutput, ServiceError> {
    let found = Found::required(context, input.deployment_id)?;
    Ok(GetDeploymentOutput { deployment_info: describe::describe(context, &found) })
}

/// Describes several deployments. Those that are not there are left out.
pub(crate) fn batch_get(
    context: &Context,
    input: BatchGetDeploymentsInput,
) -> Result<BatchGetDeploymentsOutput, ServiceError> {
    let ids = input.deployment_ids.filter(|ids| !ids.is_empty());
    let ids = ids.ok_or_else(ServiceError::deployment_id_required)?;
    limits::check_batch(ids.len(), limits::BATCH_DEPLOYMENTS)?;
    let mut deployments_info = Vec::new();
    for id in ids {
        if let Some(found) = Found::by_id(context, &checked_id(Some(id))?)? {
            deployments_info.push(describe::describe(context, &found));
        }
    }
    Ok(BatchGetDeploymentsOutput { deployments_info })
}
