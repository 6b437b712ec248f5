//! How a deployment is carried out: its style, and what becomes of both sides.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct DeploymentStyle {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) deployment_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) deployment_option: Option<String>,
}

/// Answers always have both waits: there are clients that fail without.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct BlueGreenDeploymentConfiguration {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) terminate_blue_instances_on_deployment_success: Option<BlueInstanceTerminationOption>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) deployment_ready_option: Option<DeploymentReadyOption>,
    /// Of EC2 deployments alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) green_fleet_provisioning_option: Option<serde_json::Value>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct BlueInstanceTerminationOption {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) action: Option<String>,
    pub(crate) termination_wait_time_in_minutes: i64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct DeploymentReadyOption {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) action_on_timeout: Option<String>,
    pub(crate) wait_time_in_minutes: i64,
}
