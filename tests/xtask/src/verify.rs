//! `cargo verify`: everything that must hold before a change is merged.

use std::process::Command;

use crate::clients;
use crate::demo;
use crate::examples;
use crate::failure::Failure;
use crate::guests::GUESTS;
use crate::kit::{self, Absent};
use crate::program::{cargo, run as run_step, spelled, succeeds};
use crate::setup::{self, WASM_TARGET};
use crate::toolchains;
use crate::workspace::Workspace;

/// Does all set-up, then checks formatting, lints, documentation and tests, cheap ones first.
///
/// The test runner comes last and speaks for itself: its closing lines are the last thing on the screen, unless tests
/// were left out because a client that they need cannot be had here.
///
/// # Errors
///
/// The first step that fails.
pub(crate) fn run(workspace: &Workspace) -> Result<(), Failure> {
    setup::components()?;
    step(cargo(workspace, &["fmt", "--all", "--check"]))?;
    announce("installing the clients and the toolchains that tests need");
    let absent: Vec<Absent> =
        [clients::install_what_can_be(workspace), toolchains::install_what_can_be(workspace)].concat();
    if kit::all_required() && !absent.is_empty() {
        return Err(Failure::Absent { absent });
    }
    announce("building the plugins, the demo service and greenlight");
    demo::build(workspace)?;
    let outcome = checks(workspace)
        .into_iter()
        .try_for_each(step)
        .and_then(|()| examples::build_with_what_is_built(workspace, &absent))
        .and_then(|()| budgets(workspace))
        .and_then(|()| test_runs(workspace, &absent).into_iter().try_for_each(step));
    for absent in absent {
        eprintln!("skipped: {absent}");
    }
    outcome
}

/// What is checked before tests run, in order.
fn checks(workspace: &Workspace) -> Vec<Command> {
    vec![
        cargo(workspace, &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
        clippy_guests(workspace),
        documentation(workspace),
        // Tests run the command as a process, and do not build it themselves. Built with them, it shares their
        // dependencies: alone it would have other features of them, and so a second copy of each.
        cargo(workspace, &["build", "--workspace", "--bins", "--tests"]),
    ]
}

/// Instruction counts, wherever they can be counted; `cargo budgets` says how to install what is missing.
fn budgets(workspace: &Workspace) -> Result<(), Failure> {
    let mut valgrind = Command::new("valgrind");
    valgrind.arg("--version");
    if !kit::all_required() && !succeeds(valgrind) {
        eprintln!("skipped: instruction budgets, because valgrind is not installed");
        return Ok(());
    }
    step(cargo(workspace, &["budgets"]))
}

/// The tests, once all plugins are there.
fn test_runs(workspace: &Workspace, absent: &[Absent]) -> Vec<Command> {
    vec![cargo(workspace, &["test", "--workspace", "--doc", "--quiet"]), test_runner(workspace, absent)]
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
/// would be written to one place. With all features: some are there for users alone, and no part of the workspace asks for them.
fn documentation(workspace: &Workspace) -> Command {
    let mut command = cargo(workspace, &["doc", "--workspace", "--all-features", "--lib", "--no-deps"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    command
}

/// All of the tests, with cargo-nextest when it is installed: each test is then a process of its own.
fn test_runner(workspace: &Workspace, absent: &[Absent]) -> Command {
    let mut command = if succeeds(cargo(workspace, &["nextest", "--version"])) {
        cargo(workspace, &["nextest", "run", "--workspace", "--no-fail-fast"])
    } else {
        cargo(workspace, &["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"])
    };
    let skips = kit::skips(absent);
    if !skips.is_empty() {
        command.arg("--").args(skips);
    }
    command
}

fn step(command: Command) -> Result<(), Failure> {
    announce(&spelled(&command));
    run_step(command)
}

fn announce(what: &str) {
    eprintln!("==> {what}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_checked_and_the_test_runner_speaks_last() {
        let workspace = Workspace::find().unwrap();
        let commands = checks(&workspace).into_iter().chain(test_runs(&workspace, &[]));
        let checks: Vec<String> = commands.map(|command| spelled(&command)).collect();
        let last = checks.last().unwrap();
        assert!(last.starts_with("cargo nextest run") || last.starts_with("cargo test"), "{last}");
        assert!(last.contains("--no-fail-fast"), "{last}");
        for part in [
            "clippy --workspace --all-targets",
            "clippy --target wasm32-wasip2",
            "doc --workspace --all-features",
            "--doc",
        ] {
            assert!(checks.iter().any(|check| check.contains(part)), "{part} is in none of {checks:#?}");
        }
    }
}
