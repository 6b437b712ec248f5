//! Deployment groups as they are kept.

use greenlight_core::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tables;
use super::application::{Application, Tags};
use crate::endpoint::error::ServiceError;

/// A deployment group. Kept under its application's id and its own name, so that a new name of the application
/// changes nothing here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct DeploymentGroup {
    pub(crate) id: String,
    pub(crate) application_id: String,
    pub(crate) name: String,
    pub(crate) deployment_config_name: String,
    pub(crate) created: Timestamp,
    #[serde(default)]
    pub(crate) tags: Tags,
}

impl DeploymentGroup {
    /// The key of a group of an application.
    pub(crate) fn key(application: &Application, name: &str) -> String {
        // No name of a group has a slash.
        format!("{}/{name}", application.id)
    }
}

impl Tables {
    /// The deployment group of this name.
    ///
    /// # Errors
    ///
    /// `ApplicationDoesNotExistException`, `DeploymentGroupDoesNotExistException`.
    pub(crate) fn deployment_group(
        &self,
        application: &str,
        name: &str,
    ) -> Result<&DeploymentGroup, ServiceError> {
        let key = DeploymentGroup::key(self.application(application)?, name);
        self.deployment_groups.get(&key).ok_or_else(|| ServiceError::deployment_group_does_not_exist(name))
    }

    /// The groups of an application, by name.
    pub(crate) fn groups_of(&self, application: &Application) -> impl Iterator<Item = &DeploymentGroup> {
        self.deployment_groups.with_prefix(DeploymentGroup::key(application, "")).map(|(_, group)| group)
    }
}
