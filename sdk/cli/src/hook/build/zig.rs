//! Zig: `zig build` for WASI, most often a command.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::BuildError;
use super::job::{Built, Job};
use super::language::Language;
use super::tool::Tool;

const LANGUAGE: Language = Language::Zig;

/// Zig, which is a C compiler too.
pub(super) const ZIG: Tool = Tool {
    name: "zig",
    // The second is what the package of PyPI installs.
    programs: &["zig", "python-zig"],
    version: &["version"],
    install: "type `pip install ziglang`",
};

/// A plugin in Zig has a `build.zig` with the standard options and installs one program.
pub(super) fn build(job: &Job<'_>) -> Result<Built, BuildError> {
    let zig = job.tool(LANGUAGE, &ZIG)?;
    let mut compile = zig.command();
    compile.args(["build", "-Dtarget=wasm32-wasi"]);
    compile.arg(if job.debug { "-Doptimize=Debug" } else { "-Doptimize=ReleaseSmall" });
    compile.args(&job.settings.flags).arg("--prefix").arg(job.work);
    job.run(LANGUAGE, compile)?;
    let module = only_module(&job.work.join("bin"));
    Ok(Built { wasm: job.read(LANGUAGE, &module)?, tools: vec![zig.version] })
}

/// The module that was installed; the folder itself when there is none, which is then what cannot be read.
fn only_module(folder: &Path) -> PathBuf {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut modules: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "wasm")).collect();
    modules.sort();
    modules.into_iter().next().unwrap_or_else(|| folder.to_owned())
}
