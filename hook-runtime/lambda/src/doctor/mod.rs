//! Whether hooks would work here: what `greenlight hook doctor` asks a function.
//!
//! The function tries, with its own role and from its own network, what a hook would do, and changes nothing: it reports
//! for an execution that cannot exist, reads a deployment that is named or one that cannot exist, asks Lambda whether it
//! might invoke itself, and connects to what its plugins are granted without sending anything. No plugin runs. Whether a
//! refusal is one of the role is told by the service's error: `AccessDeniedException` names action and resource, and any
//! error about what does not exist shows that the role was let through.
//!
//! CodeDeploy does not document whether it looks for a deployment before it asks whether the role may. A role that is
//! limited to one deployment group can therefore be refused for a deployment that does not exist; the finding then says
//! so, and naming a deployment of that group settles it.
//!
//! # The answer
//!
//! ```json
//! {"greenlight": {"doctor": 1, "host": "0.1.0", "function": "CodeDeployHook_check", "findings": [
//!   {"check": "report", "outcome": "missing", "subject": "codedeploy:PutLifecycleEventHookExecutionStatus",
//!    "sentence": "...", "fix": "...", "permission": "codedeploy:PutLifecycleEventHookExecutionStatus",
//!    "resource": "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:*/*",
//!    "deniedBy": "no identity-based policy allows it"}]}}
//! ```
//!
//! `check` is `suite`, `time`, `memory`, `environment`, `name`, `report`, `context`, `deployment`, `hand-over` or
//! `network`; `outcome` one of [`Outcome`]. What is not known of a finding is left out.

mod denial;
mod finding;
mod network;
mod permissions;
mod settings;

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

pub use self::finding::{Finding, Outcome};
use crate::Invocation;
use crate::event::{CARRIED, DoctorEvent};
use crate::host::Parts;
use crate::log::Log;

/// The version of the question and of its answer.
pub const VERSION: u64 = 1;

/// The longest that all of it takes, whatever time the function has.
const LONGEST: Duration = Duration::from_secs(15);

/// Looks into everything, logs each finding, and gives the function's result.
pub(crate) async fn answer(parts: &Parts, event: &DoctorEvent, invocation: &Invocation, log: Log) -> Value {
    let budget = invocation.budget(log.clock());
    let findings = if event.dry_run {
        Vec::new()
    } else {
        let until = budget.plugins_until.min(Instant::now() + LONGEST);
        let mut findings = settings::look(parts, &budget);
        let (permissions, network) =
            tokio::join!(permissions::look(parts, event, invocation, until), network::look(parts, until));
        findings.extend(permissions);
        findings.extend(network);
        findings
    };
    for finding in &findings {
        finding.log(&log);
    }
    json!({ CARRIED: {
        "doctor": VERSION,
        "host": env!("CARGO_PKG_VERSION"),
        "function": parts.environment.function,
        "version": parts.environment.version,
        "findings": findings,
    } })
}
