//! The `greenlight` command.

mod appspec_check;
mod endpoint;
mod exit;
mod hook;
mod interrupt;
mod plugin_file;
mod project;
mod rehearse;
mod setup;
mod view;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Rehearse AWS CodeDeploy blue/green deployments of Amazon ECS services on this machine, with validation tests as
/// WebAssembly plugins.
#[derive(Debug, Parser)]
#[command(name = "greenlight", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Play a whole blue/green deployment with real processes, real traffic and your validation tests
    Rehearse(rehearse::Args),
    /// Serve CodeDeploy's own API on this machine, for any AWS client
    Endpoint(endpoint::Args),
    /// Make what deployments with validation tests need at AWS: test listener, task definition, hook functions, AppSpec
    Setup(setup::Args),
    /// Take away what `greenlight setup` made
    Teardown(setup::Args),
    /// Work with AppSpec files
    #[command(subcommand)]
    Appspec(Appspec),
    /// Try, check and run validation tests, pack them for AWS Lambda, see what they may do, and whether they would work there
    #[command(subcommand)]
    Hook(hook::Command),
}

#[derive(Debug, Subcommand)]
enum Appspec {
    /// Check AppSpec files: what the service would refuse, and what would surprise
    Check(appspec_check::Args),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Rehearse(args) => rehearse::run(&args),
        Command::Endpoint(args) => endpoint::run(&args),
        Command::Setup(args) => setup::run(&args),
        Command::Teardown(args) => setup::run_teardown(&args),
        Command::Appspec(Appspec::Check(args)) => appspec_check::run(&args),
        Command::Hook(command) => hook::run(&command),
    }
}
