//! Where traffic comes from and goes to.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct LoadBalancerInfo {
    /// Of EC2 deployments alone.
    #[serde(skip_serializing)]
    pub(crate) elb_info_list: Vec<serde_json::Value>,
    /// Of EC2 deployments alone.
    #[serde(skip_serializing)]
    pub(crate) target_group_info_list: Vec<serde_json::Value>,
    pub(crate) target_group_pair_info_list: Vec<TargetGroupPairInfo>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct TargetGroupPairInfo {
    pub(crate) target_groups: Vec<TargetGroupInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) prod_traffic_route: Option<TrafficRoute>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) test_traffic_route: Option<TrafficRoute>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct TargetGroupInfo {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct TrafficRoute {
    pub(crate) listener_arns: Vec<String>,
}
