//! What a plugin costs on this machine: to compile once, and to load each time a host starts.

use std::fs;
use std::time::{Duration, Instant};

use greenlight_hook_runtime::{Runtime, Target};
use serde::Serialize;

/// One measurement each, on a machine that may be busy: an order of magnitude.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Cost {
    /// The kind of machine, which is this one's.
    pub(super) target: &'static str,
    /// Bytes of native code.
    pub(super) native_bytes: u64,
    /// In seconds.
    pub(super) compile: f64,
    /// In seconds; with native code of which the file is in the system's cache.
    pub(super) load: Option<f64>,
}

/// Nothing on machines for which no native code is made ahead.
pub(super) fn cost(runtime: &Runtime, name: &str, component: &[u8]) -> Option<Cost> {
    let target = Target::host()?;
    let begun = Instant::now();
    let compiled = runtime.precompile(name, component, target).ok()?;
    let compile = begun.elapsed();
    let path = std::env::temp_dir().join(format!("greenlight-check-{}.cwasm", std::process::id()));
    let load = fs::write(&path, &compiled.code).ok().and_then(|()| {
        let begun = Instant::now();
        let loaded = runtime.map(&path, &compiled.packed).ok();
        loaded.map(|_| begun.elapsed())
    });
    // A leftover in the folder for them is no reason to fail.
    drop(fs::remove_file(&path));
    Some(Cost {
        target: target.architecture(),
        native_bytes: compiled.code.len() as u64,
        compile: compile.as_secs_f64(),
        load: load.as_ref().map(Duration::as_secs_f64),
    })
}
