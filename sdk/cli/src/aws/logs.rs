//! `greenlight logs`: what hook functions wrote in a deployment, all of it.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::process::ExitCode;

use greenlight::aws::{CodeDeploy, HookLogLine};
use greenlight_core::{Cursor, DeploymentId, DeploymentPipeline as _, EventKind, HookEvent};

use super::connect::ConnectArgs;
use super::fault::Fault;
use super::{carry_out, close_view, open_view, written};
use crate::exit::Exit;
use crate::view::{Format, clean};

/// Arguments of `greenlight logs`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The deployment's id
    #[arg(value_name = "DEPLOYMENT")]
    deployment: DeploymentId,

    /// The lifecycle event, such as AfterAllowTestTraffic; all of them by default
    #[arg(value_name = "EVENT", value_parser = event)]
    event: Option<HookEvent>,

    /// How to show it: for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    #[command(flatten)]
    connect: ConnectArgs,
}

/// What one hook wrote.
struct Written {
    event: HookEvent,
    function: String,
    lines: Vec<HookLogLine>,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> ExitCode {
    carry_out(logs(args))
}

fn event(text: &str) -> Result<HookEvent, String> {
    text.parse().map_err(|_| {
        let events: Vec<_> = HookEvent::ALL.iter().map(|event| event.as_str()).collect();
        format!("no hook can run there; use one of {}", events.join(", "))
    })
}

async fn logs(args: &Args) -> Result<Exit, Fault> {
    let connection = args.connect.connect().await?;
    let pipeline = CodeDeploy::new(connection.config());
    let hooks = hooks(&pipeline, &args.deployment).await?;
    let mut all = Vec::new();
    for (event, function) in hooks {
        if args.event.is_none_or(|asked| asked == event) {
            let lines = pipeline.logs(&args.deployment, event).await?;
            all.push(Written { event, function, lines });
        }
    }
    if all.iter().all(|hook| hook.lines.is_empty()) {
        let of = args.event.map_or_else(|| "no event".to_owned(), |event| format!("{event} no hook"));
        let told = match all.first() {
            None => format!("in deployment {} {of} has run a function", args.deployment),
            Some(hook) => {
                format!("the function {} wrote nothing in deployment {}", hook.function, args.deployment)
            }
        };
        // Standard output is for lines of functions alone.
        drop(writeln!(io::stderr(), "greenlight: {told}"));
    }
    match args.format {
        Format::Text => written(write_text(&all, args.event.is_none()))?,
        Format::Json => write_json(&all, args)?,
    }
    Ok(Exit::Succeeded)
}

/// The functions that were invoked, by event.
async fn hooks(pipeline: &CodeDeploy, id: &DeploymentId) -> Result<BTreeMap<HookEvent, String>, Fault> {
    // A deployment has at least one event, so that this waits for nothing.
    let page = pipeline.events(id, &Cursor::start()).await?;
    Ok(page.events.into_iter().filter_map(|event| hook_of(event.kind)).collect())
}

fn hook_of(kind: EventKind) -> Option<(HookEvent, String)> {
    match kind {
        EventKind::Hook { lifecycle_event, function, .. } => Some((lifecycle_event, function)),
        _ => None,
    }
}

/// One line each: when, at which event where there may be several, which function, how much it matters, and the text.
fn write_text(all: &[Written], name_event: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for hook in all {
        for HookLogLine { time, level, text, .. } in &hook.lines {
            let event = if name_event { format!("{}  ", hook.event) } else { String::new() };
            let [function, level, text] = [&hook.function, level, text].map(|text| clean::one_line(text));
            writeln!(out, "{time}  {event}{function}  {level}  {text}")?;
        }
    }
    out.flush()
}

/// As the same lines are among the events of a watch.
fn write_json(all: &[Written], args: &Args) -> Result<(), Fault> {
    let mut view = open_view(Format::Json);
    for hook in all {
        for line in &hook.lines {
            view.event(&line.to_event(&args.deployment, hook.event, &hook.function));
        }
    }
    close_view(view.as_mut())
}
