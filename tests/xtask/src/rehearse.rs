//! `cargo rehearse`: from a fresh checkout to a rehearsed deployment.

use std::path::Path;
use std::process::{Command, ExitCode};

use crate::demo;
use crate::failure::Failure;
use crate::program::{self, cargo, run as run_step};
use crate::workspace::Workspace;

const GOOD: &str = "guest-examples/demo/good.toml";

/// Does all set-up, then becomes `greenlight rehearse`.
///
/// # Errors
///
/// When something does not build or `greenlight` cannot be started.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode, Failure> {
    eprintln!(
        "building the plugins, the demo service and greenlight (minutes the first time, then seconds) ..."
    );
    demo::build(workspace)?;
    run_step(cargo(workspace, &["build", "--quiet", "--package", "greenlight-cli"]))?;
    become_program(greenlight(workspace, arguments))
}

fn greenlight(workspace: &Workspace, arguments: &[String]) -> Command {
    let mut command = Command::new(workspace.program("greenlight"));
    command.arg("rehearse");
    if !names_a_project(arguments) {
        command.arg(good(workspace));
    }
    command.args(arguments);
    command
}

/// Whether the caller chose a project. Anything that looks like one is left to `greenlight` to judge, so that a
/// misspelt file is refused and the good demo is not run in its place.
fn names_a_project(arguments: &[String]) -> bool {
    arguments.iter().any(|argument| {
        !argument.starts_with('-') && (argument.ends_with(".toml") || Path::new(argument).is_dir())
    })
}

/// The good demo, short when we are in the root of the checkout.
fn good(workspace: &Workspace) -> std::path::PathBuf {
    match std::env::current_dir() {
        Ok(here) if here == workspace.root => GOOD.into(),
        _ => workspace.root.join(GOOD),
    }
}

/// On Unix this process is replaced: a Ctrl-C then reaches `greenlight` alone, which stops with a rollback, and
/// nobody in between dies first and gives the terminal back too early.
#[cfg(unix)]
fn become_program(mut command: Command) -> Result<ExitCode, Failure> {
    use std::os::unix::process::CommandExt as _;
    let source = command.exec();
    Err(program::missing(&command, source))
}

#[cfg(not(unix))]
fn become_program(mut command: Command) -> Result<ExitCode, Failure> {
    let status = command.status().map_err(|source| program::missing(&command, source))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(arguments: &[&str]) -> Vec<String> {
        arguments.iter().map(ToString::to_string).collect()
    }

    fn project(arguments: &[&str]) -> bool {
        names_a_project(&owned(arguments))
    }

    #[test]
    fn the_good_demo_is_rehearsed_unless_another_project_is_named() {
        let workspace = Workspace::find().unwrap();
        let spelled =
            |arguments: &[&str]| crate::program::spelled(&greenlight(&workspace, &owned(arguments)));
        let good = workspace.root.join(GOOD);
        assert_eq!(
            spelled(&["--format", "json"]),
            format!("greenlight rehearse {} --format json", good.display())
        );
        assert_eq!(spelled(&["bad-slow.toml", "--quiet"]), "greenlight rehearse bad-slow.toml --quiet");
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_cannot_be_started_is_named() {
        let failure = become_program(Command::new("/no/such/greenlight")).unwrap_err().to_string();
        assert_eq!(failure, "`greenlight` is not on the PATH; build it first");
    }

    #[test]
    fn options_and_their_values_are_no_project() {
        assert!(!project(&[]));
        assert!(!project(&["--format", "json", "--clock", "60x"]));
        assert!(!project(&["--report=out.toml"]));
    }

    #[test]
    fn a_file_or_a_folder_is_a_project_wherever_it_stands() {
        assert!(project(&["bad-slow.toml"]));
        assert!(project(&["--format", "json", "no/such/file.toml"]));
        assert!(project(&[env!("CARGO_MANIFEST_DIR")]));
    }
}
