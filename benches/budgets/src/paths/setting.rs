//! What is made once for all paths, before anything is counted.

use std::{
    fs,
    path::{Path, PathBuf},
};

use greenlight_hook_runtime::{Hook, Runtime, RuntimeOptions, Target, suite::Packed};
use tempfile::TempDir;

use greenlight_budgets::failure::{Broken, Failure};

/// The plugin that the benchmarks run, told to pass.
const GUEST: &str = "guests/guest_faults.wasm";
const CODE: &str = "plugin.cwasm";
const PACKED: &str = "plugin.json";

/// A folder with a plugin that was compiled ahead.
#[derive(Debug)]
pub(crate) struct Setting {
    folder: PathBuf,
    /// Kept as long as whoever made it.
    _own: Option<TempDir>,
}

impl Setting {
    /// Compiles the plugin into a new folder.
    ///
    /// # Errors
    ///
    /// When the plugin is not there, or there is no room.
    pub(crate) fn prepare() -> Result<Self, Failure> {
        let file = guest();
        let bytes = fs::read(&file).map_err(|source| Failure::NoGuest { file, source })?;
        let own = tempfile::Builder::new().prefix("greenlight-budgets-").tempdir();
        let own = own.map_err(|error| Failure::Broken(error.into()))?;
        write_plugin(own.path(), &bytes)?;
        Ok(Self { folder: own.path().to_owned(), _own: Some(own) })
    }

    /// A folder that was prepared by another process.
    pub(crate) fn of(folder: PathBuf) -> Self {
        Self { folder, _own: None }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What takes the plugin and runs it: as by default, but that a pool for one needs less of the address space, of which
    /// valgrind has little.
    ///
    /// # Errors
    ///
    /// When the engine refuses.
    pub(crate) fn runtime() -> Result<Runtime, Broken> {
        let options = RuntimeOptions::default().with_concurrency(1).with_max_memory(16 << 20);
        Ok(Runtime::new(options)?)
    }

    /// Takes the plugin's native code.
    ///
    /// # Errors
    ///
    /// When it does not fit.
    pub(crate) fn map(&self, runtime: &Runtime, packed: &Packed) -> Result<Hook, Broken> {
        Ok(runtime.map(self.folder.join(CODE), packed)?)
    }

    /// What identifies the plugin's native code.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub(crate) fn packed(&self) -> Result<Packed, Broken> {
        Ok(serde_json::from_slice(&fs::read(self.folder.join(PACKED))?)?)
    }
}

fn write_plugin(folder: &Path, bytes: &[u8]) -> Result<(), Broken> {
    let host = Target::host().ok_or("plugins cannot be compiled for this kind of machine")?;
    let precompiled = Setting::runtime()?.precompile("plugin", bytes, host)?;
    fs::write(folder.join(CODE), &precompiled.code)?;
    fs::write(folder.join(PACKED), serde_json::to_vec(&precompiled.packed)?)?;
    Ok(())
}

/// In the target directory of this program, or else in the checkout's own.
fn guest() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    let beside = program.ancestors().map(|folder| folder.join(GUEST)).find(|file| file.is_file());
    beside.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target").join(GUEST))
}
