//! Runs the benchmarks one after the other and writes what they found: `REPORT.md`, plots, and the figures of every round.
//!
//! `cargo bench-report` builds what is compared and calls this. Nothing here links an engine: each benchmark is a
//! process of its own that appends its figures to a file.

mod benchmark;
mod error;
mod figures;
mod machine;
mod overview;
mod page;
mod part;
mod plot;
mod publish;
mod section;
#[expect(unreachable_pub, reason = "the file is one of the benchmarks' own, where it is public")]
#[path = "../../support/spread.rs"]
mod spread;
mod versions;

use std::{
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::Parser;

use crate::{
    benchmark::{Benchmarks, Package, Ran, workspace},
    error::ReportError,
    figures::Figures,
    machine::Machine,
    page::Page,
    part::Part,
    publish::Publication,
};

/// Run the benchmarks and write what they found.
#[derive(Debug, Parser)]
#[command(name = "cargo bench-report")]
struct Arguments {
    /// A short look: fewer rounds, no goal judged by the benchmarks themselves.
    #[arg(long)]
    quick: bool,
    /// Only these parts or benchmarks, with commas between them; a wrong name lists all.
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    only: Vec<String>,
    /// The folder for REPORT.md and report/ [default: benches, but <target directory>/bench-report with --quick or --only]
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
    /// Something that the caller could not build or install, as a sentence; once for each.
    #[arg(long, value_name = "SENTENCE", hide = true)]
    absent: Vec<String>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), ReportError> {
    let package = Package::find()?;
    let parts = Part::chosen(&arguments.only, &package.benchmarks)?;
    let scratch = package.target.join("bench-report");
    let whole = arguments.only.is_empty() && !arguments.quick;
    let folder = arguments
        .to
        .clone()
        .unwrap_or_else(|| if whole { workspace().join("benches") } else { scratch.clone() });
    let publication = Publication::prepare(folder, &scratch)?;
    let benchmarks = Benchmarks::build(&parts)?;
    let before = Machine::here();
    let begun = Instant::now();
    let ran: Vec<Ran> = parts
        .iter()
        .enumerate()
        .map(|(number, part)| {
            eprintln!("==> {} of {}: {part} ({})", number + 1, parts.len(), clock(begun.elapsed()));
            let ran = benchmarks.run(part, arguments.quick, publication.records());
            if let Err(why) = &ran.outcome {
                eprintln!("==> {part}: {why}");
            }
            ran
        })
        .collect();
    let figures = Figures::read(publication.records())?;
    let page = Page {
        figures: &figures,
        ran: &ran,
        before: &before,
        after: &Machine::here(),
        absent: &arguments.absent,
        quick: arguments.quick,
        took: begun.elapsed(),
    };
    for absent in arguments.absent.iter().chain(&figures.missing_sentences()) {
        eprintln!("not there: {absent}");
    }
    let place = publication.publish(&page, &figures)?;
    eprintln!("wrote {} after {}", place.display(), clock(begun.elapsed()));
    Ok(())
}

/// Minutes and seconds.
fn clock(time: Duration) -> String {
    format!("{}:{:02}", time.as_secs() / 60, time.as_secs() % 60)
}
