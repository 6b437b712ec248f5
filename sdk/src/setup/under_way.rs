//! Whether a deployment needs what would be taken away.

use aws_sdk_codedeploy::Client;
use aws_sdk_codedeploy::types::DeploymentStatus;

use super::SetupError;
use super::error::{failed, is};

/// Lets through a group that deploys nothing, or is not there.
pub(super) async fn check(client: &Client, application: &str, group: &str) -> Result<(), SetupError> {
    let name = format!("{application}/{group}");
    let call = client.get_deployment_group().application_name(application).deployment_group_name(group);
    let info = match call.send().await {
        Ok(output) => output.deployment_group_info,
        Err(error)
            if is(&error, &["ApplicationDoesNotExistException", "DeploymentGroupDoesNotExistException"]) =>
        {
            return Ok(());
        }
        Err(error) => return Err(failed("codedeploy:GetDeploymentGroup", name, error)),
    };
    let last = info.as_ref().and_then(|info| info.last_attempted_deployment());
    match last.filter(|last| last.status().is_some_and(is_active)).and_then(|last| last.deployment_id()) {
        Some(id) => Err(SetupError::UnderWay { group: name, deployment: id.to_owned() }),
        None => Ok(()),
    }
}

fn is_active(status: &DeploymentStatus) -> bool {
    !matches!(status, DeploymentStatus::Succeeded | DeploymentStatus::Failed | DeploymentStatus::Stopped)
}
