//! The Lambda host's program for each processor of AWS Lambda.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::failure::Failure;
use crate::file::install;
use crate::program::{cargo, run, succeeds};
use crate::setup;
use crate::workspace::Workspace;

const PACKAGE: &str = "greenlight-lambda-host";
/// The name that AWS Lambda starts, and so that of the program.
const PROGRAM: &str = "bootstrap";
/// The function to compare with.
const PEER_PACKAGE: &str = "greenlight-lambda-peer";
const PEER: &str = "bare-hook-function";
/// The C library of the runtime provided.al2023.
const LAMBDA_GLIBC: (u32, u32) = (2, 34);

/// A processor by its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Processor {
    /// AWS Lambda's name.
    architecture: &'static str,
    /// The name of Rust's `std::env::consts::ARCH`.
    rust: &'static str,
    triple: &'static str,
}

const PROCESSORS: [Processor; 2] = [
    Processor { architecture: "x86_64", rust: "x86_64", triple: "x86_64-unknown-linux-gnu" },
    Processor { architecture: "arm64", rust: "aarch64", triple: "aarch64-unknown-linux-gnu" },
];

/// What builds the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Builder {
    /// Cargo alone, for this machine's own processor.
    Cargo,
    /// With zig as the linker, which has every C library.
    Zigbuild,
    /// AWS Lambda's own, which comes with zig too.
    Lambda,
}

/// Builds the host for this machine's own processor, or for the one that `--target` names.
///
/// # Errors
///
/// When it does not build, or nothing at hand builds for that processor.
pub(crate) fn build(workspace: &Workspace, arguments: &[String]) -> Result<(), Failure> {
    let processor = processor(arguments)?;
    let builder = builder(workspace, processor)?;
    setup::standard_library(processor.triple)?;
    let built = match program(workspace, processor, builder) {
        // Cargo alone links with this machine's C library, zig with the one that is asked for.
        Err(Failure::Glibc { .. }) if builder == Builder::Cargo && has(workspace, "zigbuild") => {
            program(workspace, processor, Builder::Zigbuild)?
        }
        built => built?,
    };
    let place = workspace.target.join("lambda-host").join(format!("{PACKAGE}-{}", processor.architecture));
    install(&built, &place)?;
    eprintln!("built {}", place.display());
    Ok(())
}

/// Builds the plain Rust function that the host's benchmark compares with, for this machine's own processor and in the same
/// profile.
///
/// # Errors
///
/// When it does not build, or AWS Lambda has no machines like this one.
pub(crate) fn build_peer(workspace: &Workspace) -> Result<(), Failure> {
    let processor = processor(&[])?;
    setup::standard_library(processor.triple)?;
    let arguments = ["build", "--target", processor.triple, "--package", PEER_PACKAGE, "--profile", "lambda"];
    run(cargo(workspace, &arguments))?;
    let built = workspace.target.join(processor.triple).join("lambda").join(PEER);
    let place = workspace.target.join("lambda-host").join(format!("{PEER}-{}", processor.architecture));
    install(&built, &place)?;
    eprintln!("built {}", place.display());
    Ok(())
}

/// Builds the program, and refuses one that would not start on AWS Lambda.
fn program(workspace: &Workspace, processor: Processor, builder: Builder) -> Result<PathBuf, Failure> {
    run(command(workspace, processor, builder))?;
    let built = match builder {
        Builder::Cargo | Builder::Zigbuild => {
            workspace.target.join(processor.triple).join("lambda").join(PROGRAM)
        }
        Builder::Lambda => workspace.target.join("lambda").join(PROGRAM).join(PROGRAM),
    };
    let bytes = fs::read(&built).map_err(|source| Failure::file("read", &built, source))?;
    match newest_glibc(&bytes) {
        Some(found) if found > LAMBDA_GLIBC => Err(Failure::Glibc { found, lambda: LAMBDA_GLIBC }),
        _ => Ok(built),
    }
}

fn processor(arguments: &[String]) -> Result<Processor, Failure> {
    let found = match arguments {
        [] => PROCESSORS.iter().find(|processor| processor.rust == std::env::consts::ARCH),
        [option, name] if option == "--target" => {
            PROCESSORS.iter().find(|processor| processor.architecture == name)
        }
        _ => None,
    };
    found.copied().ok_or_else(|| {
        Failure::usage(format!(
            "`lambda-host` takes `--target x86_64` or `--target arm64`, got `{}`",
            arguments.join(" ")
        ))
    })
}

fn builder(workspace: &Workspace, processor: Processor) -> Result<Builder, Failure> {
    if cfg!(target_os = "linux") && processor.rust == std::env::consts::ARCH {
        Ok(Builder::Cargo)
    } else if has(workspace, "zigbuild") {
        Ok(Builder::Zigbuild)
    } else if has(workspace, "lambda") {
        Ok(Builder::Lambda)
    } else {
        Err(Failure::Cross { architecture: processor.architecture })
    }
}

fn has(workspace: &Workspace, tool: &str) -> bool {
    // Not its version: `cargo zigbuild --version` is an error.
    succeeds(cargo(workspace, &[tool, "--help"]))
}

fn command(workspace: &Workspace, processor: Processor, builder: Builder) -> Command {
    let what = ["--package", PACKAGE, "--bin", PROGRAM, "--profile", "lambda"];
    let Processor { triple, architecture, .. } = processor;
    // Named, the C library's version is the one that zig links against.
    let with_glibc = format!("{triple}.{}.{}", LAMBDA_GLIBC.0, LAMBDA_GLIBC.1);
    let mut command = match builder {
        Builder::Cargo => cargo(workspace, &["build", "--target", triple]),
        Builder::Zigbuild => cargo(workspace, &["zigbuild", "--target", &with_glibc]),
        Builder::Lambda if architecture == "arm64" => cargo(workspace, &["lambda", "build", "--arm64"]),
        Builder::Lambda => cargo(workspace, &["lambda", "build", "--x86-64"]),
    };
    command.args(what);
    command
}

/// The newest version of glibc that a program asks for: the names of the versions are in it as text.
fn newest_glibc(program: &[u8]) -> Option<(u32, u32)> {
    const NAME: &[u8] = b"GLIBC_";
    let starts = program.windows(NAME.len()).enumerate().filter(|(_, window)| *window == NAME);
    starts
        .filter_map(|(at, _)| {
            let version = program.get(at + NAME.len()..)?.split(|byte| *byte == 0).next()?;
            let (major, minor) = std::str::from_utf8(version).ok()?.split_once('.')?;
            // A third number says nothing here.
            let minor = minor.split('.').next().unwrap_or(minor);
            Some((major.parse().ok()?, minor.parse().ok()?))
        })
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::spelled;

    fn named(arguments: &[&str]) -> Result<Processor, Failure> {
        processor(&arguments.iter().map(|argument| (*argument).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn the_own_processor_is_meant_unless_another_is_named() {
        assert_eq!(named(&[]).unwrap().rust, std::env::consts::ARCH);
        assert_eq!(named(&["--target", "arm64"]).unwrap().triple, "aarch64-unknown-linux-gnu");
        for wrong in [&["--target"][..], &["--target", "riscv64"], &["arm64"]] {
            let text = named(wrong).unwrap_err().to_string();
            assert!(
                text.starts_with("`lambda-host` takes `--target x86_64` or `--target arm64`, got `"),
                "{text}"
            );
        }
    }

    #[test]
    fn every_builder_builds_the_same_program_with_the_same_profile() {
        let workspace = Workspace::find().unwrap();
        let arm = named(&["--target", "arm64"]).unwrap();
        let what = "--package greenlight-lambda-host --bin bootstrap --profile lambda";
        for (builder, how) in [
            (Builder::Cargo, "cargo build --target aarch64-unknown-linux-gnu"),
            (Builder::Zigbuild, "cargo zigbuild --target aarch64-unknown-linux-gnu.2.34"),
            (Builder::Lambda, "cargo lambda build --arm64"),
        ] {
            assert_eq!(spelled(&command(&workspace, arm, builder)), format!("{how} {what}"));
        }
    }

    #[test]
    fn the_newest_version_of_the_c_library_counts() {
        let program = b"\0GLIBC_2.2.5\0GLIBC_2.34\0GLIBC_2.9\0GLIBC_PRIVATE\0";
        assert_eq!(newest_glibc(program), Some((2, 34)));
        assert_eq!(newest_glibc(b"static"), None);
        let own = fs::read(std::env::current_exe().unwrap()).unwrap();
        if cfg!(all(target_os = "linux", target_env = "gnu")) {
            assert_eq!(newest_glibc(&own).unwrap().0, 2);
        }
    }

    #[test]
    fn what_is_missing_is_told_with_the_way_to_get_it() {
        let text = Failure::Cross { architecture: "arm64" }.to_string();
        assert!(text.contains("another processor than arm64; install cargo-zigbuild"), "{text}");
        let text = Failure::Glibc { found: (2, 39), lambda: LAMBDA_GLIBC }.to_string();
        assert!(
            text.starts_with("the Lambda host needs glibc 2.39, and AWS Lambda has 2.34; install"),
            "{text}"
        );
    }
}
