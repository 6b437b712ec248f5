//! Plugins that were written in Rust like those of users, and built by `cargo xtask guests`.

use std::path::PathBuf;

use greenlight_hook_runtime::{Hook, HookRun};

use super::{run, runtime};

/// The plugin of `tests/guests/faults`, of which the config key `behaviour` chooses what it does.
pub(crate) fn faults() -> Hook {
    load("guest_faults.wasm")
}

/// A run in which [`faults`] does `behaviour`.
pub(crate) fn doing(behaviour: &str) -> HookRun {
    run().with_config([("behaviour", behaviour)])
}

fn load(file: &str) -> Hook {
    // The test's own program is in `<target>/<profile>/deps`.
    let program = std::env::current_exe().unwrap();
    let path: PathBuf = program.ancestors().nth(3).unwrap().join("guests").join(file);
    runtime().load_file(&path).unwrap_or_else(|error| panic!("run `cargo xtask guests` first: {error}"))
}
