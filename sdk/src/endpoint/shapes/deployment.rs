//! Inputs and outputs about deployments.

use serde::{Deserialize, Serialize};

use super::alarm::AlarmConfiguration;
use super::auto_rollback::AutoRollbackConfiguration;
use super::blue_green::{BlueGreenDeploymentConfiguration, DeploymentStyle};
use super::load_balancer::LoadBalancerInfo;
use super::revision::RevisionLocation;
use crate::endpoint::wire::Time;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct CreateDeploymentInput {
    pub(crate) application_name: Option<String>,
    pub(crate) deployment_group_name: Option<String>,
    pub(crate) revision: Option<RevisionLocation>,
    pub(crate) deployment_config_name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) ignore_application_stop_failures: Option<bool>,
    pub(crate) target_instances: Option<serde_json::Value>,
    pub(crate) auto_rollback_configuration: Option<AutoRollbackConfiguration>,
    pub(crate) update_outdated_instances_only: Option<bool>,
    pub(crate) file_exists_behavior: Option<String>,
    pub(crate) deployment_mode: Option<String>,
    pub(crate) override_alarm_configuration: Option<AlarmConfiguration>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateDeploymentOutput {
    pub(crate) deployment_id: String,
}

/// For operations that are given a deployment's id and nothing else.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct DeploymentIdInput {
    pub(crate) deployment_id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct BatchGetDeploymentsInput {
    pub(crate) deployment_ids: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ListDeploymentsInput {
    pub(crate) application_name: Option<String>,
    pub(crate) deployment_group_name: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) include_only_statuses: Vec<String>,
    pub(crate) create_time_range: TimeRange,
    pub(crate) next_token: Option<String>,
}

/// Both ends belong to it, and either may be open.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct TimeRange {
    pub(crate) start: Option<Time>,
    pub(crate) end: Option<Time>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct StopDeploymentInput {
    pub(crate) deployment_id: Option<String>,
    pub(crate) auto_rollback_enabled: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ContinueDeploymentInput {
    pub(crate) deployment_id: Option<String>,
    pub(crate) deployment_wait_type: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetDeploymentOutput {
    pub(crate) deployment_info: DeploymentInfo,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BatchGetDeploymentsOutput {
    pub(crate) deployments_info: Vec<DeploymentInfo>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListDeploymentsOutput {
    pub(crate) deployments: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StopDeploymentOutput {
    pub(crate) status: &'static str,
    pub(crate) status_message: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeploymentInfo {
    pub(crate) application_name: String,
    pub(crate) deployment_group_name: String,
    pub(crate) deployment_config_name: String,
    pub(crate) deployment_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) previous_revision: Option<RevisionLocation>,
    pub(crate) revision: RevisionLocation,
    pub(crate) status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error_information: Option<ErrorInformation>,
    pub(crate) create_time: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) start_time: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) complete_time: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) deployment_overview: Option<DeploymentOverview>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    pub(crate) creator: &'static str,
    pub(crate) ignore_application_stop_failures: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) auto_rollback_configuration: Option<AutoRollbackConfiguration>,
    pub(crate) update_outdated_instances_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rollback_info: Option<RollbackInfo>,
    pub(crate) deployment_style: DeploymentStyle,
    pub(crate) instance_termination_wait_time_started: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) blue_green_deployment_configuration: Option<BlueGreenDeploymentConfiguration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) load_balancer_info: Option<LoadBalancerInfo>,
    pub(crate) file_exists_behavior: String,
    pub(crate) deployment_status_messages: Vec<String>,
    pub(crate) compute_platform: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) override_alarm_configuration: Option<AlarmConfiguration>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorInformation {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RollbackInfo {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rollback_deployment_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rollback_triggering_deployment_id: Option<String>,
    pub(crate) rollback_message: String,
}

/// How many targets are in which status. Its members begin with capitals, unlike all others.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeploymentOverview {
    pub(crate) pending: u32,
    pub(crate) in_progress: u32,
    pub(crate) succeeded: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: u32,
    pub(crate) ready: u32,
}
