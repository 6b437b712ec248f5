//! Alarms that stop deployments.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct AlarmConfiguration {
    pub(crate) enabled: bool,
    pub(crate) ignore_poll_alarm_failure: bool,
    pub(crate) alarms: Vec<Alarm>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Alarm {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
}
