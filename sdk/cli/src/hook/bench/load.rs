//! What it costs to have a plugin ready to run.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use greenlight_hook_runtime::testing::Case;
use greenlight_hook_runtime::{Hook, Precompiled, Runtime, RuntimeOptions, Target};
use tempfile::TempDir;

use super::super::Fault;
use super::quantile::Samples;

/// Compiling is slow, and its time hardly varies.
const MOST_COMPILES: usize = 5;
const COMPILING_FOR: Duration = Duration::from_secs(5);
/// Mapping takes less than a millisecond.
const MAPS: usize = 50;

/// A plugin that is ready, and what that cost. Times are in nanoseconds.
pub(super) struct Loaded {
    /// In a runtime of its own that has not run anything yet.
    pub(super) hook: Hook,
    pub(super) wasm_bytes: u64,
    pub(super) native_bytes: u64,
    pub(super) runtime_start: u64,
    pub(super) compiles: Vec<u64>,
    pub(super) first_map: u64,
    pub(super) maps: Samples,
}

/// Compiles the plugin, compiles it ahead, and maps what came of that.
pub(super) fn measure(plugin: &Path, case: Option<&Case>) -> Result<Loaded, Fault> {
    let refused = |source| Fault::Plugin { path: plugin.to_owned(), source };
    let target = Target::host().ok_or(Fault::NoTarget)?;
    let options = RuntimeOptions::default();
    let memory = case.map_or(0, |case| case.limits.memory).max(options.max_memory);
    let options = options.with_max_memory(memory);

    let (runtime, runtime_start) = timed(|| Runtime::new(options));
    let runtime = runtime?;
    let bytes = fs::read(plugin).map_err(|source| Fault::Unreadable { path: plugin.to_owned(), source })?;
    let name = plugin.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let mut compiles = Vec::new();
    let begun = Instant::now();
    while compiles.is_empty() || (compiles.len() < MOST_COMPILES && begun.elapsed() < COMPILING_FOR) {
        let (hook, took) = timed(|| runtime.load_file(plugin));
        hook.map_err(refused)?;
        compiles.push(took);
    }

    let Precompiled { code, packed, .. } = runtime.precompile(&name, &bytes, target).map_err(refused)?;
    let folder = TempDir::new().map_err(Fault::Machine)?;
    let file = folder.path().join(format!("{name}.cwasm"));
    fs::write(&file, &code).map_err(Fault::Machine)?;
    // As in a bundle: nobody writes to it.
    let mut permissions = fs::metadata(&file).map_err(Fault::Machine)?.permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&file, permissions).map_err(Fault::Machine)?;
    let map = |runtime: &Runtime| {
        let (hook, took) = timed(|| runtime.map(&file, &packed));
        hook.map(|hook| (hook, took)).map_err(|source| Fault::Map { path: plugin.to_owned(), source })
    };
    let (_, first_map) = map(&runtime)?;
    let maps = (0..MAPS).map(|_| map(&runtime).map(|(_, took)| took)).collect::<Result<_, _>>()?;
    // Whatever the first runtime keeps warm, this one does not have.
    let (hook, _) = map(&Runtime::new(options)?)?;
    Ok(Loaded {
        hook,
        wasm_bytes: bytes.len() as u64,
        native_bytes: code.len() as u64,
        runtime_start,
        compiles,
        first_map,
        maps: Samples::new(maps),
    })
}

/// What came of it, and the nanoseconds it took.
pub(super) fn timed<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let begun = Instant::now();
    let result = work();
    (result, nanos(begun.elapsed()))
}

pub(super) fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
