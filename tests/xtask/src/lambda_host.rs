//! The Lambda host's program for each processor of AWS Lambda.
//!
//! It is linked with musl and nothing else: at each start glibc's loader looks for three libraries, asks the processor for its caches
//! and moves the program, a sixth of the time to the first report. And it runs whatever C library the function's system has.

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
/// The C compiler for musl of this machine's own processor.
const MUSL_COMPILER: &str = "musl-gcc";

/// The program lies anywhere in memory, so at each start its 25,000 pointers into itself are set. Packed, the list of them has 9 KB
/// instead of 600. musl has read that form since 1.2.4; GNU's linker writes it for x86_64 since 2.38, and whether zig's does depends on
/// its release.
const PACKED_RELOCATIONS: &str =
    "target.x86_64-unknown-linux-musl.rustflags=['-Clink-arg=-Wl,-z,pack-relative-relocs']";

/// A processor by its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Processor {
    /// AWS Lambda's name.
    architecture: &'static str,
    /// The name of Rust's `std::env::consts::ARCH`.
    rust: &'static str,
    /// What the host is built for.
    triple: &'static str,
    /// What functions in Rust are built for unless somebody says otherwise.
    common: &'static str,
}

const PROCESSORS: [Processor; 2] = [
    Processor {
        architecture: "x86_64",
        rust: "x86_64",
        triple: "x86_64-unknown-linux-musl",
        common: "x86_64-unknown-linux-gnu",
    },
    Processor {
        architecture: "arm64",
        rust: "aarch64",
        triple: "aarch64-unknown-linux-musl",
        common: "aarch64-unknown-linux-gnu",
    },
];

/// What builds the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Builder {
    /// Cargo alone, with musl's own C compiler, for this machine's own processor.
    Cargo,
    /// With zig as the C compiler and linker, which has every C library.
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
    run(command(workspace, processor, builder))?;
    let built = match builder {
        Builder::Cargo | Builder::Zigbuild => built(workspace, processor.triple, PROGRAM),
        Builder::Lambda => workspace.target.join("lambda").join(PROGRAM).join(PROGRAM),
    };
    let place = workspace.target.join("lambda-host").join(format!("{PACKAGE}-{}", processor.architecture));
    install(&built, &place)?;
    eprintln!("built {}", place.display());
    Ok(())
}

/// Builds the plain Rust function that the host's benchmark compares with, for this machine's own processor, in the same
/// profile, and with glibc, as functions in Rust are built unless somebody says otherwise.
///
/// # Errors
///
/// When it does not build, or AWS Lambda has no machines like this one.
pub(crate) fn build_peer(workspace: &Workspace) -> Result<(), Failure> {
    let processor = processor(&[])?;
    setup::standard_library(processor.common)?;
    let arguments = ["build", "--target", processor.common, "--package", PEER_PACKAGE, "--profile", "lambda"];
    run(cargo(workspace, &arguments))?;
    let built = built(workspace, processor.common, PEER);
    let place = workspace.target.join("lambda-host").join(format!("{PEER}-{}", processor.architecture));
    install(&built, &place)?;
    eprintln!("built {}", place.display());
    Ok(())
}

fn built(workspace: &Workspace, triple: &str, program: &str) -> PathBuf {
    workspace.target.join(triple).join("lambda").join(program)
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
    if cfg!(target_os = "linux") && processor.rust == std::env::consts::ARCH && has_musl_compiler() {
        Ok(Builder::Cargo)
    } else if has(workspace, "zigbuild") {
        Ok(Builder::Zigbuild)
    } else if has(workspace, "lambda") {
        Ok(Builder::Lambda)
    } else {
        Err(Failure::Cross { architecture: processor.architecture })
    }
}

fn has_musl_compiler() -> bool {
    let mut compiler = Command::new(MUSL_COMPILER);
    compiler.arg("--version");
    succeeds(compiler)
}

fn has(workspace: &Workspace, tool: &str) -> bool {
    // Not its version: `cargo zigbuild --version` is an error.
    succeeds(cargo(workspace, &[tool, "--help"]))
}

fn command(workspace: &Workspace, processor: Processor, builder: Builder) -> Command {
    let what = ["--package", PACKAGE, "--bin", PROGRAM, "--profile", "lambda"];
    let how: &[&str] = match builder {
        Builder::Cargo => &["build"],
        Builder::Zigbuild => &["zigbuild"],
        Builder::Lambda => &["lambda", "build"],
    };
    let mut command = cargo(workspace, how);
    command.args(["--target", processor.triple]);
    command.args(what);
    if builder == Builder::Cargo && processor.architecture == "x86_64" {
        command.args(["--config", PACKED_RELOCATIONS]);
    }
    command
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
        assert_eq!(named(&["--target", "arm64"]).unwrap().triple, "aarch64-unknown-linux-musl");
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
            (Builder::Cargo, "cargo build"),
            (Builder::Zigbuild, "cargo zigbuild"),
            (Builder::Lambda, "cargo lambda build"),
        ] {
            let whole = format!("{how} --target aarch64-unknown-linux-musl {what}");
            assert_eq!(spelled(&command(&workspace, arm, builder)), whole);
        }
    }

    #[test]
    fn only_the_linker_that_is_known_to_pack_relocations_is_asked_to() {
        let workspace = Workspace::find().unwrap();
        let intel = named(&["--target", "x86_64"]).unwrap();
        for (builder, packs) in [(Builder::Cargo, true), (Builder::Zigbuild, false), (Builder::Lambda, false)]
        {
            assert_eq!(spelled(&command(&workspace, intel, builder)).contains("pack-relative-relocs"), packs);
        }
    }

    #[test]
    fn what_is_missing_is_told_with_the_way_to_get_it() {
        let text = Failure::Cross { architecture: "arm64" }.to_string();
        let begins = "nothing at hand builds the Lambda host for arm64: install musl-gcc (`apt-get install musl-tools`) where that is \
                      this machine's own processor, or cargo-zigbuild";
        assert!(text.starts_with(begins), "{text}");
    }
}
