//! The style of deployments, and the two waits.

use std::time::Duration;

use greenlight_core::lifecycle::{InstanceAction, ReadyAction, ReadyWait, Termination};
use greenlight_core::{ComputePlatform, DeploymentOption, DeploymentType};

use crate::endpoint::catalogue::deployment_group::EcsTarget;
use crate::endpoint::error::ServiceError;
use crate::endpoint::limits;
use crate::endpoint::shapes::blue_green::{
    BlueGreenDeploymentConfiguration, BlueInstanceTerminationOption, DeploymentReadyOption, DeploymentStyle,
};

/// Whether the style is the only one of ECS and Lambda. A new group must say so, because without it the service takes
/// the style of EC2.
///
/// # Errors
///
/// `InvalidDeploymentStyleException`.
pub(super) fn check_style(
    platform: ComputePlatform,
    given: Option<DeploymentStyle>,
    exists: bool,
) -> Result<(), ServiceError> {
    match given {
        None if exists => Ok(()),
        Some(given) if given == style() => Ok(()),
        _ => Err(ServiceError::invalid_deployment_style(platform.as_str())),
    }
}

/// The style of all deployments here.
pub(crate) fn style() -> DeploymentStyle {
    DeploymentStyle {
        deployment_type: Some(DeploymentType::BlueGreen.to_string()),
        deployment_option: Some(DeploymentOption::WithTrafficControl.to_string()),
    }
}

/// The waits of a group: as given, or as they were. Lambda has none.
///
/// # Errors
///
/// `InvalidBlueGreenDeploymentConfigurationException`.
pub(super) fn read(
    platform: ComputePlatform,
    given: Option<BlueGreenDeploymentConfiguration>,
    was: Option<&EcsTarget>,
) -> Result<Option<(ReadyWait, Termination)>, ServiceError> {
    let invalid = |why: &str| Err(ServiceError::invalid_blue_green_configuration(why));
    if platform == ComputePlatform::Lambda {
        return match given {
            Some(_) => invalid("A blue/green configuration cannot be set for the Lambda compute platform."),
            None => Ok(None),
        };
    }
    let given = match (given, was) {
        (Some(given), _) => given,
        (None, Some(was)) => return Ok(Some((was.ready, was.termination))),
        (None, None) => {
            return invalid("A blue/green configuration must be specified for the ECS compute platform.");
        }
    };
    if given.green_fleet_provisioning_option.is_some() {
        return invalid("A green fleet provisioning option is for the Server compute platform alone.");
    }
    let ready = match given.deployment_ready_option {
        Some(option) => ready(&option)?,
        None => was.map(|was| was.ready).unwrap_or_default(),
    };
    let termination = match given.terminate_blue_instances_on_deployment_success {
        Some(option) => termination(&option)?,
        None => was.map_or(Termination::Terminate(Duration::ZERO), |was| was.termination),
    };
    Ok(Some((ready, termination)))
}

/// The waits as they are answered.
pub(crate) fn write(ready: ReadyWait, termination: Termination) -> BlueGreenDeploymentConfiguration {
    let (action, wait) = match termination {
        Termination::Terminate(wait) => (InstanceAction::Terminate, wait),
        Termination::KeepAlive => (InstanceAction::KeepAlive, Duration::ZERO),
    };
    BlueGreenDeploymentConfiguration {
        terminate_blue_instances_on_deployment_success: Some(BlueInstanceTerminationOption {
            action: Some(action.to_string()),
            termination_wait_time_in_minutes: minutes(wait),
        }),
        deployment_ready_option: Some(DeploymentReadyOption {
            action_on_timeout: Some(ready.action.to_string()),
            wait_time_in_minutes: minutes(ready.wait),
        }),
        green_fleet_provisioning_option: None,
    }
}

fn ready(given: &DeploymentReadyOption) -> Result<ReadyWait, ServiceError> {
    let action = match given.action_on_timeout.as_deref() {
        None => ReadyAction::default(),
        Some(action) => action.parse().map_err(|_| {
            ServiceError::invalid_blue_green_configuration(format!(
                "{action:?} is not an action on time-out: use CONTINUE_DEPLOYMENT or STOP_DEPLOYMENT."
            ))
        })?,
    };
    Ok(ReadyWait { action, wait: wait("waitTimeInMinutes", given.wait_time_in_minutes)? })
}

fn termination(given: &BlueInstanceTerminationOption) -> Result<Termination, ServiceError> {
    let wait = wait("terminationWaitTimeInMinutes", given.termination_wait_time_in_minutes)?;
    let action = match given.action.as_deref() {
        None => InstanceAction::Terminate,
        Some(action) => action.parse().map_err(|_| {
            ServiceError::invalid_blue_green_configuration(format!(
                "{action:?} is not an action for the original task set: use TERMINATE or KEEP_ALIVE."
            ))
        })?,
    };
    Ok(match action {
        InstanceAction::Terminate => Termination::Terminate(wait),
        InstanceAction::KeepAlive => Termination::KeepAlive,
    })
}

fn wait(member: &str, minutes: i64) -> Result<Duration, ServiceError> {
    let allowed = u64::try_from(minutes).ok().filter(|minutes| *minutes <= limits::WAIT_MINUTES);
    let minutes = allowed.ok_or_else(|| {
        ServiceError::invalid_blue_green_configuration(format!(
            "{member} is {minutes}, and must be from 0 to {}.",
            limits::WAIT_MINUTES
        ))
    })?;
    Ok(Duration::from_secs(minutes * 60))
}

fn minutes(wait: Duration) -> i64 {
    i64::try_from(wait.as_secs() / 60).unwrap_or(i64::MAX)
}
