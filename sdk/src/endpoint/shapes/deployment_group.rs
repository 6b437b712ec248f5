//! Inputs and outputs about deployment groups.

use serde::{Deserialize, Serialize};

use super::alarm::AlarmConfiguration;
use super::auto_rollback::AutoRollbackConfiguration;
use super::blue_green::{BlueGreenDeploymentConfiguration, DeploymentStyle};
use super::load_balancer::LoadBalancerInfo;
use super::revision::RevisionLocation;
use super::tag::Tag;
use crate::endpoint::wire::Time;

/// What a group is made with, and changed with. The two differ in how the group is named.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct DeploymentGroupInput {
    pub(crate) application_name: Option<String>,
    /// When it is made.
    pub(crate) deployment_group_name: Option<String>,
    /// When it is changed.
    pub(crate) current_deployment_group_name: Option<String>,
    /// When it is changed.
    pub(crate) new_deployment_group_name: Option<String>,
    pub(crate) deployment_config_name: Option<String>,
    pub(crate) service_role_arn: Option<String>,
    pub(crate) trigger_configurations: Option<Vec<TriggerConfig>>,
    pub(crate) alarm_configuration: Option<AlarmConfiguration>,
    pub(crate) auto_rollback_configuration: Option<AutoRollbackConfiguration>,
    pub(crate) outdated_instances_strategy: Option<String>,
    pub(crate) deployment_style: Option<DeploymentStyle>,
    pub(crate) blue_green_deployment_configuration: Option<BlueGreenDeploymentConfiguration>,
    pub(crate) load_balancer_info: Option<LoadBalancerInfo>,
    pub(crate) ecs_services: Option<Vec<EcsService>>,
    pub(crate) termination_hook_enabled: Option<bool>,
    /// When it is made.
    pub(crate) tags: Vec<Tag>,
}

/// For operations that are given the names of a group and nothing else.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct GroupNameInput {
    pub(crate) application_name: Option<String>,
    pub(crate) deployment_group_name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ListDeploymentGroupsInput {
    pub(crate) application_name: Option<String>,
    pub(crate) next_token: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct BatchGetDeploymentGroupsInput {
    pub(crate) application_name: Option<String>,
    pub(crate) deployment_group_names: Option<Vec<String>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateDeploymentGroupOutput {
    pub(crate) deployment_group_id: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetDeploymentGroupOutput {
    pub(crate) deployment_group_info: DeploymentGroupInfo,
}

/// Always empty: only groups with Auto Scaling have hooks to clean up, and none here has.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HooksNotCleanedUpOutput {
    pub(crate) hooks_not_cleaned_up: Vec<()>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListDeploymentGroupsOutput {
    pub(crate) application_name: String,
    pub(crate) deployment_groups: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BatchGetDeploymentGroupsOutput {
    pub(crate) deployment_groups_info: Vec<DeploymentGroupInfo>,
    /// Says which of the names are not those of groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error_message: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeploymentGroupInfo {
    pub(crate) application_name: String,
    pub(crate) deployment_group_id: String,
    pub(crate) deployment_group_name: String,
    pub(crate) deployment_config_name: String,
    pub(crate) service_role_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) target_revision: Option<RevisionLocation>,
    pub(crate) trigger_configurations: Vec<TriggerConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) alarm_configuration: Option<AlarmConfiguration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) auto_rollback_configuration: Option<AutoRollbackConfiguration>,
    pub(crate) deployment_style: DeploymentStyle,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) outdated_instances_strategy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) blue_green_deployment_configuration: Option<BlueGreenDeploymentConfiguration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) load_balancer_info: Option<LoadBalancerInfo>,
    pub(crate) ecs_services: Vec<EcsService>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_successful_deployment: Option<LastDeploymentInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_attempted_deployment: Option<LastDeploymentInfo>,
    pub(crate) compute_platform: String,
    pub(crate) termination_hook_enabled: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LastDeploymentInfo {
    pub(crate) deployment_id: String,
    pub(crate) status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end_time: Option<Time>,
    pub(crate) create_time: Time,
}

/// Who is told of what. Kept and given back: this endpoint publishes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct TriggerConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trigger_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trigger_target_arn: Option<String>,
    pub(crate) trigger_events: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct EcsService {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) service_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cluster_name: Option<String>,
}
