//! `greenlight continue`: ends a wait of a deployment early.

use std::process::ExitCode;

use greenlight::aws::CodeDeploy;
use greenlight_core::{Deployment, DeploymentId, DeploymentPipeline as _, DeploymentStatus, WaitKind};

use super::connect::ConnectArgs;
use super::fault::Fault;
use super::follow::{WatchArg, follow_to_the_end};
use super::{carry_out, close_view, open_view};
use crate::exit::Exit;
use crate::view::Format;

/// Arguments of `greenlight continue`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The deployment's id
    #[arg(value_name = "DEPLOYMENT")]
    deployment: DeploymentId,

    /// Which wait to end; by default the one that the deployment is in
    #[arg(long, value_enum)]
    wait: Option<Wait>,

    #[command(flatten)]
    watch: WatchArg,

    /// How to show it: for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    #[command(flatten)]
    connect: ConnectArgs,
}

/// The value of `--wait`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Wait {
    /// The one before production traffic is shifted
    Ready,
    /// The one before blue is terminated
    Termination,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> ExitCode {
    carry_out(proceed(args))
}

async fn proceed(args: &Args) -> Result<Exit, Fault> {
    let id = &args.deployment;
    let connection = args.connect.connect().await?;
    let pipeline = CodeDeploy::new(connection.config());
    let wait = match args.wait {
        Some(Wait::Ready) => WaitKind::Ready,
        Some(Wait::Termination) => WaitKind::Termination,
        None => wait_of(&pipeline.describe(id).await?),
    };
    pipeline.proceed(id, wait).await?;
    let mut view = open_view(args.format);
    view.note(&match wait {
        WaitKind::Ready => format!("deployment {id} goes on: production traffic is shifted"),
        WaitKind::Termination => format!("deployment {id} goes on: blue is terminated"),
    });
    let ended = if args.watch.watch {
        follow_to_the_end(&pipeline, id, view.as_mut(), args.connect.again()).await
    } else {
        Ok(Exit::Succeeded)
    };
    close_view(view.as_mut())?;
    ended
}

/// The wait that a deployment is in. Where it is in none, the service says so.
const fn wait_of(deployment: &Deployment) -> WaitKind {
    match deployment.status {
        DeploymentStatus::InProgress if deployment.termination_wait_started => WaitKind::Termination,
        _ => WaitKind::Ready,
    }
}
