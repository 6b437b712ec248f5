//! Every way in which a deployment fails or is stopped, with the service's code and text.

use std::time::Duration;

use super::{Behaviour, EVENT_TIMEOUT, Platform};
use crate::{AutoRollbackEvent, DeploymentStatus, ErrorCode, ErrorInformation, Percent, TaskSetLabel};

/// How and why a deployment ends before its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) status: DeploymentStatus,
    pub(super) error: ErrorInformation,
    /// What is known beyond the service's text.
    pub(super) detail: Option<String>,
    /// The rollback setting that covers it.
    pub(super) trigger: AutoRollbackEvent,
}

impl Failure {
    pub(super) fn hook_failed(reason: Option<String>) -> Self {
        Self::failed(
            ErrorCode::HookExecutionFailure,
            "The deployment failed because one or more of the lifecycle event validation functions failed.",
            reason,
        )
    }

    pub(super) fn hook_timed_out(behaviour: &Behaviour, function: &str) -> Self {
        Self::failed(
            behaviour.hook_timeout_code,
            "The deployment timed out while waiting for a status callback. CodeDeploy expects a status callback \
             within one hour after a deployment hook is invoked.",
            Some(format!("the hook function {function} did not report within one hour")),
        )
    }

    pub(super) fn hook_not_invoked(service_role: Option<&str>, detail: String) -> Self {
        let refusal =
            "does not give you permission to perform operations in the following AWS service: AWSLambda";
        let message = match service_role {
            Some(role) => format!("The IAM role {role} {refusal}."),
            None => format!("The service role {refusal}, or the function does not exist."),
        };
        Self::failed(ErrorCode::IamRolePermissions, &message, Some(detail))
    }

    pub(super) fn install_timed_out(behaviour: &Behaviour, detail: Option<String>) -> Self {
        Self::failed(
            behaviour.install_timeout_code,
            "The deployment timed out while waiting for the replacement task set to become healthy. This time out \
             period is 60 minutes.",
            detail,
        )
    }

    pub(super) fn test_traffic_timed_out(behaviour: &Behaviour, to: TaskSetLabel) -> Self {
        Self::timed_out(
            behaviour.traffic_timeout_code,
            &format!("test traffic to be routed to the {} task set", role(to)),
            format!("the test listener was not pointed at {to} within one hour"),
        )
    }

    pub(super) fn shift_timed_out(behaviour: &Behaviour, green: Percent) -> Self {
        Self::timed_out(
            behaviour.traffic_timeout_code,
            "production traffic to be shifted",
            format!("the shift to {green} green was not done within one hour"),
        )
    }

    pub(super) fn deletion_timed_out(behaviour: &Behaviour, task_set: TaskSetLabel) -> Self {
        Self::timed_out(
            behaviour.deletion_timeout_code,
            &format!("the {} task set to be deleted", role(task_set)),
            format!("{task_set} was not deleted within one hour"),
        )
    }

    /// A listener, or the alias of a function, cannot be changed.
    pub(super) fn traffic_not_shifted(behaviour: &Behaviour, platform: Platform, detail: String) -> Self {
        let (code, what) = match platform {
            Platform::Ecs => (behaviour.listener_mismatch_code, "ELB"),
            Platform::Lambda => (behaviour.alias_update_code, "Lambda alias"),
        };
        let message = format!("The {what} could not be updated due to the following error: {detail}");
        Self::failed(code, &message, Some(detail))
    }

    pub(super) fn task_set_exited(detail: String) -> Self {
        Self::failed(
            ErrorCode::EcsUpdateError,
            "The deployment failed because a task set of the service is not running any more.",
            Some(detail),
        )
    }

    pub(super) fn ready_timed_out(behaviour: &Behaviour, wait: Duration) -> Self {
        let minutes = wait.as_secs() / 60;
        Self {
            status: DeploymentStatus::Stopped,
            error: ErrorInformation {
                code: behaviour.ready_timeout_code,
                message: format!(
                    "The deployment timed out while waiting for a notification to continue. This time out period \
                     is {minutes} minutes."
                ),
            },
            detail: None,
            trigger: behaviour.ready_timeout_rolls_back_on,
        }
    }

    pub(super) fn alarms(names: &[String]) -> Self {
        Self {
            status: DeploymentStatus::Stopped,
            error: ErrorInformation {
                code: ErrorCode::AlarmActive,
                message: format!(
                    "One or more alarms have been activated according to the Amazon CloudWatch metrics you \
                     selected, and the affected deployments have been stopped. Activated alarms: {}",
                    names.join(" "),
                ),
            },
            detail: None,
            trigger: AutoRollbackEvent::StopOnAlarm,
        }
    }

    pub(super) fn stopped_on_request(behaviour: &Behaviour) -> Self {
        Self {
            status: DeploymentStatus::Stopped,
            error: ErrorInformation {
                code: ErrorCode::ManualStop,
                message: behaviour.manual_stop_message.clone().into_owned(),
            },
            detail: None,
            trigger: AutoRollbackEvent::StopOnRequest,
        }
    }

    fn timed_out(code: ErrorCode, waiting_for: &str, detail: String) -> Self {
        let minutes = EVENT_TIMEOUT.as_secs() / 60;
        let message = format!(
            "The deployment timed out while waiting for {waiting_for}. This time out period is {minutes} minutes."
        );
        Self::failed(code, &message, Some(detail))
    }

    fn failed(code: ErrorCode, message: &str, detail: Option<String>) -> Self {
        Self {
            status: DeploymentStatus::Failed,
            error: ErrorInformation { code, message: message.to_owned() },
            detail,
            trigger: AutoRollbackEvent::DeploymentFailure,
        }
    }
}

/// What the service calls a task set in its texts.
const fn role(task_set: TaskSetLabel) -> &'static str {
    match task_set {
        TaskSetLabel::Blue => "original",
        TaskSetLabel::Green => "replacement",
    }
}
