//! Applications as they are kept.

use std::collections::BTreeMap;

use greenlight_core::{ComputePlatform, Timestamp};
use serde::{Deserialize, Serialize};

use super::table::Row;
use super::{DeploymentGroup, Tables};
use crate::endpoint::error::ServiceError;

/// Tags by key.
pub(crate) type Tags = BTreeMap<String, String>;

/// An application. What belongs to it names it by its id, which stays when the name changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Application {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) platform: ComputePlatform,
    pub(crate) created: Timestamp,
    #[serde(default)]
    pub(crate) tags: Tags,
}

impl Row for Application {
    fn id(&self) -> Option<&str> {
        Some(&self.id)
    }
}

impl Tables {
    /// Gives an application another name. What belongs to it names it by its id, and follows.
    ///
    /// # Errors
    ///
    /// `ApplicationDoesNotExistException`, `ApplicationAlreadyExistsException`.
    pub(crate) fn rename_application(&mut self, name: &str, new_name: &str) -> Result<(), ServiceError> {
        let mut application = self.application(name)?.clone();
        if name == new_name {
            return Ok(());
        }
        if self.applications.contains(new_name) {
            return Err(ServiceError::application_already_exists(new_name));
        }
        self.applications.remove(name);
        new_name.clone_into(&mut application.name);
        self.applications.put(new_name, application);
        Ok(())
    }

    /// Removes an application and everything that belongs to it, if it is there.
    pub(crate) fn remove_application(&mut self, name: &str) {
        let Some(application) = self.applications.remove(name) else { return };
        let groups: Vec<String> = self
            .groups_of(&application)
            .map(|group| DeploymentGroup::key(&application, &group.name))
            .collect();
        for key in groups {
            self.deployment_groups.remove(&key);
        }
        let of_application = format!("{}/", application.id);
        let revisions: Vec<String> =
            self.revisions.with_prefix(of_application).map(|(key, _)| key.to_owned()).collect();
        for key in revisions {
            self.revisions.remove(&key);
        }
    }

    /// The application of this name.
    ///
    /// # Errors
    ///
    /// `ApplicationDoesNotExistException`.
    pub(crate) fn application(&self, name: &str) -> Result<&Application, ServiceError> {
        self.applications.get(name).ok_or_else(|| ServiceError::application_does_not_exist(name))
    }
}
