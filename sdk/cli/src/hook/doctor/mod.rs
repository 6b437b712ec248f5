//! `greenlight hook doctor`: asks a function whether its hooks would work.

mod answer;
mod client;
mod finding;
mod policy;
mod text;

use serde::Serialize;

use self::finding::{Finding, Outcome};
use self::policy::Policy;
use super::Fault;
use crate::aws::connect::ConnectArgs;
use crate::exit::Exit;
use crate::format::Format;

/// Arguments of `greenlight hook doctor`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The function, by name or ARN, with a version or an alias if need be
    #[arg(value_name = "FUNCTION")]
    function: String,

    /// A deployment to ask about, of a group that the function is a hook of: a role that may only deal with that group can
    /// be judged by nothing else. It is not changed
    #[arg(long, value_name = "ID")]
    deployment: Option<String>,

    /// How to say what was found: for people, or one JSON object
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    #[command(flatten)]
    connect: ConnectArgs,
}

/// All that was found.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Report {
    function: String,
    region: String,
    /// Where Lambda answered, if not at AWS.
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<String>,
    /// The version of the function's host, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    findings: Vec<Finding>,
    /// What the function's role lacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    role_policy: Option<Policy>,
    /// What whoever asks lacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    caller_policy: Option<Policy>,
    /// The end of the function's log, where it failed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    log: Vec<String>,
}

pub(super) fn run(args: &Args) -> Result<Exit, Fault> {
    let executor = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = executor.block_on(ask(args))?;
    args.format.show(&report, |out| text::write(&report, out))?;
    Ok(if report.is_well() { Exit::Succeeded } else { Exit::NotWell })
}

async fn ask(args: &Args) -> Result<Report, Fault> {
    let lambda = client::Lambda::connect(&args.connect).await?;
    let answered = lambda.ask(&args.function, args.deployment.as_deref()).await;
    let answer::Answered { host, findings, log } = answered;
    let (own, of_role): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().partition(|finding| finding.check == finding::INVOKE);
    let (caller_policy, role_policy) = (Policy::of(&own), Policy::of(&of_role));
    Ok(Report {
        function: args.function.clone(),
        region: lambda.region,
        endpoint: lambda.endpoint,
        host,
        findings,
        role_policy,
        caller_policy,
        log,
    })
}

impl Report {
    /// Whether hooks would work, as far as it can be told.
    fn is_well(&self) -> bool {
        !self.findings.iter().any(|finding| matches!(finding.outcome, Outcome::Missing | Outcome::Failed))
    }
}
