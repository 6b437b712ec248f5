//! Automatic rollbacks, of a group or of one deployment.

use greenlight_core::AutoRollbackEvent;

use crate::endpoint::catalogue::deployment_group::AutoRollbackSettings;
use crate::endpoint::error::ServiceError;
use crate::endpoint::shapes::auto_rollback::AutoRollbackConfiguration;

/// When to roll back, if that can be said so.
///
/// # Errors
///
/// `InvalidAutoRollbackConfigException`.
pub(crate) fn read(given: AutoRollbackConfiguration) -> Result<AutoRollbackSettings, ServiceError> {
    let mut events = Vec::new();
    for event in &given.events {
        let read = event.parse::<AutoRollbackEvent>().map_err(|_| {
            let known: Vec<&str> = AutoRollbackEvent::ALL.iter().map(|event| event.as_str()).collect();
            ServiceError::invalid_auto_rollback_config(format!(
                "{event:?} is not an event of automatic rollbacks: use {}.",
                known.join(", ")
            ))
        })?;
        if !events.contains(&read) {
            events.push(read);
        }
    }
    if given.enabled && events.is_empty() {
        return Err(ServiceError::invalid_auto_rollback_config(
            "Automatic rollbacks are enabled, and there is no event for them. Name at least one, or disable them.",
        ));
    }
    Ok(AutoRollbackSettings { enabled: given.enabled, events })
}

/// When to roll back, as it is answered.
pub(crate) fn write(settings: &AutoRollbackSettings) -> AutoRollbackConfiguration {
    AutoRollbackConfiguration {
        enabled: settings.enabled,
        events: settings.events.iter().map(ToString::to_string).collect(),
    }
}
