//! Makes a [`Hook`] of bytes.

#[cfg(feature = "compile")]
mod code_cache;
#[cfg(feature = "compile")]
mod component;
mod error;
#[cfg(feature = "compile")]
mod precompile;
#[cfg(feature = "compile")]
mod refusal;
mod world;

#[cfg(feature = "compile")]
use std::{fs, path::Path};

#[cfg(feature = "compile")]
use sha2::{Digest, Sha256};
use wasmtime::component::Component;
use wasmtime_wasi::p2::bindings::CommandPre;

#[cfg(feature = "compile")]
pub use self::code_cache::CodeCache;
pub use self::error::LoadError;
#[cfg(feature = "compile")]
pub use self::precompile::Precompiled;
use self::world::Kind;
use crate::{
    Hook, Runtime,
    contract::ValidationPre,
    hook::{Entry, Loaded},
};

impl Runtime {
    /// Makes a plugin of a component that the engine took, if it fits the contract. `digest` is that of the component.
    pub(crate) fn hook(&self, name: &str, digest: String, component: &Component) -> Result<Hook, LoadError> {
        let kind = world::check(name, self.engine(), component)?;
        let entry = self
            .linker()
            .instantiate_pre(component)
            .and_then(|pre| match kind {
                Kind::Validator => ValidationPre::new(pre).map(Entry::Validator),
                Kind::Command => CommandPre::new(pre).map(Entry::Command),
            })
            .map_err(|error| world::mismatch(name, self.engine(), component, &error))?;
        let imports = world::imports(self.engine(), component);
        Ok(Hook::new(name, Loaded { digest, imports, entry, runtime: self.clone() }))
    }
}

#[cfg(feature = "compile")]
impl Runtime {
    /// Compiles a plugin and checks it against the contract. `name` is what reports and errors call it. With the feature `adapt`
    /// a plugin in any of the accepted [forms](crate::Form) is taken, otherwise components.
    ///
    /// This computes for 0.1 to 10 seconds, by size and language: call it away from the executor. Compiling
    /// is not bounded by any limit, so bytes from strangers are better compiled elsewhere.
    ///
    /// # Errors
    ///
    /// [`LoadError`] says what is wrong with the bytes and how to mend it.
    pub fn load(&self, name: &str, bytes: &[u8]) -> Result<Hook, LoadError> {
        let bytes = component::of(name, bytes)?;
        let component = Component::from_binary(self.engine(), &bytes)
            .map_err(|error| refusal::of_bytes(name, bytes.len(), &error))?;
        self.hook(name, hex::encode(Sha256::digest(&bytes)), &component)
    }

    /// Loads a plugin from a file; the file's name without its last extension becomes the plugin's name.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load), and when the file cannot be read.
    pub fn load_file(&self, path: impl AsRef<Path>) -> Result<Hook, LoadError> {
        let (plugin, bytes) = plugin_and_bytes(path.as_ref())?;
        self.load(&plugin, &bytes)
    }
}

/// The name of the plugin in a file, and what is in it.
#[cfg(feature = "compile")]
fn plugin_and_bytes(path: &Path) -> Result<(String, Vec<u8>), LoadError> {
    let plugin = plugin_in(path);
    let bytes = fs::read(path).map_err(|source| LoadError::unreadable(&plugin, path, source))?;
    Ok((plugin, bytes))
}

/// The name of the plugin in a file.
#[cfg(feature = "compile")]
fn plugin_in(path: &Path) -> String {
    path.file_stem().map_or_else(|| path.display().to_string(), |stem| stem.to_string_lossy().into())
}
