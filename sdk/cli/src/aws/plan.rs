//! `greenlight plan`: every check that can be made before anything changes.
//!
//! Exit status 0 when the deployment can be started, with warnings or without; 2 when it cannot.

use std::process::ExitCode;

use greenlight::aws::CodeDeploy;
use greenlight_core::{DeploymentPipeline as _, WaitGoal};

use super::connect::ConnectArgs;
use super::fault::Fault;
use super::request::RequestArgs;
use super::{carry_out, close_view, open_view, patience};
use crate::exit::Exit;
use crate::view::Format;

/// Arguments of `greenlight plan`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    request: RequestArgs,

    /// How to show it: for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    #[command(flatten)]
    connect: ConnectArgs,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> ExitCode {
    carry_out(plan(args))
}

async fn plan(args: &Args) -> Result<Exit, Fault> {
    let requested = args.request.read()?;
    let connection = args.connect.connect().await?;
    let pipeline = CodeDeploy::new(connection.config());
    let mut plan = pipeline.plan(&requested.request).await?;
    requested.place(&mut plan);
    let mut view = open_view(args.format);
    view.plan(&plan);
    let exit = if plan.can_start() {
        let wait = plan.budget.as_ref().map(|budget| patience::of(budget, WaitGoal::Succeeded));
        view.note(&format!("can be deployed; greenlight deploy {}", patience::sentence(None, wait)));
        Exit::Succeeded
    } else {
        Exit::BadInput
    };
    close_view(view.as_mut())?;
    Ok(exit)
}
