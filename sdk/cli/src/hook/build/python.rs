//! Python: componentize-py puts it into a component together with an interpreter.

use super::bindings;
use super::error::BuildError;
use super::job::{Built, Job};
use super::language::Language;
use super::tool::Tool;

const LANGUAGE: Language = Language::Python;

/// What makes components of Python.
pub(super) const COMPONENTIZE: Tool = Tool {
    name: "componentize-py",
    programs: &["componentize-py"],
    version: &["--version"],
    install: "type `pip install componentize-py`",
};

/// A plugin in Python has a class `Validator` with a method `validate`, in `app.py`.
pub(super) fn build(job: &Job<'_>) -> Result<Built, BuildError> {
    let componentize = job.tool(LANGUAGE, &COMPONENTIZE)?;
    let entry = job.entry(LANGUAGE, &["app.py", "src/app.py"])?;
    bindings::write(job.folder, bindings::WIT)?;
    let component = job.module();
    let mut compile = componentize.command();
    // Traces through the tool itself would bury what Python says.
    compile
        .env("RUST_LIB_BACKTRACE", "0")
        .arg("--wit-path")
        .arg(job.folder.join(bindings::FOLDER).join("wit"));
    compile.args(["--world", "hook", "componentize"]).args(&job.settings.flags);
    // Modules are named, not paths: the file's folder is where they are looked for.
    if let Some(parent) = entry.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        compile.arg("--python-path").arg(parent);
    }
    compile.arg(entry.file_stem().unwrap_or_default()).arg("--output").arg(&component);
    job.run(LANGUAGE, compile)?;
    Ok(Built { wasm: job.read(LANGUAGE, &component)?, tools: vec![componentize.version] })
}
