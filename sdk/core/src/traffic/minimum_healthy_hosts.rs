//! How many instances a deployment to servers keeps in service.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::string_enum::string_enum;

string_enum! {
    /// What a number of healthy hosts counts (`minimumHealthyHosts.type`).
    #[non_exhaustive]
    pub enum MinimumHealthyHostsType {
        /// Instances.
        HostCount = "HOST_COUNT",
        /// Percent of all instances.
        FleetPercent = "FLEET_PERCENT",
        /// Instances that are taken out at the same time. Only the service's own `OneAtATime` shows it; it cannot be
        /// set.
        MostConcurrency = "MOST_CONCURRENCY",
    }
}

/// How many instances a deployment to servers keeps in service (`minimumHealthyHosts`). Deployments of ECS and
/// Lambda have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MinimumHealthyHosts {
    /// What is counted.
    #[serde(rename = "type")]
    pub kind: MinimumHealthyHostsType,
    /// How many.
    pub value: u32,
}

impl fmt::Display for MinimumHealthyHosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} {}", self.value, self.kind))
    }
}
