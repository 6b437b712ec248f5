//! Deployment configurations that shift traffic.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::TrafficRouting;
use super::built_in::SHIFTING;
use crate::lifecycle::Platform;

/// The configuration that the service gives to every rollback of an ECS deployment.
pub const ECS_ALL_AT_ONCE: &str = "CodeDeployDefault.ECSAllAtOnce";

/// The configuration that the service most likely gives to every rollback of a Lambda deployment.
pub const LAMBDA_ALL_AT_ONCE: &str = "CodeDeployDefault.LambdaAllAtOnce";

/// A deployment configuration for ECS or Lambda: a name, and how traffic is shifted. Those for servers shift none:
/// see [`BuiltInConfig`](super::BuiltInConfig).
///
/// ```
/// use greenlight_core::lifecycle::Platform;
/// use greenlight_core::{DeploymentConfig, TrafficRouting};
///
/// let config = DeploymentConfig::built_in("CodeDeployDefault.ECSCanary10Percent5Minutes").unwrap();
/// assert_eq!((config.platform, config.routing), (Platform::Ecs, TrafficRouting::canary(10, 5)?));
/// # Ok::<(), greenlight_core::traffic::InvalidRouting>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeploymentConfig {
    /// The name; the service's own begin with `CodeDeployDefault.`.
    pub name: String,
    /// For deployments of which platform.
    pub platform: Platform,
    /// How traffic is shifted.
    pub routing: TrafficRouting,
}

impl DeploymentConfig {
    /// A custom configuration for ECS; [`with_platform`](Self::with_platform) makes it one for Lambda.
    ///
    /// ```
    /// use greenlight_core::lifecycle::Platform;
    /// use greenlight_core::{DeploymentConfig, TrafficRouting};
    ///
    /// let halves = TrafficRouting::linear(50, 10)?;
    /// let config = DeploymentConfig::custom("Halves", halves).with_platform(Platform::Lambda);
    /// assert_eq!(config.to_string(), "Halves");
    /// # Ok::<(), greenlight_core::traffic::InvalidRouting>(())
    /// ```
    #[must_use]
    pub fn custom(name: impl Into<String>, routing: TrafficRouting) -> Self {
        Self { name: name.into(), platform: Platform::Ecs, routing }
    }

    /// The same for another platform.
    #[must_use]
    pub fn with_platform(mut self, platform: Platform) -> Self {
        self.platform = platform;
        self
    }

    /// All traffic of an ECS service at once, `CodeDeployDefault.ECSAllAtOnce`.
    #[must_use]
    pub fn all_at_once() -> Self {
        Self::custom(ECS_ALL_AT_ONCE, TrafficRouting::AllAtOnce)
    }

    /// The service's own configuration of this name that shifts traffic, or none.
    #[must_use]
    pub fn built_in(name: &str) -> Option<Self> {
        Self::built_ins().find(|config| config.name == name)
    }

    /// All fourteen of the service's own configurations that shift traffic: five for ECS, nine for Lambda.
    pub fn built_ins() -> impl Iterator<Item = Self> {
        SHIFTING.iter().filter_map(|(platform, name, shift)| {
            let routing = shift.routing().ok()?;
            Some(Self::custom(format!("CodeDeployDefault.{name}"), routing).with_platform(*platform))
        })
    }

    /// The service's own configurations for deployments of one platform.
    pub fn built_ins_of(platform: Platform) -> impl Iterator<Item = Self> {
        Self::built_ins().filter(move |config| config.platform == platform)
    }
}

impl fmt::Display for DeploymentConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name)
    }
}
