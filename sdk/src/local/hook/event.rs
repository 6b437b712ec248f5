//! What CodeDeploy sends to a hook function.

use bytes::Bytes;
use greenlight_core::HookExecution;

/// The event that the service sends to a hook function.
pub(super) fn event(execution: &HookExecution) -> Bytes {
    let event = Event {
        deployment_id: execution.deployment.as_str(),
        lifecycle_event_hook_execution_id: execution.execution.as_str(),
    };
    // Two strings always make JSON.
    serde_json::to_vec(&event).unwrap_or_default().into()
}

/// Two fields, and nothing about what is being deployed.
#[derive(serde::Serialize)]
#[serde(rename_all = "PascalCase")]
struct Event<'a> {
    deployment_id: &'a str,
    lifecycle_event_hook_execution_id: &'a str,
}
