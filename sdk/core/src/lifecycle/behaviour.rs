//! What nobody outside the service knows for certain, each thing one setting with the most likely value.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{AutoRollbackEvent, ErrorCode, TargetStatus};

/// Open points of the service's behaviour. The defaults are what its documentation and captures suggest.
///
/// Read from a file, settings that are not named keep their defaults, and names that are none of these are refused:
///
/// ```
/// use greenlight_core::ErrorCode;
/// use greenlight_core::lifecycle::Behaviour;
///
/// let read: Behaviour = serde_json::from_str(r#"{"hook-timeout-code": "TIMEOUT"}"#)?;
/// assert_eq!(read.hook_timeout_code, ErrorCode::Timeout);
/// assert_eq!(read.install_timeout_code, Behaviour::default().install_timeout_code);
/// assert!(serde_json::from_str::<Behaviour>(r#"{"hook-timeout": "TIMEOUT"}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Behaviour {
    /// Where the ready wait sits. Default: after `AfterAllowTestTraffic`.
    pub ready_slot: ReadySlot,
    /// Where the target stands during the ready wait, see [`Lifecycle::target_status`](super::Lifecycle::target_status).
    /// Default: `Ready`, as the deployment.
    pub ready_target_status: TargetStatus,
    /// The code when the ready wait runs out. Default: `TIMEOUT`.
    pub ready_timeout_code: ErrorCode,
    /// The rollback setting that covers a ready wait that ran out. Default: `DEPLOYMENT_FAILURE`.
    pub ready_timeout_rolls_back_on: AutoRollbackEvent,
    /// Whether the deployment is `Baking` during the termination wait, and not `InProgress`. No capture of an ECS
    /// deployment shows that status. Default: no.
    pub baking_in_termination_wait: bool,
    /// The code when a hook has not reported within the hour. Default: `HOOK_EXECUTION_FAILURE`.
    pub hook_timeout_code: ErrorCode,
    /// What the diagnostics of a failed lifecycle event hold, see
    /// [`Lifecycle::diagnostics`](super::Lifecycle::diagnostics). Default: nothing, there are none.
    pub failed_event_diagnostics: FailedEventDiagnostics,
    /// The code when the replacement does not become healthy. Default: `TIMEOUT`.
    pub install_timeout_code: ErrorCode,
    /// The code when a listener cannot be changed, such as when the original task set is not behind it: `ECS_UPDATE_ERROR`
    /// or `ELASTIC_LOAD_BALANCING_INVALID`. Default: `ECS_UPDATE_ERROR`.
    pub listener_mismatch_code: ErrorCode,
    /// The code when the weights of a Lambda alias cannot be changed. Default: `INVALID_LAMBDA_FUNCTION`.
    pub alias_update_code: ErrorCode,
    /// The code when test traffic is not routed, or a step of the shift not done, within an hour. Default: `TIMEOUT`.
    pub traffic_timeout_code: ErrorCode,
    /// The code when a task set is not deleted within an hour. Default: `TIMEOUT`.
    pub deletion_timeout_code: ErrorCode,
    /// The text of a deployment that an operator stopped. Default: `The deployment was stopped on request.`
    pub manual_stop_message: Cow<'static, str>,
    /// The rollback message when there is nothing to go back to. Default: `There is no previous successful revision to
    /// roll back to.`
    pub no_revision_message: Cow<'static, str>,
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

/// What the diagnostics of a failed lifecycle event hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailedEventDiagnostics {
    /// There are none: nothing of a hook's output reaches the service.
    #[default]
    None,
    /// An error code, and the deployment's own text.
    ServiceText,
    /// An error code, and the reason as precisely as is known. The service cannot know it; clients that show
    /// diagnostics show their users why.
    Reason,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            ready_slot: ReadySlot::default(),
            ready_target_status: TargetStatus::Ready,
            ready_timeout_code: ErrorCode::Timeout,
            ready_timeout_rolls_back_on: AutoRollbackEvent::DeploymentFailure,
            baking_in_termination_wait: false,
            hook_timeout_code: ErrorCode::HookExecutionFailure,
            failed_event_diagnostics: FailedEventDiagnostics::default(),
            install_timeout_code: ErrorCode::Timeout,
            listener_mismatch_code: ErrorCode::EcsUpdateError,
            alias_update_code: ErrorCode::InvalidLambdaFunction,
            traffic_timeout_code: ErrorCode::Timeout,
            deletion_timeout_code: ErrorCode::Timeout,
            manual_stop_message: Cow::Borrowed("The deployment was stopped on request."),
            no_revision_message: Cow::Borrowed("There is no previous successful revision to roll back to."),
            hooks_in_rollback: false,
            rollback_before_install: false,
            lambda_rollback_keeps_config: false,
        }
    }
}
