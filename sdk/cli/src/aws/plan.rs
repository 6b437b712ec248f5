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

#[cfg(test)]
mod tests {
    use greenlight::aws::PLAN_FINDING_CODES;

    #[test]
    fn the_manual_has_a_line_for_every_finding_and_for_no_other() {
        let manual = include_str!("../../README.md");
        let section = manual.split_once("\n### What a plan finds\n").unwrap().1;
        let section = section.split("\n#").next().unwrap();
        let rows: Vec<&str> = section.lines().filter_map(|line| line.strip_prefix("| `")).collect();
        let codes: Vec<&str> = rows.iter().filter_map(|row| row.split('`').next()).collect();
        assert_eq!(codes, PLAN_FINDING_CODES);
        for row in rows {
            let cells: Vec<&str> = row.split(" | ").map(str::trim).collect();
            assert!(cells.len() == 4 && cells.iter().all(|cell| cell.len() > 3), "{row}");
        }
    }
}
