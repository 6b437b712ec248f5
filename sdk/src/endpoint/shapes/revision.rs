//! Inputs and outputs about revisions.

use serde::{Deserialize, Serialize};

use crate::endpoint::wire::Time;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct RevisionLocation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) revision_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) s3_location: Option<S3Location>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) git_hub_location: Option<serde_json::Value>,
    /// The older form of an AppSpec's text, for Lambda.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) string: Option<Content>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) app_spec_content: Option<Content>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct S3Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bucket: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bundle_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) e_tag: Option<String>,
}

/// A text and its digest, one of which may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Content {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sha256: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct RegisterApplicationRevisionInput {
    pub(crate) application_name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) revision: Option<RevisionLocation>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct GetApplicationRevisionInput {
    pub(crate) application_name: Option<String>,
    pub(crate) revision: Option<RevisionLocation>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct BatchGetApplicationRevisionsInput {
    pub(crate) application_name: Option<String>,
    pub(crate) revisions: Option<Vec<RevisionLocation>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ListApplicationRevisionsInput {
    pub(crate) application_name: Option<String>,
    pub(crate) sort_by: Option<String>,
    pub(crate) sort_order: Option<String>,
    pub(crate) s3_bucket: Option<String>,
    pub(crate) s3_key_prefix: Option<String>,
    pub(crate) deployed: Option<String>,
    pub(crate) next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetApplicationRevisionOutput {
    pub(crate) application_name: String,
    pub(crate) revision: RevisionLocation,
    pub(crate) revision_info: GenericRevisionInfo,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BatchGetApplicationRevisionsOutput {
    pub(crate) application_name: String,
    pub(crate) revisions: Vec<RevisionInfo>,
    /// Says which of the revisions are not registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error_message: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListApplicationRevisionsOutput {
    pub(crate) revisions: Vec<RevisionLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RevisionInfo {
    pub(crate) revision_location: RevisionLocation,
    pub(crate) generic_revision_info: GenericRevisionInfo,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GenericRevisionInfo {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    /// Names of the groups to which it was deployed last.
    pub(crate) deployment_groups: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) first_used_time: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_used_time: Option<Time>,
    pub(crate) register_time: Time,
}
