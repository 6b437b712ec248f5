//! What a configuration may say for its compute platform.

use greenlight_core::traffic::{self, MinimumHealthyHostsType};
use greenlight_core::{ComputePlatform, TrafficRouting};

use crate::endpoint::catalogue::{Rollout, Zonal};
use crate::endpoint::error::ServiceError;
use crate::endpoint::shapes::deployment_config::{MinimumHealthyHosts, TrafficRoutingConfig, ZonalConfig};

/// Reads the three parts, of which a platform has its own.
///
/// # Errors
///
/// `InvalidMinimumHealthyHostValueException`, `InvalidTrafficRoutingConfigurationException`,
/// `InvalidZonalDeploymentConfigurationException`.
pub(super) fn checked(
    platform: ComputePlatform,
    hosts: Option<MinimumHealthyHosts>,
    traffic: Option<TrafficRoutingConfig>,
    zonal: Option<ZonalConfig>,
) -> Result<Rollout, ServiceError> {
    let Some(platform) = platform.lifecycle() else {
        if traffic.is_some() {
            return Err(ServiceError::invalid_traffic_routing("the Server compute platform has none"));
        }
        let hosts = hosts.ok_or_else(|| {
            ServiceError::invalid_minimum_healthy_hosts("the Server compute platform needs it")
        })?;
        let hosts = healthy_hosts(&hosts).map_err(ServiceError::invalid_minimum_healthy_hosts)?;
        let zonal = zonal.map(read_zonal).transpose().map_err(ServiceError::invalid_zonal_config)?;
        return Ok(Rollout::Server { hosts, zonal });
    };
    if hosts.is_some() {
        return Err(ServiceError::invalid_minimum_healthy_hosts("only the Server compute platform has it"));
    }
    if zonal.is_some() {
        return Err(ServiceError::invalid_zonal_config("only the Server compute platform has it"));
    }
    let traffic = traffic.ok_or_else(|| {
        ServiceError::invalid_traffic_routing(format_args!("the {platform} compute platform needs it"))
    })?;
    Ok(Rollout::Shifting { platform, routing: routing(&traffic)? })
}

fn routing(traffic: &TrafficRoutingConfig) -> Result<TrafficRouting, ServiceError> {
    let invalid = |why: &str| ServiceError::invalid_traffic_routing(why);
    // A negative number is out of range, as zero is.
    let number = |number: i64| u64::try_from(number).unwrap_or(0);
    let read = match (traffic.kind.as_deref(), &traffic.time_based_canary, &traffic.time_based_linear) {
        (Some("AllAtOnce"), None, None) => Ok(TrafficRouting::AllAtOnce),
        (Some("TimeBasedCanary"), Some(canary), None) => {
            TrafficRouting::canary(number(canary.canary_percentage), number(canary.canary_interval))
        }
        (Some("TimeBasedLinear"), None, Some(linear)) => {
            TrafficRouting::linear(number(linear.linear_percentage), number(linear.linear_interval))
        }
        (Some("AllAtOnce"), ..) => return Err(invalid("AllAtOnce has no intervals")),
        (Some("TimeBasedCanary"), ..) => return Err(invalid("TimeBasedCanary needs timeBasedCanary alone")),
        (Some("TimeBasedLinear"), ..) => return Err(invalid("TimeBasedLinear needs timeBasedLinear alone")),
        (other, ..) => {
            let other = other.unwrap_or_default();
            let why = format!("{other:?} is not a type: use TimeBasedCanary, TimeBasedLinear, or AllAtOnce");
            return Err(invalid(&why));
        }
    };
    read.map_err(ServiceError::invalid_traffic_routing)
}

fn healthy_hosts(given: &MinimumHealthyHosts) -> Result<traffic::MinimumHealthyHosts, &'static str> {
    let kind = match given.of.as_deref() {
        Some("HOST_COUNT") => MinimumHealthyHostsType::HostCount,
        Some("FLEET_PERCENT") => MinimumHealthyHostsType::FleetPercent,
        _ => return Err("its type must be HOST_COUNT or FLEET_PERCENT"),
    };
    let value = given.value.and_then(|value| u32::try_from(value).ok());
    let value = value.ok_or("its value must be a whole number, and not negative")?;
    if kind == MinimumHealthyHostsType::FleetPercent && value > 99 {
        return Err("its value must be at most 99 percent, so that there is an instance to deploy to");
    }
    Ok(traffic::MinimumHealthyHosts { kind, value })
}

fn read_zonal(given: ZonalConfig) -> Result<Zonal, &'static str> {
    let seconds = |given: Option<i64>| {
        given.map(u64::try_from).transpose().map_err(|_| "its durations must not be negative")
    };
    let per_zone = given.minimum_healthy_hosts_per_zone.as_ref().map(healthy_hosts);
    Ok(Zonal {
        first_zone_monitor_seconds: seconds(given.first_zone_monitor_duration_in_seconds)?,
        monitor_seconds: seconds(given.monitor_duration_in_seconds)?,
        hosts_per_zone: per_zone.transpose()?,
    })
}
