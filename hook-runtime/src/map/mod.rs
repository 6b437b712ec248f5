//! Takes native code that was compiled ahead.

mod error;
mod genuine;
mod native;

use std::{fs, io::ErrorKind, path::Path};

pub use self::error::MapError;
use self::genuine::{Genuine, Odd};
use crate::{Hook, LoadError, Runtime, Target, engine, suite::Packed};

impl Runtime {
    /// Makes a plugin of the native code in a file, if it is the code that `expected` describes. The file's name without its
    /// last extension becomes the plugin's name. Nothing is compiled.
    ///
    /// The file is read once, and what was read is checked and then used: whoever changes the file in the meantime changes
    /// nothing. Target, engine and digest are compared before the engine sees any of the code.
    ///
    /// The digest says that the code is what was packed, not who packed it: map only files of a bundle that is trusted
    /// as much as this program itself.
    ///
    /// ```no_run
    /// use greenlight_hook_runtime::{Runtime, RuntimeOptions, suite::Suite};
    ///
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let runtime = Runtime::new(RuntimeOptions::default())?;
    /// for plugin in Suite::read("greenlight.toml")?.plugins {
    ///     let packed = plugin.packed.as_ref().ok_or("not packed")?;
    ///     let hook = runtime.map(&plugin.plugin, packed)?;
    ///     println!("{hook}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`MapError`] says what does not match, and how to mend it.
    pub fn map(&self, path: impl AsRef<Path>, expected: &Packed) -> Result<Hook, MapError> {
        let path = path.as_ref();
        let file = || path.to_owned();
        let host = Target::host();
        if host.is_none_or(|host| host.triple() != expected.target) {
            return Err(MapError::Target { path: file(), found: expected.target.clone(), host });
        }
        let own = host.map(|host| engine::hash(self.engine(), host)).unwrap_or_default();
        if own != expected.engine {
            return Err(MapError::Engine { path: file(), found: expected.engine.clone(), own });
        }
        let code = fs::read(path).map_err(|source| match source.kind() {
            ErrorKind::NotFound => MapError::Missing { path: file() },
            _ => MapError::Unreadable { path: file(), source },
        })?;
        let genuine = Genuine::check(&code, expected).map_err(|odd| match odd {
            Odd::Truncated { whole } => MapError::Truncated { path: file(), bytes: code.len(), whole },
            Odd::Digest { found } => {
                MapError::Digest { path: file(), found, expected: expected.digest.clone() }
            }
        })?;
        let component = native::component(self.engine(), &genuine)
            .map_err(|error| MapError::Refused { path: file(), problem: format!("{error:#}") })?;
        let name =
            path.file_stem().map_or_else(|| path.display().to_string(), |s| s.to_string_lossy().into());
        self.hook(&name, expected.source_digest.clone(), &component).map_err(|error| match error {
            LoadError::ContractVersion { found, newer: true, .. } => MapError::Newer { path: file(), found },
            error => MapError::Contract { path: file(), source: Box::new(error) },
        })
    }
}

/// The component that native code holds which was made in this process, or kept by one that made it.
#[cfg(feature = "compile")]
pub(crate) fn component(
    runtime: &Runtime,
    code: &[u8],
    packed: &Packed,
) -> wasmtime::Result<wasmtime::component::Component> {
    let genuine = Genuine::check(code, packed)
        .map_err(|odd| wasmtime::Error::msg(format!("the code changed after it was compiled: {odd:?}")))?;
    native::component(runtime.engine(), &genuine)
}

#[cfg(test)]
#[cfg(feature = "compile")]
mod tests;
