//! Errors of revisions.

use super::ServiceError;

impl ServiceError {
    /// No revision is named.
    pub(crate) fn revision_required() -> Self {
        Self::modelled("RevisionRequiredException", "A revision must be specified.")
    }

    /// What is given is not a revision that can be deployed; `why` says what is wrong, as a whole sentence.
    pub(crate) fn invalid_revision(why: impl Into<String>) -> Self {
        Self::modelled("InvalidRevisionException", why)
    }

    /// The revision is not registered, or its text is not there.
    pub(crate) fn revision_does_not_exist(revision: impl std::fmt::Display) -> Self {
        Self::modelled("RevisionDoesNotExistException", format!("No revision found: {revision}"))
    }

    /// A description has too many characters.
    pub(crate) fn description_too_long(limit: usize) -> Self {
        Self::modelled(
            "DescriptionTooLongException",
            format!("A description can have at most {limit} characters."),
        )
    }

    /// `sortBy` is none of the three.
    pub(crate) fn invalid_sort_by(given: &str) -> Self {
        Self::modelled(
            "InvalidSortByException",
            format!(
                "{given:?} is not something to sort by: use registerTime, firstUsedTime or lastUsedTime."
            ),
        )
    }

    /// `sortOrder` is neither of the two.
    pub(crate) fn invalid_sort_order(given: &str) -> Self {
        Self::modelled(
            "InvalidSortOrderException",
            format!("{given:?} is not an order: use ascending or descending."),
        )
    }

    /// `s3Bucket` cannot be the name of a bucket.
    pub(crate) fn invalid_bucket_name_filter(given: &str) -> Self {
        Self::modelled("InvalidBucketNameFilterException", format!("{given:?} is not the name of a bucket."))
    }

    /// `s3KeyPrefix` cannot be the begin of a key.
    pub(crate) fn invalid_key_prefix_filter() -> Self {
        Self::modelled("InvalidKeyPrefixFilterException", "A key prefix must not be empty.")
    }

    /// `s3KeyPrefix` without `s3Bucket`.
    pub(crate) fn bucket_name_filter_required() -> Self {
        Self::modelled(
            "BucketNameFilterRequiredException",
            "A key prefix can be used only together with a bucket name.",
        )
    }

    /// `deployed` is none of the three.
    pub(crate) fn invalid_deployed_state_filter(given: &str) -> Self {
        Self::modelled(
            "InvalidDeployedStateFilterException",
            format!("{given:?} is not a state to list by: use include, exclude or ignore."),
        )
    }
}
