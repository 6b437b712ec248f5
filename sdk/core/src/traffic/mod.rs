//! Traffic configurations: how production requests move from the original task set to the replacement.
//!
//! The service's built-in configurations are in [`DeploymentConfig::built_in`]; custom ones are linear or canary.

mod config;
mod percent;
mod routing;

pub use config::{DeploymentConfig, ECS_ALL_AT_ONCE, LAMBDA_ALL_AT_ONCE};
pub use percent::{InvalidPercent, Percent};
pub use routing::{InvalidRouting, TrafficRouting};
