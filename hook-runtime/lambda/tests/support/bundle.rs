//! A bundle as `greenlight hook pack` makes it.

use std::path::Path;
use std::sync::LazyLock;

use greenlight_hook_runtime::suite::Suite;
use greenlight_hook_runtime::{Precompiled, Runtime, RuntimeOptions, Target};
use tempfile::TempDir;

use super::guest;

static FAULTS: LazyLock<Precompiled> = LazyLock::new(|| {
    let bytes = std::fs::read(guest("guest_faults")).unwrap();
    compiler().precompile("guest_faults", &bytes, Target::host().unwrap()).unwrap()
});

/// `guest_faults` as every plugin of the suite.
pub(crate) fn bundle(suite: &str) -> TempDir {
    bundle_of(suite, |_| &FAULTS)
}

/// Another plugin as every one of the suite.
pub(crate) fn bundle_of_plugin(suite: &str, bytes: &[u8]) -> TempDir {
    let compiled = compiler().precompile("other", bytes, Target::host().unwrap()).unwrap();
    bundle_of(suite, |_| &compiled)
}

/// The plugins of a suite, of which one named `wasi-http` is `guest_wasi_http`, and the others `guest_faults`.
pub(crate) fn bundle_of_guests(suite: &str) -> TempDir {
    let bytes = std::fs::read(guest("guest_wasi_http")).unwrap();
    let other = compiler().precompile("guest_wasi_http", &bytes, Target::host().unwrap()).unwrap();
    bundle_of(suite, |name| if name == "wasi-http" { &other } else { &FAULTS })
}

/// Another component as every plugin of the suite, which need not be of the contract's world.
pub(crate) fn bundle_of_component(suite: &str, name: &str, bytes: &[u8]) -> TempDir {
    let compiled = compiler().compile(name, bytes, Target::host().unwrap()).unwrap();
    bundle_of(suite, |_| &compiled)
}

fn compiler() -> Runtime {
    Runtime::new(RuntimeOptions::default().with_pooling(false)).unwrap()
}

fn bundle_of<'a>(suite: &str, compiled: impl Fn(&str) -> &'a Precompiled) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut suite = Suite::parse(suite).unwrap();
    for plugin in &mut suite.plugins {
        let compiled = compiled(&plugin.name);
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
