//! Deployment configurations as they are kept, and the service's own.

use greenlight_core::lifecycle::Platform;
use greenlight_core::traffic::{BuiltInConfig, MinimumHealthyHosts};
use greenlight_core::{ComputePlatform, Timestamp, TrafficRouting};
use serde::{Deserialize, Serialize};

use super::Tables;
use super::table::Row;
use crate::endpoint::error::ServiceError;

/// What the names of the service's own configurations begin with, and no other may.
pub(crate) const PREFIX: &str = "CodeDeployDefault.";

/// The day on which the service opened, 2014-11-12: its own configurations were there before any account.
const OPENED: Timestamp = Timestamp::from_millis(1_415_750_400_000);

/// A deployment configuration, custom or built in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct DeploymentConfig {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) created: Timestamp,
    pub(crate) rollout: Rollout,
}

impl Row for DeploymentConfig {}

/// How a new release comes to its users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Rollout {
    /// By traffic.
    Shifting {
        /// Of what.
        platform: Platform,
        /// In which steps.
        routing: TrafficRouting,
    },
    /// By instances. Such configurations are kept, but no deployment of this endpoint uses them.
    Server {
        /// How many instances stay healthy.
        hosts: MinimumHealthyHosts,
        /// Zone after zone, if so.
        zonal: Option<Zonal>,
    },
}

/// Availability Zone after Availability Zone. Times are in seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Zonal {
    pub(crate) first_zone_monitor_seconds: Option<u64>,
    pub(crate) monitor_seconds: Option<u64>,
    /// Instances of a zone that stay healthy.
    pub(crate) hosts_per_zone: Option<MinimumHealthyHosts>,
}

impl DeploymentConfig {
    /// What the configuration is for.
    pub(crate) fn platform(&self) -> ComputePlatform {
        match &self.rollout {
            Rollout::Shifting { platform, .. } => (*platform).into(),
            Rollout::Server { .. } => ComputePlatform::Server,
        }
    }

    /// How traffic is shifted, where it is traffic that is.
    pub(crate) const fn routing(&self) -> Option<TrafficRouting> {
        match &self.rollout {
            Rollout::Shifting { routing, .. } => Some(*routing),
            Rollout::Server { .. } => None,
        }
    }

    fn built_in(number: usize, config: &BuiltInConfig) -> Option<Self> {
        let rollout = match config {
            BuiltInConfig::Shifting(config) => {
                Rollout::Shifting { platform: config.platform, routing: config.routing }
            }
            config => Rollout::Server { hosts: config.minimum_healthy_hosts()?, zonal: None },
        };
        // The service's own ids are of this form.
        let id = format!("00000000-0000-0000-0000-{:012}", number + 1);
        Some(Self { id, name: config.name().to_owned(), created: OPENED, rollout })
    }
}

impl Tables {
    /// The configuration of this name, custom or built in.
    ///
    /// # Errors
    ///
    /// `DeploymentConfigDoesNotExistException`.
    pub(crate) fn deployment_config(&self, name: &str) -> Result<DeploymentConfig, ServiceError> {
        let built_in = BuiltInConfig::all().enumerate().find(|(_, config)| config.name() == name);
        let built_in = built_in.and_then(|(number, config)| DeploymentConfig::built_in(number, &config));
        let found = built_in.or_else(|| self.deployment_configs.get(name).cloned());
        found.ok_or_else(|| ServiceError::deployment_config_does_not_exist(name))
    }

    /// The names of all configurations, in alphabetical order.
    pub(crate) fn deployment_config_names(&self) -> Vec<String> {
        let custom = self.deployment_configs.iter().map(|(name, _)| name.to_owned());
        let mut names: Vec<String> =
            BuiltInConfig::all().map(|config| config.name().to_owned()).chain(custom).collect();
        names.sort_unstable();
        names
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_built_in_has_an_id_of_its_own() {
        let ids: BTreeSet<String> = BuiltInConfig::all()
            .enumerate()
            .map(|(number, config)| DeploymentConfig::built_in(number, &config).unwrap().id)
            .collect();
        assert_eq!(ids.len(), 17);
        assert!(ids.contains("00000000-0000-0000-0000-000000000017"), "{ids:?}");
    }
}
