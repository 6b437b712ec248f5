//! The service's quotas, as its user guide and its model have them.

use super::error::ServiceError;

/// Applications of an account.
pub(crate) const APPLICATIONS: usize = 1000;
/// Deployment groups of an application.
pub(crate) const GROUPS_PER_APPLICATION: usize = 1000;
/// Deployments under way in an account. Older guides have 100.
pub(crate) const ACTIVE_DEPLOYMENTS: usize = 1000;
/// Triggers of a deployment group.
pub(crate) const TRIGGERS_PER_GROUP: usize = 10;
/// Alarms of a deployment group.
pub(crate) const ALARMS_PER_GROUP: usize = 10;
/// Characters of an alarm's name.
pub(crate) const ALARM_NAME_CHARACTERS: usize = 255;
/// Minutes of the ready wait, and of the termination wait.
pub(crate) const WAIT_MINUTES: u64 = 2880;
/// Characters of the description of a deployment or revision.
pub(crate) const DESCRIPTION_CHARACTERS: usize = 256;
/// Custom deployment configurations of an account.
pub(crate) const CUSTOM_CONFIGS: usize = 200;
/// Tags of a resource.
pub(crate) const TAGS_PER_RESOURCE: usize = 50;
/// Characters of a tag's key.
pub(crate) const TAG_KEY_CHARACTERS: usize = 128;
/// Characters of a tag's value.
pub(crate) const TAG_VALUE_CHARACTERS: usize = 256;
/// Names in a batch call, but for those with a limit of their own.
pub(crate) const BATCH: usize = 100;
/// Deployments in a batch call.
pub(crate) const BATCH_DEPLOYMENTS: usize = 25;
/// Revisions in a batch call.
pub(crate) const BATCH_REVISIONS: usize = 25;
/// Targets in a batch call.
pub(crate) const BATCH_TARGETS: usize = 25;

/// Whether a batch call names at most `limit` things.
///
/// # Errors
///
/// `BatchLimitExceededException`.
pub(crate) fn check_batch(given: usize, limit: usize) -> Result<(), ServiceError> {
    if given > limit { Err(ServiceError::batch_limit_exceeded(limit, given)) } else { Ok(()) }
}
