//! The demo's programs, where its project files look for them.

use crate::failure::Failure;
use crate::file::install;
use crate::guests;
use crate::program::{cargo, run};
use crate::workspace::Workspace;

const SERVICE: &str = "greenlight-demo-service";

/// Builds the guests and the demo service, and fills `guest-examples/demo/bin`.
///
/// # Errors
///
/// When something does not build.
pub(crate) fn build(workspace: &Workspace) -> Result<(), Failure> {
    guests::build(workspace)?;
    run(cargo(workspace, &["build", "--quiet", "--package", SERVICE]))?;
    let bin = workspace.root.join("guest-examples/demo/bin");
    let service = format!("demo-service{}", std::env::consts::EXE_SUFFIX);
    install(&workspace.program(SERVICE), &bin.join(service))?;
    install(&workspace.guests().join(guests::file_name("rust-smoke")), &bin.join("rust-smoke.wasm"))
}
