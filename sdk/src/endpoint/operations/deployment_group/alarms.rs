//! Alarms, of a group or of one deployment.

use std::collections::BTreeSet;

use crate::endpoint::catalogue::deployment_group::Alarms;
use crate::endpoint::error::ServiceError;
use crate::endpoint::limits;
use crate::endpoint::shapes::alarm::{Alarm, AlarmConfiguration};

/// The alarms, if they can be watched.
///
/// # Errors
///
/// `InvalidAlarmConfigException`, `AlarmsLimitExceededException`.
pub(crate) fn read(given: AlarmConfiguration) -> Result<Alarms, ServiceError> {
    let invalid = |why: &str| Err(ServiceError::invalid_alarm_config(why));
    let names: Vec<String> = given.alarms.into_iter().map(|alarm| alarm.name.unwrap_or_default()).collect();
    if given.enabled && names.is_empty() {
        return invalid("Alarms are enabled, and there is none. Name at least one, or disable them.");
    }
    if names.iter().any(String::is_empty) {
        return invalid("An alarm must have a name.");
    }
    if names.iter().any(|name| name.chars().count() > limits::ALARM_NAME_CHARACTERS) {
        return Err(ServiceError::invalid_alarm_config(format!(
            "The name of an alarm can have at most {} characters.",
            limits::ALARM_NAME_CHARACTERS
        )));
    }
    if names.iter().collect::<BTreeSet<_>>().len() < names.len() {
        return invalid("An alarm is there twice.");
    }
    if names.len() > limits::ALARMS_PER_GROUP {
        return Err(ServiceError::alarms_limit_exceeded(limits::ALARMS_PER_GROUP));
    }
    Ok(Alarms { enabled: given.enabled, ignore_poll_failure: given.ignore_poll_alarm_failure, names })
}

/// The alarms as they are answered.
pub(crate) fn write(alarms: &Alarms) -> AlarmConfiguration {
    AlarmConfiguration {
        enabled: alarms.enabled,
        ignore_poll_alarm_failure: alarms.ignore_poll_failure,
        alarms: alarms.names.iter().map(|name| Alarm { name: Some(name.clone()) }).collect(),
    }
}
