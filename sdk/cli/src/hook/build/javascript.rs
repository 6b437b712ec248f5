//! JavaScript: componentize-js puts it into a component together with an engine.

use super::bindings;
use super::error::BuildError;
use super::job::{Built, Job};
use super::language::Language;
use super::tool::Tool;

const LANGUAGE: Language = Language::JavaScript;

const NODE: Tool = Tool {
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

/// A plugin in JavaScript exports `validator` with a function `validate`.
pub(super) fn build(job: &Job<'_>) -> Result<Built, BuildError> {
    let node = job.tool(LANGUAGE, &NODE)?;
    let componentize = job.tool(LANGUAGE, &COMPONENTIZE)?;
    let entry = job.entry(LANGUAGE, &["hook.js", "index.js", "src/index.js"])?;
    bindings::write(job.folder, bindings::WIT)?;
    let component = job.module();
    let mut compile = componentize.command();
    compile.arg(entry).arg("--wit").arg(job.folder.join(bindings::FOLDER).join("wit"));
    compile.args(["--world-name", "hook"]).args(&job.settings.flags).arg("--out").arg(&component);
    job.run(LANGUAGE, compile)?;
    Ok(Built { wasm: job.read(LANGUAGE, &component)?, tools: vec![componentize.version, node.version] })
}
