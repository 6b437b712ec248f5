//! What the README's two commands run: `cargo rehearse` and `cargo verify`, each with all its own set-up, and
//! the steps they are made of.
//!
//! Only the standard library is used: this program is built before anything else on a fresh machine, so it must
//! be there within a second.

mod bench_report;
mod clients;
mod demo;
mod examples;
mod failure;
mod file;
mod guests;
mod kit;
mod lambda_host;
mod peers;
mod program;
mod rehearse;
mod setup;
mod toolchains;
mod verify;
mod workspace;

use std::process::ExitCode;

use failure::Failure;
use workspace::Workspace;

const USAGE: &str = "\
Usage: cargo xtask <COMMAND>

  guests             build the workspace's WebAssembly plugins, and the guest examples whose toolchains are
                     installed, into <target directory>/guests
  demo               the plugins in Rust, and the demo service, into guest-examples/demo/bin
  rehearse [ARGS]    demo, then `greenlight rehearse` on guest-examples/demo/good.toml, or on the project
                     file in ARGS; ARGS are passed on, and its exit status is ours (short: cargo rehearse)
  lambda-host [--target x86_64|arm64]
                     build the Lambda host, for this machine's own processor or the one that is named, into
                     <target directory>/lambda-host, where `greenlight hook pack` looks for it
  lambda-peer        build the plain Rust function that `cargo bench --bench lambda_host` compares it with
  peers              build the program that is started for each hook, and the host of plugins made with extism, that
                     benchmarks compare with, into <target directory>/peers; extism's engine takes minutes
  clients            install boto3, the AWS CLI, moto and the AWS SDK for JavaScript into <target directory>/clients
  toolchains         install Zig, Go, componentize-py, componentize-js and AssemblyScript, which build the guest
                     examples in other languages, into <target directory>/toolchains
  bench-report [--quick] [--only NAMES] [--to FOLDER]
                     build everything that is compared, run the benchmarks and write benches/REPORT.md with plots and raw
                     figures (short: cargo bench-report)
  verify             all set-up, then formatting, lints, documentation and tests (short: cargo verify)
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next();
    let rest: Vec<String> = arguments.collect();
    match run(command.as_deref(), &rest) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Option<&str>, rest: &[String]) -> Result<ExitCode, Failure> {
    // Elsewhere arguments would be silently lost.
    if let (
        Some(command @ ("guests" | "demo" | "lambda-peer" | "peers" | "clients" | "toolchains" | "verify")),
        Some(argument),
    ) = (command, rest.first())
    {
        return Err(Failure::usage(format!("`{command}` takes no arguments, got `{argument}`")));
    }
    match command {
        Some("guests") => {
            let workspace = Workspace::find()?;
            guests::build(&workspace)?;
            examples::build(&workspace, &toolchains::absent(&workspace))?;
        }
        Some("demo") => demo::build(&Workspace::find()?)?,
        Some("rehearse") => return rehearse::run(&Workspace::find()?, rest),
        Some("lambda-host") => lambda_host::build(&Workspace::find()?, rest)?,
        Some("lambda-peer") => lambda_host::build_peer(&Workspace::find()?)?,
        Some("peers") => {
            let workspace = Workspace::find()?;
            peers::build_child(&workspace)?;
            peers::build_extism(&workspace)?;
        }
        Some("clients") => clients::install(&Workspace::find()?)?,
        Some("toolchains") => toolchains::install(&Workspace::find()?)?,
        Some("bench-report") => return bench_report::run(&Workspace::find()?, rest),
        Some("verify") => verify::run(&Workspace::find()?)?,
        Some("help" | "--help" | "-h") => print!("{USAGE}"),
        Some(other) => return Err(Failure::usage(format!("there is no command `{other}`"))),
        None => return Err(Failure::usage("no command given".to_owned())),
    }
    Ok(ExitCode::SUCCESS)
}
