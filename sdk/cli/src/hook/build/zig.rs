//! Zig: `zig build` for WASI, most often a command.

use std::fs;
use std::path::PathBuf;

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
    let module = only_program(job)?;
    Ok(Built { wasm: job.read(LANGUAGE, &module)?, tools: vec![zig.version] })
}

/// The program that was installed.
fn only_program(job: &Job<'_>) -> Result<PathBuf, BuildError> {
    let entries =
        fs::read_dir(job.work.join("bin")).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut programs: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "wasm")).collect();
    match (programs.pop(), programs.is_empty()) {
        (Some(program), true) => Ok(program),
        (last, _) => {
            let folder = job.folder.to_owned();
            Err(BuildError::ZigPrograms { folder, number: programs.len() + usize::from(last.is_some()) })
        }
    }
}
