//! Traffic configurations: how production requests move from the original task set to the replacement.
//!
//! The service's own configurations are in [`DeploymentConfig::built_in`], those for servers too in
//! [`BuiltInConfig`]; custom ones are linear or canary.

mod built_in;
mod config;
mod minimum_healthy_hosts;
mod percent;
mod routing;

pub use built_in::BuiltInConfig;
pub use config::{DeploymentConfig, ECS_ALL_AT_ONCE, LAMBDA_ALL_AT_ONCE};
pub use minimum_healthy_hosts::{MinimumHealthyHosts, MinimumHealthyHostsType};
pub use percent::{InvalidPercent, Percent};
pub use routing::{InvalidRouting, TrafficRouting, TrafficRoutingType};
