//! Inputs and outputs about applications.

use serde::{Deserialize, Serialize};

use super::tag::Tag;
use crate::endpoint::catalogue::Application;
use crate::endpoint::wire::Time;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct CreateApplicationInput {
    pub(crate) application_name: Option<String>,
    pub(crate) compute_platform: Option<String>,
    pub(crate) tags: Vec<Tag>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateApplicationOutput {
    pub(crate) application_id: String,
}

/// For operations that are given an application's name and nothing else.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ApplicationNameInput {
    pub(crate) application_name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct UpdateApplicationInput {
    pub(crate) application_name: Option<String>,
    pub(crate) new_application_name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ListApplicationsInput {
    pub(crate) next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListApplicationsOutput {
    pub(crate) applications: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_token: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct BatchGetApplicationsInput {
    pub(crate) application_names: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BatchGetApplicationsOutput {
    pub(crate) applications_info: Vec<ApplicationInfo>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetApplicationOutput {
    pub(crate) application: ApplicationInfo,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApplicationInfo {
    pub(crate) application_id: String,
    pub(crate) application_name: String,
    pub(crate) create_time: Time,
    /// Always false: there are no connections to GitHub here.
    #[serde(rename = "linkedToGitHub")]
    pub(crate) linked_to_git_hub: bool,
    pub(crate) compute_platform: String,
}

impl From<&Application> for ApplicationInfo {
    fn from(application: &Application) -> Self {
        Self {
            application_id: application.id.clone(),
            application_name: application.name.clone(),
            create_time: application.created.into(),
            linked_to_git_hub: false,
            compute_platform: application.platform.to_string(),
        }
    }
}
