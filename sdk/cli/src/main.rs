//! The `greenlight` command.

mod appspec_check;
mod aws;
mod endpoint;
mod exit;
mod format;
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
/// WebAssembly plugins, and carry them out at AWS.
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
    /// Check a deployment by AWS CodeDeploy before anything changes, and say how long it may take
    Plan(aws::plan::Args),
    /// Deploy by AWS CodeDeploy, and follow it to the end, its rollback included
    Deploy(aws::deploy::Args),
    /// Follow a deployment at AWS CodeDeploy to its end
    Watch(aws::watch::Args),
    /// Let a deployment at AWS CodeDeploy go on that waits
    Continue(aws::proceed::Args),
    /// Stop a deployment at AWS CodeDeploy, with or without a rollback
    Stop(aws::stop::Args),
    /// Show what hook functions wrote in a deployment at AWS CodeDeploy
    Logs(aws::logs::Args),
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
        Command::Plan(args) => aws::plan::run(&args),
        Command::Deploy(args) => aws::deploy::run(&args),
        Command::Watch(args) => aws::watch::run(&args),
        Command::Continue(args) => aws::proceed::run(&args),
        Command::Stop(args) => aws::stop::run(&args),
        Command::Logs(args) => aws::logs::run(&args),
        Command::Appspec(Appspec::Check(args)) => appspec_check::run(&args),
        Command::Hook(command) => hook::run(&command),
    }
}
