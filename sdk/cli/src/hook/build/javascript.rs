//! JavaScript: componentize-js puts it into a component together with an engine.

use std::fs;
use std::path::Path;

use super::bindings;
use super::error::BuildError;
use super::job::{Built, Job};
use super::language::Language;
use super::tool::Tool;

const LANGUAGE: Language = Language::JavaScript;

/// Node.js, which npm and its tools run on.
pub(super) const NODE: Tool = Tool {
    name: "node",
    programs: &["node"],
    version: &["--version"],
    install: "install Node.js 20 or later from https://nodejs.org",
};

const COMPONENTIZE: Tool = Tool {
    name: "componentize-js",
    programs: &["componentize-js"],
    version: &["--version"],
    install: "type `npm install --save-dev @bytecodealliance/componentize-js` in the plugin's folder",
};

/// What must be installed.
pub(super) const TOOLS: [Tool; 2] = [NODE, COMPONENTIZE];

/// A plugin in JavaScript exports `validator` with a function `validate`.
pub(super) fn build(job: &Job<'_>) -> Result<Built, BuildError> {
    let node = job.tool(LANGUAGE, &NODE)?;
    let componentize = job.tool(LANGUAGE, &COMPONENTIZE)?;
    let entry = job.entry(LANGUAGE, &["hook.js", "index.js", "src/index.js"])?;
    if is_module(job.folder, &entry) {
        // componentize-js says that the source cannot be parsed, and not where.
        let mut check = node.command();
        check.arg("--check").arg(&entry);
        job.run(LANGUAGE, check)?;
    }
    bindings::write(job.folder, bindings::WIT)?;
    let component = job.module();
    let mut compile = componentize.command();
    compile.arg(entry).arg("--wit").arg(job.folder.join(bindings::FOLDER).join("wit"));
    compile.args(["--world-name", "hook"]).args(&job.settings.flags).arg("--out").arg(&component);
    job.run(LANGUAGE, compile)?;
    Ok(Built { wasm: job.read(LANGUAGE, &component)?, tools: vec![componentize.version, node.version] })
}

/// Whether Node.js takes the file for a module, as componentize-js does whatever it is called.
fn is_module(folder: &Path, entry: &Path) -> bool {
    let manifest = fs::read_to_string(folder.join("package.json")).unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap_or_default();
    entry.extension().is_some_and(|extension| extension == "mjs")
        || manifest.get("type").is_some_and(|kind| kind == "module")
}
