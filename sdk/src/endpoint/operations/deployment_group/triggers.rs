//! Triggers: checked, kept and given back.

use crate::endpoint::error::ServiceError;
use crate::endpoint::limits;
use crate::endpoint::shapes::deployment_group::TriggerConfig;

/// What can be published, as the service's model has it.
const EVENTS: [&str; 10] = [
    "DeploymentStart",
    "DeploymentSuccess",
    "DeploymentFailure",
    "DeploymentStop",
    "DeploymentRollback",
    "DeploymentReady",
    "InstanceStart",
    "InstanceSuccess",
    "InstanceFailure",
    "InstanceReady",
];

/// The triggers, if each is one.
///
/// # Errors
///
/// `InvalidTriggerConfigException`, `TriggerTargetsLimitExceededException`.
pub(super) fn read(given: Vec<TriggerConfig>) -> Result<Vec<TriggerConfig>, ServiceError> {
    if given.len() > limits::TRIGGERS_PER_GROUP {
        return Err(ServiceError::trigger_targets_limit_exceeded(limits::TRIGGERS_PER_GROUP));
    }
    for trigger in &given {
        let Some(name) = trigger.trigger_name.as_deref().filter(|name| !name.is_empty()) else {
            return Err(ServiceError::invalid_trigger_config("A trigger must have a name."));
        };
        if !trigger
            .trigger_target_arn
            .as_deref()
            .is_some_and(|arn| arn.starts_with("arn:") && arn.contains(":sns:"))
        {
            return Err(ServiceError::invalid_trigger_config(format!(
                "The trigger {name} must have the ARN of an SNS topic as its target."
            )));
        }
        if trigger.trigger_events.is_empty() {
            return Err(ServiceError::invalid_trigger_config(format!(
                "The trigger {name} must have an event."
            )));
        }
        if let Some(other) = trigger.trigger_events.iter().find(|event| !EVENTS.contains(&event.as_str())) {
            return Err(ServiceError::invalid_trigger_config(format!(
                "{other:?} is not an event of triggers: use {}.",
                EVENTS.join(", ")
            )));
        }
    }
    Ok(given)
}
