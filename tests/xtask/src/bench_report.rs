//! `cargo bench-report`: everything that is compared, built or installed, and then the report.

use std::fmt;
use std::process::{Command, ExitCode};

use crate::clients;
use crate::examples;
use crate::failure::Failure;
use crate::guests;
use crate::lambda_host;
use crate::peers;
use crate::program::{cargo, run as run_step};
use crate::toolchains;
use crate::workspace::Workspace;

/// The program that runs the benchmarks and writes the report.
const PACKAGE: &str = "greenlight-bench-report";

/// What could be built, or installed, and what could not.
#[derive(Debug, Default)]
struct Preparation {
    absent: Vec<String>,
}

/// Prepares, runs the benchmarks and writes the report. `arguments` are the report's own.
///
/// # Errors
///
/// When the plugins, the command or the report itself do not build. A contender that cannot be had is told in the
/// report, and the others are measured.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode, Failure> {
    let asked_for_help = arguments.iter().any(|argument| ["-h", "--help"].contains(&argument.as_str()));
    let absent = if asked_for_help { Vec::new() } else { prepare(workspace)? };
    run_step(cargo(workspace, &["build", "--quiet", "--release", "--package", PACKAGE]))?;
    run_step(report(workspace, arguments, &absent))?;
    Ok(ExitCode::SUCCESS)
}

/// Builds and installs what is compared. Gives a sentence for all that could not be.
fn prepare(workspace: &Workspace) -> Result<Vec<String>, Failure> {
    let mut preparation = Preparation::default();
    preparation
        .announce("building the plugins, the command, the Lambda host and what they are compared with");
    guests::build(workspace)?;
    run_step(cargo(workspace, &["build", "--quiet", "--release", "--package", "greenlight-cli"]))?;
    let mut kits = clients::install_what_can_be(workspace);
    let toolchains = toolchains::install_what_can_be(workspace);
    let command =
        workspace.target.join("release").join(format!("greenlight{}", std::env::consts::EXE_SUFFIX));
    preparation
        .attempt("a plugin in another language", examples::build_with(workspace, &toolchains, &command));
    preparation.attempt("the Lambda host", lambda_host::build(workspace, &[]));
    preparation.attempt("the native function", lambda_host::build_peer(workspace));
    preparation.attempt("the child process", peers::build_child(workspace));
    preparation.attempt("extism", peers::build_extism(workspace));
    kits.extend(toolchains);
    preparation.absent.extend(kits.iter().map(ToString::to_string));
    Ok(preparation.absent)
}

impl Preparation {
    /// Says what is being done.
    fn announce(&self, what: &str) {
        eprintln!("==> {what}");
    }

    /// Notes what did not work.
    fn attempt<E: fmt::Display>(&mut self, what: &str, result: Result<(), E>) {
        if let Err(error) = result {
            let sentence = format!("{what}: {error}");
            eprintln!("not there: {sentence}");
            self.absent.push(sentence);
        }
    }
}

fn report(workspace: &Workspace, arguments: &[String], absent: &[String]) -> Command {
    let mut command = cargo(workspace, &["run", "--quiet", "--release", "--package", PACKAGE, "--"]);
    command.args(arguments);
    for sentence in absent {
        command.arg(format!("--absent={sentence}"));
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::spelled;

    #[test]
    fn what_could_not_be_had_is_told_to_the_report() {
        let workspace = Workspace::find().unwrap();
        let mut preparation = Preparation::default();
        preparation.attempt("extism", Ok::<(), String>(()));
        preparation.attempt("the child process", Err("no C library to link with"));
        let command = report(&workspace, &["--quick".to_owned()], &preparation.absent);
        assert_eq!(
            spelled(&command),
            "cargo run --quiet --release --package greenlight-bench-report -- --quick \
             --absent=the child process: no C library to link with"
        );
    }
}
