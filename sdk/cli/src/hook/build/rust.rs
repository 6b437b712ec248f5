//! Rust: cargo makes the component itself, for the target wasm32-wasip2.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use super::bindings;
use super::error::BuildError;
use super::job::{Built, Job};
use super::language::Language;
use super::tool::{Found, Tool};

const LANGUAGE: Language = Language::Rust;

const TARGET: &str = "wasm32-wasip2";

/// Cargo, with which rustc comes.
pub(super) const CARGO: Tool = Tool {
    name: "cargo",
    programs: &["cargo"],
    version: &["--version"],
    install: "install Rust with rustup from https://rustup.rs",
};

const RUSTC: Tool = Tool { name: "rustc", programs: &["rustc"], ..CARGO };

/// What of it must be installed too.
pub(super) const NEEDS_TARGET: (&str, &str) =
    ("Rust's target wasm32-wasip2", "type `rustup target add wasm32-wasip2`");

/// A plugin in Rust is a crate with the crate-type `cdylib`, or a program.
pub(super) fn build(job: &Job<'_>) -> Result<Built, BuildError> {
    let cargo = job.tool(LANGUAGE, &CARGO)?;
    let rustc = job.tool(LANGUAGE, &RUSTC)?;
    if !has_target(job, &rustc) {
        let (tool, install) = NEEDS_TARGET;
        return Err(BuildError::ToolMissing { language: LANGUAGE, tool, install });
    }
    if takes_our_crate(job.folder) {
        bindings::write(job.folder, bindings::RUST_MANIFEST)?;
        bindings::write(job.folder, bindings::RUST)?;
        bindings::write(job.folder, bindings::WIT)?;
    }
    let module = compile(job, &cargo)?;
    Ok(Built { wasm: job.read(LANGUAGE, &module)?, tools: vec![rustc.version] })
}

/// Whether there is a standard library for the target: without one cargo fails with E0463, which names no remedy.
fn has_target(job: &Job<'_>, rustc: &Found) -> bool {
    let mut ask = rustc.command();
    ask.args(["--print", "target-libdir", "--target", TARGET]).current_dir(job.folder).stderr(Stdio::null());
    let Ok(output) = ask.output() else { return false };
    let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success() && fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

/// Whether the crate for plugins is to be in the project: its manifest has `greenlight-hook = { path = "greenlight" }`.
fn takes_our_crate(folder: &Path) -> bool {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
    let manifest: toml::Table = manifest.parse().unwrap_or_default();
    let crate_of_ours = manifest.get("dependencies").and_then(|all| all.get("greenlight-hook"));
    crate_of_ours.and_then(|it| it.get("path")).is_some_and(|path| path.as_str() == Some(bindings::FOLDER))
}

/// Has cargo build the crate, and tell where it put the module: that depends on workspaces, profiles and variables.
fn compile(job: &Job<'_>, cargo: &Found) -> Result<PathBuf, BuildError> {
    let mut step = Command::new(&cargo.path);
    step.args(["build", "--message-format=json-render-diagnostics", "--target", TARGET]);
    let flags = &job.settings.flags;
    let has_profile = flags.iter().any(|flag| flag.starts_with("--profile") || flag == "--release");
    if !job.debug && !has_profile {
        step.arg("--release");
    }
    // What calls us may itself run under cargo, whose variables speak of another package.
    step.args(flags).env_remove("CARGO_MANIFEST_DIR");
    step.current_dir(job.folder).env("PATH", job.places.path()).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = step.output().map_err(|source| BuildError::Start { program: cargo.path.clone(), source })?;
    if !output.status.success() {
        let folder = job.folder.to_owned();
        return Err(BuildError::Source {
            language: LANGUAGE,
            folder,
            step: "cargo build".into(),
            status: output.status,
        });
    }
    let manifest = job.folder.join("Cargo.toml");
    let said = String::from_utf8_lossy(&output.stdout);
    let module = said.lines().filter_map(|line| Message::module(line, &manifest)).next_back();
    module.ok_or_else(|| BuildError::NoCdylib { folder: job.folder.to_owned() })
}

/// What cargo tells of something that it made.
#[derive(Debug, Deserialize)]
struct Message {
    #[serde(default)]
    manifest_path: PathBuf,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

impl Message {
    /// The module of our own crate, if that is what this line tells of.
    fn module(line: &str, manifest: &Path) -> Option<PathBuf> {
        let message: Self = serde_json::from_str(line).ok()?;
        let ours = message.manifest_path == manifest;
        let mut files = message.filenames.into_iter();
        files.find(|file| ours && file.extension().is_some_and(|extension| extension == "wasm"))
    }
}
