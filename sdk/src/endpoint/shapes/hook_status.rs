//! Input and output of the report of a hook function.

use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct PutLifecycleEventHookExecutionStatusInput {
    pub(crate) deployment_id: Option<String>,
    pub(crate) lifecycle_event_hook_execution_id: Option<String>,
    pub(crate) status: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PutLifecycleEventHookExecutionStatusOutput {
    pub(crate) lifecycle_event_hook_execution_id: String,
}
