//! Applications as they are kept.

use std::collections::BTreeMap;
use std::fmt;

use greenlight_core::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tables;
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

/// What deployments of an application deploy to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ComputePlatform {
    /// EC2 and on-premises instances. There are such applications and configurations, but no deployments.
    Server,
    /// Lambda functions.
    Lambda,
    /// ECS services.
    #[serde(rename = "ECS")]
    Ecs,
}

impl ComputePlatform {
    /// Reads the spelling on the wire.
    ///
    /// # Errors
    ///
    /// `InvalidComputePlatformException`.
    pub(crate) fn read(text: &str) -> Result<Self, ServiceError> {
        let found = [Self::Server, Self::Lambda, Self::Ecs].into_iter().find(|one| one.as_str() == text);
        found.ok_or_else(|| ServiceError::invalid_compute_platform(text))
    }

    /// The spelling on the wire.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Server => "Server",
            Self::Lambda => "Lambda",
            Self::Ecs => "ECS",
        }
    }
}

impl fmt::Display for ComputePlatform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Tables {
    /// The application of this name.
    ///
    /// # Errors
    ///
    /// `ApplicationDoesNotExistException`.
    pub(crate) fn application(&self, name: &str) -> Result<&Application, ServiceError> {
        self.applications.get(name).ok_or_else(|| ServiceError::application_does_not_exist(name))
    }
}
