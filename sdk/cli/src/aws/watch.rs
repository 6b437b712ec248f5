//! `greenlight watch`: follows a deployment that is under way, or tells one that has ended.

use std::path::PathBuf;
use std::process::ExitCode;

use greenlight::aws::CodeDeploy;
use greenlight_core::{DeploymentId, DeploymentPipelineExt as _, WaitGoal};
use greenlight_hook_runtime::scalar::Span;
use tokio::time::Instant;

use super::connect::ConnectArgs;
use super::fault::Fault;
use super::follow::Follow;
use super::giveup::OnGiveup;
use super::position::PositionFile;
use super::{carry_out, close_view, goal, open_view, patience};
use crate::exit::Exit;
use crate::interrupt::Interrupts;
use crate::view::Format;

/// Arguments of `greenlight watch`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The deployment's id
    #[arg(value_name = "DEPLOYMENT")]
    deployment: DeploymentId,

    /// Where to end with success: ready, a lifecycle event such as AfterAllowTestTraffic, traffic-shifted, or succeeded
    #[arg(long, value_name = "GOAL", default_value = "succeeded", value_parser = goal::parse)]
    until: WaitGoal,

    /// What becomes of the deployment after Ctrl-C, or when its time is over
    #[arg(long, value_enum, default_value_t = OnGiveup::Detach)]
    on_giveup: OnGiveup,

    /// How long to wait, such as 90m; without an end by default
    #[arg(long, value_name = "TIME", value_parser = patience::span)]
    timeout: Option<Span>,

    /// Keep in FILE how far it was followed, and go on from there when the file is there already
    #[arg(long, value_name = "FILE")]
    position: Option<PathBuf>,

    /// How to show it: for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    #[command(flatten)]
    connect: ConnectArgs,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> ExitCode {
    carry_out(watch(args))
}

async fn watch(args: &Args) -> Result<Exit, Fault> {
    let mut interrupts = Interrupts::listen().map_err(|error| Fault::Own(Box::new(error)))?;
    let id = &args.deployment;
    let (position, at) = match &args.position {
        Some(path) => {
            let (file, at) = PositionFile::open(path, id)?;
            (Some(file), at)
        }
        None => (None, None),
    };
    let connection = tokio::select! {
        connection = args.connect.connect() => connection?,
        () = interrupts.next() => return Err(Fault::InterruptedInLogin(id.clone())),
    };
    let pipeline = CodeDeploy::new(connection.config());
    let mut view = open_view(args.format);
    let follow = Follow {
        pipeline: &pipeline,
        id,
        view: view.as_mut(),
        interrupts: &mut interrupts,
        goal: args.until,
        on_giveup: args.on_giveup,
        deadline: args.timeout.and_then(|timeout| Instant::now().checked_add(timeout.0)),
        position,
        again: args.connect.again(),
    };
    let watch = match at {
        Some(at) => pipeline.resume_watch(at),
        None => pipeline.watch(id),
    };
    let ended = follow.run(watch, None).await;
    close_view(view.as_mut())?;
    ended
}
