//! The service's quotas, as its user guide and its model have them.

use super::error::ServiceError;

/// Applications of an account.
pub(crate) const APPLICATIONS: usize = 1000;
/// Deployment groups of an application.
pub(crate) const GROUPS_PER_APPLICATION: usize = 1000;
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

/// Whether a batch call names at most `limit` things.
///
/// # Errors
///
/// `BatchLimitExceededException`.
pub(crate) fn check_batch(given: usize, limit: usize) -> Result<(), ServiceError> {
    if given > limit { Err(ServiceError::batch_limit_exceeded(limit, given)) } else { Ok(()) }
}
