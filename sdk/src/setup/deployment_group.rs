//! The deployment group, as CodeDeploy has it.

use aws_sdk_codedeploy::Client;
use aws_sdk_codedeploy::types::DeploymentGroupInfo;

use super::SetupError;
use super::error::{failed, is_no_group};

/// What CodeDeploy says of a group, unless there is no such group, or no such application.
pub(super) async fn find(
    client: &Client,
    application: &str,
    group: &str,
) -> Result<Option<DeploymentGroupInfo>, SetupError> {
    let call = client.get_deployment_group().application_name(application).deployment_group_name(group);
    match call.send().await {
        Ok(output) => {
            Ok(Some(output.deployment_group_info.unwrap_or_else(|| DeploymentGroupInfo::builder().build())))
        }
        Err(error) if is_no_group(&error) => Ok(None),
        Err(error) => Err(failed("codedeploy:GetDeploymentGroup", format!("{application}/{group}"), error)),
    }
}
