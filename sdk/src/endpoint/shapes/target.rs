//! Inputs and outputs about deployment targets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::load_balancer::TargetGroupInfo;
use crate::endpoint::wire::Time;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ListDeploymentTargetsInput {
    pub(crate) deployment_id: Option<String>,
    pub(crate) next_token: Option<String>,
    /// Which targets are listed, by the name of a filter.
    pub(crate) target_filters: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct GetDeploymentTargetInput {
    pub(crate) deployment_id: Option<String>,
    pub(crate) target_id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct BatchGetDeploymentTargetsInput {
    pub(crate) deployment_id: Option<String>,
    pub(crate) target_ids: Option<Vec<String>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListDeploymentTargetsOutput {
    pub(crate) target_ids: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetDeploymentTargetOutput {
    pub(crate) deployment_target: DeploymentTarget,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BatchGetDeploymentTargetsOutput {
    pub(crate) deployment_targets: Vec<DeploymentTarget>,
}

/// One target: the name of its type, and the member of that type.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeploymentTarget {
    pub(crate) deployment_target_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ecs_target: Option<EcsTarget>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lambda_target: Option<LambdaTarget>,
}

/// What targets of both types have.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TargetHead {
    pub(crate) deployment_id: String,
    pub(crate) target_id: String,
    pub(crate) target_arn: String,
    pub(crate) status: &'static str,
    pub(crate) last_updated_at: Time,
    pub(crate) lifecycle_events: Vec<LifecycleEvent>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EcsTarget {
    #[serde(flatten)]
    pub(crate) head: TargetHead,
    pub(crate) task_sets_info: Vec<EcsTaskSet>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LambdaTarget {
    #[serde(flatten)]
    pub(crate) head: TargetHead,
    pub(crate) lambda_function_info: LambdaFunctionInfo,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LifecycleEvent {
    pub(crate) lifecycle_event_name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) diagnostics: Option<Diagnostics>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) start_time: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end_time: Option<Time>,
    pub(crate) status: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Diagnostics {
    pub(crate) error_code: &'static str,
    pub(crate) message: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EcsTaskSet {
    /// So misspelt in the service's model.
    #[serde(rename = "identifer")]
    pub(crate) identifier: String,
    pub(crate) desired_count: u32,
    pub(crate) pending_count: u32,
    pub(crate) running_count: u32,
    pub(crate) status: &'static str,
    /// Per cent of production requests.
    pub(crate) traffic_weight: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) target_group: Option<TargetGroupInfo>,
    pub(crate) task_set_label: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LambdaFunctionInfo {
    pub(crate) function_name: String,
    pub(crate) function_alias: String,
    pub(crate) current_version: String,
    pub(crate) target_version: String,
    /// Per cent of invocations that the target version gets.
    pub(crate) target_version_weight: f64,
}
