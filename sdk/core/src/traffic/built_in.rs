//! All seventeen deployment configurations that the service has of its own (section "predefined deployment
//! configurations" of its user guide).

use std::fmt;

use super::{DeploymentConfig, InvalidRouting, MinimumHealthyHosts, MinimumHealthyHostsType, TrafficRouting};
use crate::ComputePlatform;
use crate::lifecycle::Platform;

/// A configuration of the service's own, for whatever platform: what `ListDeploymentConfigs` names and
/// `GetDeploymentConfig` shows.
///
/// ```
/// use greenlight_core::ComputePlatform;
/// use greenlight_core::traffic::BuiltInConfig;
///
/// assert_eq!(BuiltInConfig::all().count(), 17);
/// let config = BuiltInConfig::named("CodeDeployDefault.HalfAtATime").unwrap();
/// assert_eq!(config.compute_platform(), ComputePlatform::Server);
/// assert_eq!(config.minimum_healthy_hosts().unwrap().to_string(), "50 FLEET_PERCENT");
/// assert_eq!(config.routing(), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuiltInConfig {
    /// For ECS or Lambda.
    Shifting(DeploymentConfig),
    /// For instances of EC2 or on premises.
    Server {
        /// Its name.
        name: String,
        /// How many instances stay in service.
        minimum_healthy_hosts: MinimumHealthyHosts,
    },
}

impl BuiltInConfig {
    /// All of them: those for servers, for ECS and for Lambda.
    pub fn all() -> impl Iterator<Item = Self> {
        let server = SERVER.iter().map(|(name, kind, value)| Self::Server {
            name: format!("CodeDeployDefault.{name}"),
            minimum_healthy_hosts: MinimumHealthyHosts { kind: *kind, value: *value },
        });
        server.chain(DeploymentConfig::built_ins().map(Self::Shifting))
    }

    /// The one of this name, or none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|config| config.name() == name)
    }

    /// Its name, `CodeDeployDefault.` and what it does.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Shifting(config) => &config.name,
            Self::Server { name, .. } => name,
        }
    }

    /// For which platform it is.
    #[must_use]
    pub fn compute_platform(&self) -> ComputePlatform {
        match self {
            Self::Shifting(config) => config.platform.into(),
            Self::Server { .. } => ComputePlatform::Server,
        }
    }

    /// How it shifts traffic, if it does.
    #[must_use]
    pub const fn routing(&self) -> Option<TrafficRouting> {
        match self {
            Self::Shifting(config) => Some(config.routing),
            Self::Server { .. } => None,
        }
    }

    /// How many instances it keeps in service, where there are instances.
    #[must_use]
    pub const fn minimum_healthy_hosts(&self) -> Option<MinimumHealthyHosts> {
        match self {
            Self::Shifting(_) => None,
            Self::Server { minimum_healthy_hosts, .. } => Some(*minimum_healthy_hosts),
        }
    }
}

impl fmt::Display for BuiltInConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How a configuration of the table shifts: a share in percent, a time in minutes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shift {
    AllAtOnce,
    Canary(u64, u64),
    Linear(u64, u64),
}

impl Shift {
    pub(super) fn routing(self) -> Result<TrafficRouting, InvalidRouting> {
        match self {
            Self::AllAtOnce => Ok(TrafficRouting::AllAtOnce),
            Self::Canary(percentage, minutes) => TrafficRouting::canary(percentage, minutes),
            Self::Linear(percentage, minutes) => TrafficRouting::linear(percentage, minutes),
        }
    }
}

pub(super) const SHIFTING: [(Platform, &str, Shift); 14] = [
    (Platform::Ecs, "ECSAllAtOnce", Shift::AllAtOnce),
    (Platform::Ecs, "ECSLinear10PercentEvery1Minutes", Shift::Linear(10, 1)),
    (Platform::Ecs, "ECSLinear10PercentEvery3Minutes", Shift::Linear(10, 3)),
    (Platform::Ecs, "ECSCanary10Percent5Minutes", Shift::Canary(10, 5)),
    (Platform::Ecs, "ECSCanary10Percent15Minutes", Shift::Canary(10, 15)),
    (Platform::Lambda, "LambdaAllAtOnce", Shift::AllAtOnce),
    (Platform::Lambda, "LambdaCanary10Percent5Minutes", Shift::Canary(10, 5)),
    (Platform::Lambda, "LambdaCanary10Percent10Minutes", Shift::Canary(10, 10)),
    (Platform::Lambda, "LambdaCanary10Percent15Minutes", Shift::Canary(10, 15)),
    (Platform::Lambda, "LambdaCanary10Percent30Minutes", Shift::Canary(10, 30)),
    (Platform::Lambda, "LambdaLinear10PercentEvery1Minute", Shift::Linear(10, 1)),
    (Platform::Lambda, "LambdaLinear10PercentEvery2Minutes", Shift::Linear(10, 2)),
    (Platform::Lambda, "LambdaLinear10PercentEvery3Minutes", Shift::Linear(10, 3)),
    (Platform::Lambda, "LambdaLinear10PercentEvery10Minutes", Shift::Linear(10, 10)),
];

/// Those for servers. That of `OneAtATime` is in the service's API reference (`MinimumHealthyHosts`), the other two
/// are what their descriptions say.
const SERVER: [(&str, MinimumHealthyHostsType, u32); 3] = [
    ("OneAtATime", MinimumHealthyHostsType::MostConcurrency, 1),
    ("HalfAtATime", MinimumHealthyHostsType::FleetPercent, 50),
    ("AllAtOnce", MinimumHealthyHostsType::FleetPercent, 0),
];
