//! Errors of tags and of the ARNs that say what is tagged.

use super::ServiceError;
use crate::endpoint::arn::InvalidArn;

impl ServiceError {
    /// `ResourceArn` is absent or empty.
    pub(crate) fn resource_arn_required() -> Self {
        Self::modelled("ResourceArnRequiredException", "The ARN of a resource must be specified.")
    }

    /// The text is not the ARN of something here.
    pub(crate) fn invalid_arn(arn: &str, why: InvalidArn) -> Self {
        Self::modelled("InvalidArnException", format!("{arn:?} is not a valid ARN: {why}."))
    }

    /// The ARN is one of something that has no tags.
    pub(crate) fn arn_not_supported(arn: &str) -> Self {
        Self::modelled(
            "ArnNotSupportedException",
            format!("{arn:?} cannot be tagged: use the ARN of an application or of a deployment group."),
        )
    }

    /// No tags, or no keys of tags.
    pub(crate) fn tag_required() -> Self {
        Self::modelled("TagRequiredException", "A tag must be specified.")
    }

    /// A tag breaks the rules of tags; `why` says which.
    pub(crate) fn invalid_tags_to_add(why: &str) -> Self {
        Self::modelled("InvalidTagsToAddException", format!("The tags cannot be added: {why}."))
    }
}
