//! Whether a deployment needs what would be taken away.

use aws_sdk_codedeploy::Client;
use aws_sdk_codedeploy::types::DeploymentStatus;

use super::{SetupError, deployment_group};

/// Lets through a group that deploys nothing, or is not there.
pub(super) async fn check(client: &Client, application: &str, group: &str) -> Result<(), SetupError> {
    let info = deployment_group::find(client, application, group).await?;
    let last = info.as_ref().and_then(|info| info.last_attempted_deployment());
    match last.filter(|last| last.status().is_some_and(is_active)).and_then(|last| last.deployment_id()) {
        Some(id) => {
            Err(SetupError::UnderWay { group: format!("{application}/{group}"), deployment: id.to_owned() })
        }
        None => Ok(()),
    }
}

fn is_active(status: &DeploymentStatus) -> bool {
    !matches!(status, DeploymentStatus::Succeeded | DeploymentStatus::Failed | DeploymentStatus::Stopped)
}
