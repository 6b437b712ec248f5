//! `cargo verify`: everything that must hold before a change is merged.

use std::process::Command;

use crate::demo;
use crate::failure::Failure;
use crate::guests::GUESTS;
use crate::program::{cargo, run as run_step, spelled, succeeds};
use crate::setup::{self, WASM_TARGET};
use crate::workspace::Workspace;

/// Does all set-up, then checks formatting, lints, documentation and tests, cheap ones first.
///
/// The test runner comes last and speaks for itself: its closing lines are the last thing on the screen.
///
/// # Errors
///
/// The first step that fails.
pub(crate) fn run(workspace: &Workspace) -> Result<(), Failure> {
    setup::components()?;
    step(cargo(workspace, &["fmt", "--all", "--check"]))?;
    announce("building the plugins, the demo service and greenlight");
    demo::build(workspace)?;
    step(cargo(workspace, &["build", "--package", "greenlight-cli"]))?;
    step(cargo(workspace, &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    step(clippy_guests(workspace))?;
    step(documentation(workspace))?;
    step(cargo(workspace, &["test", "--workspace", "--doc", "--quiet"]))?;
    step(tests(workspace))
}

/// Guests once more for the target they run on: code behind `cfg(target_family = "wasm")` is not seen otherwise.
fn clippy_guests(workspace: &Workspace) -> Command {
    let mut command = cargo(workspace, &["clippy", "--target", WASM_TARGET]);
    for guest in GUESTS {
        command.args(["--package", guest]);
    }
    command.args(["--", "-D", "warnings"]);
    command
}

/// Libraries only: the command and the library it is a face of are both called `greenlight`, and their pages
/// would be written to one place.
fn documentation(workspace: &Workspace) -> Command {
    let mut command = cargo(workspace, &["doc", "--workspace", "--lib", "--no-deps"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    command
}

/// All of the tests, with cargo-nextest when it is installed: each test is then a process of its own.
fn tests(workspace: &Workspace) -> Command {
    if succeeds(cargo(workspace, &["nextest", "--version"])) {
        return cargo(workspace, &["nextest", "run", "--workspace", "--no-fail-fast"]);
    }
    cargo(workspace, &["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"])
}

fn step(command: Command) -> Result<(), Failure> {
    announce(&spelled(&command));
    run_step(command)
}

fn announce(what: &str) {
    eprintln!("==> {what}");
}
