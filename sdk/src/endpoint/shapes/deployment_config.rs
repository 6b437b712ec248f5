//! Inputs and outputs about deployment configurations.

use greenlight_core::{TrafficRouting, traffic};
use serde::{Deserialize, Serialize};

use crate::endpoint::catalogue::{DeploymentConfig, Rollout, Zonal};
use crate::endpoint::wire::Time;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct CreateDeploymentConfigInput {
    pub(crate) deployment_config_name: Option<String>,
    pub(crate) minimum_healthy_hosts: Option<MinimumHealthyHosts>,
    pub(crate) traffic_routing_config: Option<TrafficRoutingConfig>,
    pub(crate) compute_platform: Option<String>,
    pub(crate) zonal_config: Option<ZonalConfig>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateDeploymentConfigOutput {
    pub(crate) deployment_config_id: String,
}

/// For operations that are given a configuration's name and nothing else.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct DeploymentConfigNameInput {
    pub(crate) deployment_config_name: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetDeploymentConfigOutput {
    pub(crate) deployment_config_info: DeploymentConfigInfo,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ListDeploymentConfigsInput {
    pub(crate) next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListDeploymentConfigsOutput {
    pub(crate) deployment_configs_list: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeploymentConfigInfo {
    pub(crate) deployment_config_id: String,
    pub(crate) deployment_config_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) minimum_healthy_hosts: Option<MinimumHealthyHosts>,
    pub(crate) create_time: Time,
    pub(crate) compute_platform: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) traffic_routing_config: Option<TrafficRoutingConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) zonal_config: Option<ZonalConfig>,
}

/// Of the fleet, or of a zone.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct MinimumHealthyHosts {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(crate) of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<i64>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct TrafficRoutingConfig {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time_based_canary: Option<TimeBasedCanary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time_based_linear: Option<TimeBasedLinear>,
}

/// Intervals are in minutes.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct TimeBasedCanary {
    pub(crate) canary_percentage: i64,
    pub(crate) canary_interval: i64,
}

/// Intervals are in minutes.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct TimeBasedLinear {
    pub(crate) linear_percentage: i64,
    pub(crate) linear_interval: i64,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ZonalConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) first_zone_monitor_duration_in_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) monitor_duration_in_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) minimum_healthy_hosts_per_zone: Option<MinimumHealthyHosts>,
}

impl From<DeploymentConfig> for DeploymentConfigInfo {
    fn from(config: DeploymentConfig) -> Self {
        let (hosts, zonal) = match &config.rollout {
            Rollout::Server { hosts, zonal } => (Some((*hosts).into()), zonal.as_ref().map(Into::into)),
            Rollout::Shifting { .. } => (None, None),
        };
        Self {
            compute_platform: config.platform().to_string(),
            traffic_routing_config: config.routing().map(Into::into),
            deployment_config_id: config.id,
            deployment_config_name: config.name,
            minimum_healthy_hosts: hosts,
            create_time: config.created.into(),
            zonal_config: zonal,
        }
    }
}

impl From<traffic::MinimumHealthyHosts> for MinimumHealthyHosts {
    fn from(hosts: traffic::MinimumHealthyHosts) -> Self {
        Self { of: Some(hosts.kind.to_string()), value: Some(hosts.value.into()) }
    }
}

impl From<&Zonal> for ZonalConfig {
    fn from(zonal: &Zonal) -> Self {
        let seconds = |seconds: Option<u64>| seconds.and_then(|seconds| i64::try_from(seconds).ok());
        Self {
            first_zone_monitor_duration_in_seconds: seconds(zonal.first_zone_monitor_seconds),
            monitor_duration_in_seconds: seconds(zonal.monitor_seconds),
            minimum_healthy_hosts_per_zone: zonal.hosts_per_zone.map(Into::into),
        }
    }
}

impl From<TrafficRouting> for TrafficRoutingConfig {
    fn from(routing: TrafficRouting) -> Self {
        let minutes =
            |interval: std::time::Duration| i64::try_from(interval.as_secs() / 60).unwrap_or(i64::MAX);
        let (mut canary, mut linear) = (None, None);
        match routing {
            TrafficRouting::Canary { percentage, interval, .. } => {
                let canary_percentage = percentage.get().into();
                canary = Some(TimeBasedCanary { canary_percentage, canary_interval: minutes(interval) });
            }
            TrafficRouting::Linear { percentage, interval, .. } => {
                let linear_percentage = percentage.get().into();
                linear = Some(TimeBasedLinear { linear_percentage, linear_interval: minutes(interval) });
            }
            _ => {}
        }
        Self { kind: Some(routing.kind().to_string()), time_based_canary: canary, time_based_linear: linear }
    }
}
