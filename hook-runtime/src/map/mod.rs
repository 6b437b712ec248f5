//! Takes native code that was compiled ahead.
//!
//! # What is trusted
//!
//! Code is checked, then used, and must not change in between. Two ways see to that. A file that [nobody writes
//! to](sealed) is mapped where it lies: its digest is made of the file's own pages, and the engine has them brought in as
//! they are used. Any other file is read into memory once, and what was read is checked and copied by the engine: whoever
//! writes to the file in the meantime changes nothing. The first takes a seventh of the second's time for 36 MB.

mod error;
mod genuine;
mod native;
mod sealed;

use std::{
    fs::File,
    io::{ErrorKind, Read as _},
    path::Path,
};

use wasmtime::component::Component;

pub use self::error::MapError;
use self::genuine::{Genuine, Odd};
use crate::{Hook, LoadError, Runtime, Target, engine, suite::Packed};

impl Runtime {
    /// Makes a plugin of the native code in a file, if it is the code that `expected` describes. The file's name without its
    /// last extension becomes the plugin's name. Nothing is compiled.
    ///
    /// Target, engine and digest are compared before the engine sees any of the code. A file that belongs to this user or to
    /// root, and that by its mode nobody may write to, such as those of an unzipped bundle (0444), is mapped where it lies: replace it by
    /// another file, but do not write into it. Of any other file a copy is made in memory, checked and used, which takes
    /// longer for plugins with an interpreter in them; whoever changes the file in the meantime changes nothing.
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
        let component = self.component(path, expected)?;
        let name =
            path.file_stem().map_or_else(|| path.display().to_string(), |s| s.to_string_lossy().into());
        self.hook(&name, expected.source_digest.clone(), &component).map_err(|error| match error {
            LoadError::ContractVersion { found, newer: true, .. } => MapError::Newer { path: file(), found },
            error => MapError::Contract { path: file(), source: Box::new(error) },
        })
    }

    /// The component whose native code is in this file.
    pub(crate) fn component(&self, path: &Path, expected: &Packed) -> Result<Component, MapError> {
        let file = || path.to_owned();
        let unreadable = |source: std::io::Error| match source.kind() {
            ErrorKind::NotFound => MapError::Missing { path: file() },
            _ => MapError::Unreadable { path: file(), source },
        };
        let mut opened = File::open(path).map_err(unreadable)?;
        if let Some(component) = in_place(self, &opened, expected) {
            return Ok(component);
        }
        let mut code = Vec::new();
        opened.read_to_end(&mut code).map_err(unreadable)?;
        let genuine = Genuine::check(&code, expected).map_err(|odd| match odd {
            Odd::Truncated { whole } => MapError::Truncated { path: file(), bytes: code.len(), whole },
            Odd::Digest { algorithm, found, expected } => {
                MapError::Digest { path: file(), algorithm, found, expected }
            }
        })?;
        native::component(self.engine(), &genuine)
            .map_err(|error| MapError::Refused { path: file(), problem: format!("{error:#}") })
    }
}

/// The component in a file that nobody writes to. Nothing when it is another file, or cannot be used where it lies, such as in a
/// file system from which nothing may be run: of a copy it may be usable, or tells why not.
fn in_place(runtime: &Runtime, file: &File, expected: &Packed) -> Option<Component> {
    let sealed = sealed::Sealed::of(file)?;
    let genuine = Genuine::check_file(&sealed, expected)?;
    native::component(runtime.engine(), &genuine).ok()
}

/// The component that native code holds which was made in this process.
#[cfg(feature = "compile")]
pub(crate) fn component(runtime: &Runtime, code: &[u8], packed: &Packed) -> wasmtime::Result<Component> {
    let genuine = Genuine::check(code, packed)
        .map_err(|odd| wasmtime::Error::msg(format!("the code changed after it was compiled: {odd:?}")))?;
    native::component(runtime.engine(), &genuine)
}

#[cfg(test)]
#[cfg(feature = "compile")]
mod tests;
