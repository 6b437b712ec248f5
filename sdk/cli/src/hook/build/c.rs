//! C, with Zig's C compiler: a reactor module for WASI preview 1.

use super::bindings;
use super::detect::with_extension;
use super::error::BuildError;
use super::job::{Built, Job};
use super::language::Language;
use super::zig::ZIG;

const LANGUAGE: Language = Language::C;

/// A plugin in C includes `greenlight/hook.h` and defines `exports_greenlight_hook_validator_validate`.
pub(super) fn build(job: &Job<'_>) -> Result<Built, BuildError> {
    let zig = job.tool(LANGUAGE, &ZIG)?;
    bindings::write(job.folder, bindings::C)?;
    let module = job.module();
    let mut compile = zig.command();
    compile.args(["cc", "-target", "wasm32-wasi", "-mexec-model=reactor", "-I."]);
    // Bindings are the generator's business: the flags of the project are for its own files, which come with them.
    compile.args(if job.debug { ["-O0", "-g"] } else { ["-Os", "-s"] });
    // Zig's C compiler takes `assert` out of what it optimises, and a check that is not there passes every release.
    compile.arg("-UNDEBUG");
    compile.args(&job.settings.flags).arg("-o").arg(&module);
    compile.args(with_extension(job.folder, "c")).arg(format!("{}/hook.c", bindings::FOLDER));
    job.run(LANGUAGE, compile)?;
    Ok(Built { wasm: job.read(LANGUAGE, &module)?, tools: vec![zig.version] })
}
