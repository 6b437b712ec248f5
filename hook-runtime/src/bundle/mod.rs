//! Bundles: the zip that is deployed to AWS Lambda.
//!
//! | file in it | mode | |
//! |---|---|---|
//! | `bootstrap` | 0755 | the Lambda host, which AWS Lambda starts |
//! | `greenlight.toml` | 0444 | the [suite], with what identifies the native code of each plugin |
//! | `plugins/NAME.cwasm` | 0444 | native code of the plugin NAME, and of those after it in the suite with the same component |
//!
//! [`Bundle::pack`] makes one, the same bytes of the same files; [`Bundle::read`] reads one without running or mapping
//! anything of it.

mod archive;
mod error;
mod host;
mod native_code;
mod read;

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt, fs,
    path::{Path, PathBuf},
};

pub use self::{
    error::{BundleError, PackError},
    host::Machine,
    native_code::NativeCode,
    read::{Contents, PackedFile},
};
use crate::{
    LoadError, Precompiled, Runtime, Target,
    suite::{self, Packed, Suite},
    units,
};

/// The most that the files of a function may take together, in bytes, unzipped: 250 MB (Lambda quotas).
pub const MOST_BYTES: u64 = 250 * 1024 * 1024;

/// The largest zip, in bytes, that AWS Lambda takes in a request: 50 MB (Lambda quotas). A larger one goes through Amazon S3.
pub const MOST_IN_A_REQUEST: u64 = 50 * 1024 * 1024;

/// A bundle that was made.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bundle {
    /// The bytes of the zip.
    pub zip: Vec<u8>,
    /// The suite in it, in which every plugin is packed.
    pub suite: Suite,
    /// The machine that it is for.
    pub target: Target,
    /// The files in it by name, with their sizes in bytes, unzipped.
    pub files: Vec<(String, u64)>,
}

impl Bundle {
    /// Makes the bundle of a suite: compiles its plugins for `target`, and puts them together with the Lambda host.
    ///
    /// Paths of plugins in the suite are relative to `folder`; `host` is the host's program for the same target, with this
    /// engine: it has an [`ENGINE_MARK`](crate::ENGINE_MARK).
    ///
    /// ```no_run
    /// use std::path::Path;
    /// use greenlight_hook_runtime::{Runtime, RuntimeOptions, Target, bundle::Bundle, suite::Suite};
    ///
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let runtime = Runtime::new(RuntimeOptions::default())?;
    /// let suite = Suite::read("hooks/greenlight.toml")?;
    /// let host = Path::new("greenlight-lambda-host-arm64");
    /// let bundle = Bundle::pack(&runtime, &suite, Path::new("hooks"), host, Target::Arm64)?;
    /// std::fs::write("hook-arm64.zip", &bundle.zip)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`PackError`], when a plugin is no validation test, the host is a program for something else or of another
    /// release, or all of it is more than AWS Lambda takes.
    pub fn pack(
        runtime: &Runtime,
        suite: &Suite,
        folder: &Path,
        host: &Path,
        target: Target,
    ) -> Result<Self, PackError> {
        // Whoever made the suite without a file has not had its names checked.
        let mut suite = Suite::parse(&suite.to_toml())?;
        let program = host::read(host, target, &runtime.engine_hash(target))?;
        let mut compiled: HashMap<Vec<u8>, (PathBuf, Packed)> = HashMap::new();
        let mut files = vec![archive::File::program(BOOTSTRAP, program)];
        for plugin in &mut suite.plugins {
            let bytes = component(&plugin.name, &folder.join(&plugin.plugin))?;
            // One component with several settings is one file.
            let (path, packed) = match compiled.entry(bytes) {
                Entry::Occupied(same) => same.get().clone(),
                Entry::Vacant(new) => {
                    let Precompiled { code, packed } = runtime.precompile(&plugin.name, new.key(), target)?;
                    let name = format!("plugins/{}.cwasm", plugin.name);
                    let place = (PathBuf::from(&name), packed);
                    files.push(archive::File::data(name, code));
                    new.insert(place).clone()
                }
            };
            plugin.plugin = path;
            plugin.packed = Some(packed);
        }
        files.push(archive::File::data(suite::FILE_NAME, suite.to_toml().into_bytes()));
        files.sort_by(|one, other| one.name.cmp(&other.name));
        let sizes: Vec<_> = files.iter().map(|file| (file.name.clone(), file.bytes.len() as u64)).collect();
        let total = sizes.iter().map(|(_, bytes)| bytes).sum();
        if total > MOST_BYTES {
            return Err(PackError::TooLarge { bytes: total });
        }
        let zip = archive::write(&files).map_err(|problem| PackError::Archive { problem })?;
        Ok(Self { zip, suite, target, files: sizes })
    }

    /// Reads the bytes of a bundle.
    ///
    /// # Errors
    ///
    /// [`BundleError`], when they are none.
    pub fn read(zip: &[u8]) -> Result<Contents, BundleError> {
        read::read(zip, MOST_BYTES)
    }
}

/// The name under which AWS Lambda looks for the program.
pub(crate) const BOOTSTRAP: &str = "bootstrap";

fn component(name: &str, path: &Path) -> Result<Vec<u8>, LoadError> {
    fs::read(path).map_err(|source| LoadError::unreadable(name, path, source))
}

impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bundle")
            .field("bytes", &self.zip.len())
            .field("suite", &self.suite)
            .field("target", &self.target)
            .field("files", &self.files)
            .finish()
    }
}

impl fmt::Display for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unzipped = self.files.iter().map(|(_, bytes)| bytes).sum();
        write!(
            f,
            "{} for {}, {} zipped, {} unzipped",
            self.suite,
            self.target,
            units::bytes(self.zip.len() as u64),
            units::bytes(unzipped)
        )
    }
}
