//! `greenlight setup` and `greenlight teardown`: what deployments with validation tests need at AWS, made and taken away.
//!
//! Exit status: 0 when all is as declared, or gone; 3 when AWS did not do all of it; 2 when something is wrong with what is declared;
//! 1 on a fault of Greenlight itself.

mod appspec_file;
mod bundle;
mod declared;
mod fault;
mod file;
mod show;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use greenlight::setup::Change;

use self::declared::Declared;
use self::fault::Fault;
use self::show::{Done, Shown};
use crate::aws::connect::ConnectArgs;
use crate::exit::{Exit, with_causes};
use crate::format::Format;

/// Arguments of `greenlight setup` and `greenlight teardown`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project file with a table [setup], or the folder with a greenlight.toml
    #[arg(default_value = ".", value_name = "DIR or FILE")]
    project: PathBuf,

    /// Only say what would be made, changed and deleted
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    connection: ConnectArgs,

    /// How to say what happened: for people, or one JSON object
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Which of the two commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Setup,
    Teardown,
}

/// Runs `greenlight setup`.
pub(crate) fn run(args: &Args) -> ExitCode {
    ended(args, Verb::Setup)
}

/// Runs `greenlight teardown`.
pub(crate) fn run_teardown(args: &Args) -> ExitCode {
    ended(args, Verb::Teardown)
}

fn ended(args: &Args, verb: Verb) -> ExitCode {
    match perform(args, verb) {
        Ok(()) => Exit::Succeeded.into(),
        // Whoever read our output has gone, as `head` does: nobody to tell.
        Err(Fault::Own(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Fault.into(),
        Err(fault) => {
            // Standard error is all that is left to say it on.
            drop(writeln!(io::stderr(), "greenlight: {}", with_causes(&fault)));
            fault.exit().into()
        }
    }
}

fn perform(args: &Args, verb: Verb) -> Result<(), Fault> {
    let executor = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let declared = Declared::read(&args.project)?;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let ended = executor.block_on(change(args, verb, &declared, &seen));
    let changes = seen.lock().unwrap_or_else(PoisonError::into_inner);
    let done = if args.dry_run { Done::DryRun } else { Done::Changed };
    let shown = Shown::new(declared.name(), verb, done, &changes);
    let mut out = io::stdout().lock();
    match (args.format, ended) {
        (Format::Text, ended) => {
            ended?;
            shown.write_counts(&mut out)?;
        }
        (Format::Json, Ok(())) => shown.write_json(&mut out)?,
        (Format::Json, Err(fault)) => {
            // What is done is done; the fault is told even where nobody reads this.
            drop(shown.with_error(with_causes(&fault)).write_json(&mut out));
            return Err(fault);
        }
    }
    Ok(out.flush()?)
}

/// Makes or takes away what is declared. Whatever is done is in `seen` as soon as it is, and on a line of its own for people.
async fn change(
    args: &Args,
    verb: Verb,
    declared: &Declared,
    seen: &Arc<Mutex<Vec<Change>>>,
) -> Result<(), Fault> {
    let connection = args.connection.connect().await?;
    let (seen, format, dry_run) = (Arc::clone(seen), args.format, args.dry_run);
    let setup = declared.setup(&connection, verb)?.with_observer(move |change| {
        if format == Format::Text {
            // Whoever does not read on is no reason to stop half-way.
            drop(writeln!(io::stdout(), "{}", show::line(dry_run, change)));
        }
        seen.lock().unwrap_or_else(PoisonError::into_inner).push(change.clone());
    });
    let text = match (verb, dry_run) {
        (Verb::Setup, true) => setup.dry_run().await.map(|_| None),
        (Verb::Teardown, true) => setup.dry_run_teardown().await.map(|_| None),
        (Verb::Setup, false) => setup.apply().await.map(|made| made.value),
        (Verb::Teardown, false) => setup.teardown().await.map(|made| made.value),
    };
    let text = text.map_err(|error| declared.fault(error))?;
    if let (Some(file), Some(text)) = (declared.appspec(), text) {
        file.keep(&text)?;
    }
    Ok(())
}
