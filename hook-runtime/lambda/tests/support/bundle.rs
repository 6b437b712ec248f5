//! A bundle as `greenlight hook pack` makes it.

use std::path::Path;

use greenlight_hook_runtime::suite::Suite;
use greenlight_hook_runtime::{Runtime, RuntimeOptions, Target};
use tempfile::TempDir;

use super::guest;

/// Compiles `guest_faults` for every plugin of the suite, and writes both.
pub(crate) fn bundle(suite: &str) -> TempDir {
    bundle_of(&std::fs::read(guest()).unwrap(), suite)
}

/// The same with another plugin.
pub(crate) fn bundle_of(wasm: &[u8], suite: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let runtime = Runtime::new(RuntimeOptions::default()).unwrap();
    let compiled = runtime.precompile("guest_faults", wasm, Target::host().unwrap()).unwrap();
    let mut suite = Suite::parse(suite).unwrap();
    for plugin in &mut suite.plugins {
        plugin.plugin.set_extension("cwasm");
        plugin.packed = Some(compiled.packed.clone());
        std::fs::write(folder.path().join(&plugin.plugin), &compiled.code).unwrap();
    }
    write(folder.path(), &suite);
    folder
}

pub(crate) fn write(folder: &Path, suite: &Suite) {
    std::fs::write(folder.join("greenlight.toml"), suite.to_toml()).unwrap();
}
