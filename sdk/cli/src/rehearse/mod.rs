//! `greenlight rehearse`: a whole blue/green deployment on this machine.
//!
//! Exit status: 0 succeeded; 3 failed or stopped, and rolled back; 4 failed or stopped, and not rolled back; 2 bad
//! input or a plan with errors; 1 a fault of Greenlight itself.

mod fault;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use greenlight::local::{Local, LocalClock};
use greenlight_core::{
    Clock, DeploymentId, DeploymentPipeline, DeploymentPipelineExt, EventKind, Outcome, Rollback,
};

use crate::exit::Exit;
use crate::interrupt::Interrupts;
use crate::project::{self, AppSpecText, Bound, Overrides};
use crate::view::{self, Format, Output, View};
use fault::Fault;

/// Arguments of `greenlight rehearse`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A project file, or a folder with a greenlight.toml
    #[arg(default_value = ".", value_name = "DIR or FILE")]
    project: PathBuf,

    /// How to show it: for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// The time of the deployment's waits instead of the project's own: real, virtual, or a factor such as 60x
    #[arg(long)]
    clock: Option<String>,

    /// Keep what the services print in DIR/blue.log and DIR/green.log
    #[arg(long, value_name = "DIR")]
    service_logs: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return complain(&Fault::Own(Box::new(error))),
    };
    let ended = runtime.block_on(rehearse(args));
    // Whatever still runs is a process or connection that nobody waits for any more.
    runtime.shutdown_background();
    match ended {
        Ok(exit) => exit.into(),
        Err(fault) => complain(&fault),
    }
}

async fn rehearse(args: &Args) -> Result<Exit, Fault> {
    let mut interrupts = Interrupts::listen().map_err(|error| Fault::Own(Box::new(error)))?;
    let clock = args.clock.as_deref().map(str::parse::<LocalClock>).transpose()?;
    let project = project::read(&args.project)?;
    let appspec = project.appspec()?;
    let Bound { pipeline, request } =
        project::bind(&project, &appspec, Overrides { clock, service_logs: args.service_logs.as_deref() })?;
    let now = pipeline.clock();
    let mut view = view::open(args.format, Output::stdout(), Arc::new(move || now.now()));

    let mut plan = pipeline.plan(&request)?;
    name_file(&mut plan, &appspec);
    view.plan(&plan);
    if !plan.can_start() {
        close(view.as_mut())?;
        return Ok(Exit::BadInput);
    }
    view.note("starting blue");
    let local = tokio::select! {
        built = pipeline.build() => built?,
        () = interrupts.next() => return Err(Fault::Interrupted),
    };
    let ended = deploy(&local, plan, view.as_mut(), &mut interrupts).await;
    // A second Ctrl-C, or one after the end, does not wait for processes that take their time.
    if !matches!(ended, Ok(Ended::LeftAtOnce)) {
        tokio::select! {
            () = local.shutdown() => {}
            () = interrupts.next() => {}
        }
    }
    drop(local);
    close(view.as_mut())?;
    match ended? {
        Ended::Finished(outcome) => Ok(Exit::of(&outcome)),
        Ended::LeftAtOnce => Ok(Exit::NotRolledBack),
    }
}

enum Ended {
    Finished(Outcome),
    LeftAtOnce,
}

async fn deploy(
    local: &Local,
    plan: greenlight_core::Plan,
    view: &mut dyn View,
    interrupts: &mut Interrupts,
) -> Result<Ended, Fault> {
    let id = local.start(plan).await?;
    let mut watch = local.watch(&id);
    let mut asked = false;
    loop {
        let event = tokio::select! {
            event = watch.next() => event,
            () = interrupts.next() => {
                if asked {
                    view.note("left at once; the rehearsal's processes are ended");
                    return Ok(Ended::LeftAtOnce);
                }
                asked = true;
                stop(local, &id, view).await;
                continue;
            }
        };
        let Some(event) = event else { return Err(Fault::NoOutcome) };
        let event = event?;
        view.event(&event);
        if let EventKind::Finished(outcome) = event.kind {
            return Ok(Ended::Finished(outcome));
        }
    }
}

async fn stop(local: &Local, id: &DeploymentId, view: &mut dyn View) {
    match local.stop(id, Rollback::Always).await {
        Ok(_) => view.note("stopping and rolling back; press Ctrl-C again to leave at once"),
        Err(error) => view.note(&format!("{error}; press Ctrl-C again to leave at once")),
    }
}

/// Says in which file the AppSpec's findings are.
fn name_file(plan: &mut greenlight_core::Plan, appspec: &AppSpecText) {
    let file = appspec.path.display().to_string();
    plan.findings =
        std::mem::take(&mut plan.findings).into_iter().map(|finding| finding.in_file(&file)).collect();
}

fn close(view: &mut dyn View) -> Result<(), Fault> {
    match view.close() {
        // Whoever read our output has gone, as `head` does: no fault of ours, and nobody to tell.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Fault::Own(Box::new(error))),
        _ => Ok(()),
    }
}

fn complain(fault: &Fault) -> ExitCode {
    // Standard error is all that is left to say it on.
    drop(writeln!(std::io::stderr(), "greenlight: {}", fault.text()));
    fault.exit().into()
}
