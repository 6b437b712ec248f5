//! Errors of deployment groups.

use super::ServiceError;

impl ServiceError {
    /// There is no deployment group of this name.
    pub(crate) fn deployment_group_does_not_exist(name: &str) -> Self {
        Self::modelled(
            "DeploymentGroupDoesNotExistException",
            format!("No Deployment Group found for name: {name}"),
        )
    }
}
