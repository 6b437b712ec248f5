//! A bundle, read before it is published: what the function could not start with is told here.

use std::fs;
use std::path::Path;

use greenlight::setup::Architecture;
use greenlight_hook_runtime::Target;
use greenlight_hook_runtime::bundle::Bundle;

use super::fault::Fault;

/// The bytes of a bundle, and the processor that it is for.
pub(super) fn read(path: &Path) -> Result<(Vec<u8>, Architecture), Fault> {
    let zip = fs::read(path).map_err(|source| Fault::Unreadable {
        path: path.to_owned(),
        source,
        fix: "make the bundle with `greenlight hook pack`, or correct its path",
    })?;
    let contents = Bundle::read(&zip).map_err(|source| Fault::Bundle { path: path.to_owned(), source })?;
    let unusable = |problem: String| Fault::NotUsable { path: path.to_owned(), problem };
    for (plugin, file) in contents.suite.plugins.iter().zip(&contents.plugins) {
        if let Some(problem) = file.problem(plugin, contents.host) {
            return Err(unusable(format!("the plugin {:?}: {problem}", plugin.name)));
        }
    }
    match contents.host {
        Some(Target::X86_64) => Ok((zip, Architecture::X86_64)),
        Some(Target::Arm64) => Ok((zip, Architecture::Arm64)),
        _ => Err(unusable(
            "its Lambda host is no program for AWS Lambda; make the bundle with `greenlight hook pack`"
                .to_owned(),
        )),
    }
}
