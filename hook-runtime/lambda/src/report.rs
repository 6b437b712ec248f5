//! The report to CodeDeploy.

use std::fmt;

use aws_sdk_codedeploy::Client;
use aws_sdk_codedeploy::types::LifecycleEventStatus;
use tokio::time::{Instant, sleep, timeout_at};

use crate::aws::{Refusal, refusal};
use crate::backoff::Backoff;
use crate::log::Log;

/// What the report needs of the function's role.
const PERMISSION: &str = "codedeploy:PutLifecycleEventHookExecutionStatus";

/// What is reported: CodeDeploy takes no reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HookVerdict {
    Succeeded,
    Failed,
}

/// A hook that CodeDeploy waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Execution {
    pub(crate) deployment: String,
    pub(crate) execution: String,
}

/// A report that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reported {
    /// CodeDeploy took it.
    Accepted,
    /// CodeDeploy had one already: of an attempt whose answer was lost, or of another delivery of the event.
    Already,
}

/// A report that did not arrive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReportError {
    #[error(
        "the report was refused: {0}; allow {PERMISSION} on the deployment group for this function's role, until then \
         deployments wait for an hour"
    )]
    Denied(String),
    #[error("the report was refused: {0}")]
    Refused(String),
    #[error(
        "CodeDeploy did not take the report in {attempts} attempts, at last: {last}; check that the function reaches the \
         CodeDeploy API, in a VPC by an endpoint or a route"
    )]
    OutOfTime { attempts: u32, last: String },
}

/// Reports until it has arrived, is refused for good, or it is too late. `sent_before` says that an earlier report of the
/// same execution may have arrived.
pub(crate) async fn report(
    client: &Client,
    hook: &Execution,
    verdict: HookVerdict,
    until: Instant,
    sent_before: bool,
    log: &Log,
) -> Result<Reported, ReportError> {
    let mut backoff = Backoff::new();
    let mut maybe_arrived = sent_before;
    let mut attempts = 0;
    loop {
        attempts += 1;
        let last = match timeout_at(until, attempt(client, hook, verdict)).await {
            Ok(Ok(())) => return Ok(Reported::Accepted),
            Ok(Err(refused)) => match refused.code() {
                Some("LifecycleEventAlreadyCompletedException") => return Ok(Reported::Already),
                // The id is worth nothing any more once its event is over.
                Some("InvalidLifecycleEventHookExecutionIdException") if maybe_arrived => {
                    return Ok(Reported::Already);
                }
                Some(_) => return Err(ReportError::Refused(refused.to_string())),
                None => match refused {
                    Refusal::Denied(what) => return Err(ReportError::Denied(what)),
                    passing => passing.to_string(),
                },
            },
            Err(_) => "no answer in time".to_owned(),
        };
        maybe_arrived = true;
        let pause = backoff.pause();
        if Instant::now() + pause >= until {
            return Err(ReportError::OutOfTime { attempts, last });
        }
        log.warn(format_args!("CodeDeploy did not take the report: {last}; it is sent again in {pause:.1?}"));
        sleep(pause).await;
    }
}

async fn attempt(client: &Client, hook: &Execution, verdict: HookVerdict) -> Result<(), Refusal> {
    let call = client
        .put_lifecycle_event_hook_execution_status()
        .deployment_id(&hook.deployment)
        .lifecycle_event_hook_execution_id(&hook.execution)
        .status(match verdict {
            HookVerdict::Succeeded => LifecycleEventStatus::Succeeded,
            HookVerdict::Failed => LifecycleEventStatus::Failed,
        });
    call.send().await.map(drop).map_err(|error| refusal(&error))
}

impl fmt::Display for HookVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
        })
    }
}

impl fmt::Display for Reported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Accepted => "CodeDeploy has the report",
            Self::Already => "CodeDeploy had a report already",
        })
    }
}
