//! AssemblyScript: a command for WASI preview 1.

use super::error::BuildError;
use super::javascript::NODE;
use super::job::{Built, Job};
use super::language::Language;
use super::tool::Tool;

const LANGUAGE: Language = Language::AssemblyScript;

const ASC: Tool = Tool {
    name: "asc",
    programs: &["asc"],
    version: &["--version"],
    install: "type `npm install --save-dev assemblyscript` in the plugin's folder",
};

/// What must be installed.
pub(super) const TOOLS: [Tool; 2] = [NODE, ASC];

/// A plugin in AssemblyScript is a program: its top level, or its function `_start`, runs once.
pub(super) fn build(job: &Job<'_>) -> Result<Built, BuildError> {
    let asc = job.tool(LANGUAGE, &ASC)?;
    let entry = job.entry(LANGUAGE, &["assembly/index.ts", "index.ts"])?;
    let module = job.module();
    let mut compile = asc.command();
    compile.arg(entry).args(["--exportStart", "_start"]);
    compile.args(if job.debug {
        ["--debug"].as_slice()
    } else {
        ["--optimizeLevel", "3", "--shrinkLevel", "1"].as_slice()
    });
    compile.args(&job.settings.flags).arg("--outFile").arg(&module);
    job.run(LANGUAGE, compile)?;
    Ok(Built {
        wasm: job.read(LANGUAGE, &module)?,
        tools: vec![("AssemblyScript".to_owned(), asc.version.1)],
    })
}
