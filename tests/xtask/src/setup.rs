//! What must be installed before guests can be built and the code can be checked.

use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::program;

/// The target that plugins are built for.
pub(crate) const WASM_TARGET: &str = "wasm32-wasip2";

/// Sees to it that plugins can be built.
///
/// A `targets` list in rust-toolchain.toml would not do: rustup ignores it when automatic installation is
/// switched off, and cargo then fails with `can't find crate for core` (E0463), which names no remedy.
///
/// # Errors
///
/// When the target is missing and `rustup` is not there or cannot add it.
pub(crate) fn wasm_target() -> Result<(), Failure> {
    standard_library(WASM_TARGET)
}

/// Sees to it that there is a standard library for the target.
///
/// # Errors
///
/// As [`wasm_target`].
pub(crate) fn standard_library(target: &str) -> Result<(), Failure> {
    if has_standard_library(target)? {
        return Ok(());
    }
    rustup(&["target", "add", target])
}

/// Sees to it that `cargo fmt` and `cargo clippy` can run.
///
/// # Errors
///
/// When one of them is missing and `rustup` is not there or cannot add it.
pub(crate) fn components() -> Result<(), Failure> {
    for (component, program) in [("rustfmt", "rustfmt"), ("clippy", "cargo-clippy")] {
        let mut version = Command::new(program);
        version.arg("--version");
        if !program::succeeds(version) {
            rustup(&["component", "add", component])?;
        }
    }
    Ok(())
}

/// Whether rustc has a standard library for the target, asked of rustc itself: a Rust that was not installed by
/// rustup may have it too.
fn has_standard_library(target: &str) -> Result<bool, Failure> {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", target]);
    let output = rustc.output().map_err(|source| program::missing(&rustc, source))?;
    let folder = String::from_utf8_lossy(&output.stdout);
    Ok(output.status.success() && holds_std(Path::new(folder.trim())))
}

fn holds_std(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
}

fn rustup(arguments: &[&str]) -> Result<(), Failure> {
    let mut rustup = Command::new("rustup");
    rustup.args(arguments);
    program::run(rustup)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_of_this_very_test_has_a_standard_library() {
        let output = Command::new("rustc").arg("-vV").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let host = text.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
        assert!(has_standard_library(host).unwrap());
    }

    #[test]
    fn an_unknown_target_has_no_standard_library() {
        assert!(!has_standard_library("wasm32-nowhere-nothing").unwrap());
    }
}
