//! What nobody outside the service knows for certain, each thing one setting with the most likely value.

use serde::{Deserialize, Serialize};

use crate::{AutoRollbackEvent, ErrorCode};

/// Open points of the service's behaviour. The defaults are what its documentation and captures suggest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
#[non_exhaustive]
pub struct Behaviour {
    /// Where the ready wait sits. Default: after `AfterAllowTestTraffic`.
    pub ready_slot: ReadySlot,
    /// The code when a hook has not reported within the hour. Default: `HOOK_EXECUTION_FAILURE`.
    pub hook_timeout_code: ErrorCode,
    /// The code when the replacement does not become healthy. Default: `TIMEOUT`.
    pub install_timeout_code: ErrorCode,
    /// The code when test traffic is not routed, or a step of the shift not done, within an hour. Default: `TIMEOUT`.
    pub traffic_timeout_code: ErrorCode,
    /// The code when a task set is not deleted within an hour. Default: `TIMEOUT`.
    pub deletion_timeout_code: ErrorCode,
    /// The code when the ready wait runs out. Default: `TIMEOUT`.
    pub ready_timeout_code: ErrorCode,
    /// The rollback setting that covers a ready wait that ran out. Default: `DEPLOYMENT_FAILURE`.
    pub ready_timeout_rolls_back_on: AutoRollbackEvent,
    /// Whether a rollback deployment runs the AppSpec's hooks. Default: no.
    pub hooks_in_rollback: bool,
    /// Whether a failure before the replacement task set exists, or before any traffic of a Lambda alias is shifted,
    /// starts a rollback deployment, though there is nothing to undo. Default: no.
    pub rollback_before_install: bool,
    /// Whether the rollback of a Lambda deployment bears the deployment configuration of the deployment that it rolls
    /// back, instead of `CodeDeployDefault.LambdaAllAtOnce`. Traffic goes back at once all the same. Default: no.
    pub lambda_rollback_keeps_config: bool,
}

/// Where the ready wait sits between two events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadySlot {
    /// Once test traffic is routed, before the hook of `AfterAllowTestTraffic`.
    BeforeAfterAllowTestTraffic,
    /// After the hook of `AfterAllowTestTraffic`, before that of `BeforeAllowTraffic`.
    #[default]
    BeforeBeforeAllowTraffic,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            ready_slot: ReadySlot::default(),
            hook_timeout_code: ErrorCode::HookExecutionFailure,
            install_timeout_code: ErrorCode::Timeout,
            traffic_timeout_code: ErrorCode::Timeout,
            deletion_timeout_code: ErrorCode::Timeout,
            ready_timeout_code: ErrorCode::Timeout,
            ready_timeout_rolls_back_on: AutoRollbackEvent::DeploymentFailure,
            hooks_in_rollback: false,
            rollback_before_install: false,
            lambda_rollback_keeps_config: false,
        }
    }
}
