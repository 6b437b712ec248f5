//! `greenlight stop`: stops a deployment.

use std::process::ExitCode;

use greenlight::aws::CodeDeploy;
use greenlight_core::{DeploymentId, DeploymentPipeline as _, Rollback, StopOutcome};

use super::connect::ConnectArgs;
use super::fault::Fault;
use super::follow::{WatchArg, follow_to_the_end};
use super::{carry_out, close_view, open_view};
use crate::exit::Exit;
use crate::view::Format;

/// Arguments of `greenlight stop`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The deployment's id
    #[arg(value_name = "DEPLOYMENT")]
    deployment: DeploymentId,

    /// Roll it back, whatever its group says
    #[arg(long, conflicts_with = "no_rollback")]
    rollback: bool,

    /// Leave it as it is, whatever its group says
    #[arg(long)]
    no_rollback: bool,

    #[command(flatten)]
    watch: WatchArg,

    /// How to show it: for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    #[command(flatten)]
    connect: ConnectArgs,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> ExitCode {
    carry_out(stop(args))
}

async fn stop(args: &Args) -> Result<Exit, Fault> {
    let id = &args.deployment;
    let rollback = match (args.rollback, args.no_rollback) {
        (true, _) => Rollback::Always,
        (_, true) => Rollback::Never,
        _ => Rollback::AsConfigured,
    };
    let connection = args.connect.connect().await?;
    let pipeline = CodeDeploy::new(connection.config());
    let stopped = pipeline.stop(id, rollback).await?;
    let mut view = open_view(args.format);
    view.note(&match stopped {
        StopOutcome::Pending => format!("deployment {id} is being stopped"),
        StopOutcome::Stopped { rolling_back: true } => {
            format!("deployment {id} is stopped, and its rollback is under way")
        }
        StopOutcome::Stopped { rolling_back: false } => {
            format!("deployment {id} is stopped, and stays as it is")
        }
    });
    let ended = if args.watch.watch {
        follow_to_the_end(&pipeline, id, view.as_mut(), args.connect.again()).await
    } else {
        Ok(Exit::Succeeded)
    };
    close_view(view.as_mut())?;
    ended
}
