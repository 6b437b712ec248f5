//! Deployment configurations by name.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::TrafficRouting;

/// The configuration that the service gives to every rollback of an ECS deployment.
pub const ECS_ALL_AT_ONCE: &str = "CodeDeployDefault.ECSAllAtOnce";

/// The configuration that the service most likely gives to every rollback of a Lambda deployment.
pub const LAMBDA_ALL_AT_ONCE: &str = "CodeDeployDefault.LambdaAllAtOnce";

/// A deployment configuration for the ECS compute platform: a name, and how traffic is shifted.
///
/// ```
/// use greenlight_core::{DeploymentConfig, TrafficRouting};
///
/// let config = DeploymentConfig::built_in("CodeDeployDefault.ECSCanary10Percent5Minutes").unwrap();
/// assert_eq!(config.routing, TrafficRouting::canary(10, 5)?);
/// # Ok::<(), greenlight_core::traffic::InvalidRouting>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploymentConfig {
    /// The name; the service's own begin with `CodeDeployDefault.`.
    pub name: String,
    /// How traffic is shifted.
    pub routing: TrafficRouting,
}

impl DeploymentConfig {
    /// A custom configuration.
    #[must_use]
    pub fn custom(name: impl Into<String>, routing: TrafficRouting) -> Self {
        Self { name: name.into(), routing }
    }

    /// All traffic at once, `CodeDeployDefault.ECSAllAtOnce`.
    #[must_use]
    pub fn all_at_once() -> Self {
        Self { name: ECS_ALL_AT_ONCE.to_owned(), routing: TrafficRouting::AllAtOnce }
    }

    /// The service's own configuration of this name for ECS, or none.
    #[must_use]
    pub fn built_in(name: &str) -> Option<Self> {
        Self::built_ins().find(|config| config.name == name)
    }

    /// All of the service's own configurations for ECS.
    pub fn built_ins() -> impl Iterator<Item = Self> {
        let linear =
            |name: &str, percentage, minutes| (name.to_owned(), TrafficRouting::linear(percentage, minutes));
        let canary =
            |name: &str, percentage, minutes| (name.to_owned(), TrafficRouting::canary(percentage, minutes));
        [
            (ECS_ALL_AT_ONCE.to_owned(), Ok(TrafficRouting::AllAtOnce)),
            linear("CodeDeployDefault.ECSLinear10PercentEvery1Minutes", 10, 1),
            linear("CodeDeployDefault.ECSLinear10PercentEvery3Minutes", 10, 3),
            canary("CodeDeployDefault.ECSCanary10Percent5Minutes", 10, 5),
            canary("CodeDeployDefault.ECSCanary10Percent15Minutes", 10, 15),
        ]
        .into_iter()
        .filter_map(|(name, routing)| Some(Self { name, routing: routing.ok()? }))
    }
}

impl fmt::Display for DeploymentConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_five_built_ins_for_ecs_are_there() {
        let names: Vec<String> = DeploymentConfig::built_ins().map(|config| config.name).collect();
        assert_eq!(names.len(), 5);
        assert!(names.iter().all(|name| name.starts_with("CodeDeployDefault.ECS")));
    }
}
