//! `greenlight endpoint`: CodeDeploy's API on this machine, until it is told to end.
//!
//! Standard error gets a line for each event of each deployment, and for each fault of the endpoint.
//!
//! Exit status: 0 after a signal; 2 bad input, or an address or a directory that cannot be used; 1 a fault of
//! Greenlight itself.

mod log;

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use greenlight::endpoint::{Endpoint, EndpointBuilder, EndpointError};
use greenlight::local::{InvalidClock, LambdaInvoke, LocalClock};

use crate::exit::{Exit, with_causes};
use crate::interrupt::Interrupts;
use crate::project::{self, Overrides, ProjectError};

/// Arguments of `greenlight endpoint`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to listen; port 0 takes any that is free. Whoever can reach the address can do everything
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    listen: SocketAddr,

    /// Keep the state in this folder and go on from what is there; without it the state ends with the command
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,

    /// A project file, or a folder with a greenlight.toml: services that are real, and hook functions
    #[arg(long, value_name = "DIR or FILE")]
    project: Option<PathBuf>,

    /// The time of all waits instead of the project's own: real, virtual, manual, or a factor such as 60x
    #[arg(long)]
    clock: Option<String>,

    /// Keep what the services print in DIR/blue.log and DIR/green.log
    #[arg(long, value_name = "DIR")]
    service_logs: Option<PathBuf>,

    /// Say nothing of deployments on standard error, only what goes wrong
    #[arg(long, short)]
    quiet: bool,
}

/// Why an endpoint does not come up, or ended by itself.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error("--clock: {0}; an endpoint also takes \"manual\", which stands still until it is moved")]
    Clock(#[from] InvalidClock),
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    #[error(transparent)]
    Own(#[from] io::Error),
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> ExitCode {
    let ended =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Fault::from).and_then(
            |runtime| {
                let ended = runtime.block_on(serve(args));
                runtime.shutdown_background();
                ended
            },
        );
    match ended {
        Ok(()) => Exit::Succeeded.into(),
        Err(fault) => {
            // Standard error is all that is left to say it on.
            drop(writeln!(io::stderr(), "greenlight: {}", with_causes(&fault)));
            match fault {
                Fault::Own(_) => Exit::Fault.into(),
                _ => Exit::BadInput.into(),
            }
        }
    }
}

async fn serve(args: &Args) -> Result<(), Fault> {
    let mut interrupts = Interrupts::listen()?;
    log::install();
    let endpoint = tokio::select! {
        built = builder(args)?.build() => built?,
        () = interrupts.next() => return Ok(()),
    };
    announce(&endpoint)?;
    interrupts.next().await;
    // A second signal does not wait for processes that take their time.
    tokio::select! {
        () = endpoint.shutdown() => {}
        () = interrupts.next() => {}
    }
    Ok(())
}

fn builder(args: &Args) -> Result<EndpointBuilder, Fault> {
    let clock = args.clock.as_deref().map(clock).transpose()?;
    let overrides = Overrides { clock: clock.clone(), service_logs: args.service_logs.as_deref() };
    let mut builder = match &args.project {
        Some(project) => project::bind_endpoint(&project::read(project)?, overrides)?,
        None => Endpoint::builder().with_clock(clock.unwrap_or_else(LocalClock::real)),
    };
    if let Some(directory) = &args.data {
        builder = builder.with_data(directory);
    }
    if !args.quiet {
        builder = builder.with_observer(log::events());
    }
    Ok(builder.with_listen(args.listen).with_fallback_hook(LambdaInvoke::from_env()))
}

fn clock(text: &str) -> Result<LocalClock, InvalidClock> {
    // Only here: nobody could move the clock of a rehearsal.
    if text == "manual" { Ok(LocalClock::manual()) } else { text.parse() }
}

/// The URL alone on the first line, for scripts; the rest is for people.
fn announce(endpoint: &Endpoint) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", endpoint.url())?;
    writeln!(out, "export AWS_ENDPOINT_URL_CODEDEPLOY={}", endpoint.url())?;
    out.flush()
}
