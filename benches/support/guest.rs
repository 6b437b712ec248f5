//! The plugin that every contender runs.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

/// The config key by which the plugin is told what to do.
pub const BEHAVIOUR: &str = "behaviour";

/// What it is told: to report three checks, a metric and a log line, and to pass.
pub const PASS: &str = "pass";

/// The plugin's file, as `cargo xtask guests` writes it.
const FILE: &str = "guests/guest_faults.wasm";

/// The bytes of a plugin.
#[derive(Debug)]
pub struct Guest {
    /// Where it was found.
    pub path: PathBuf,
    /// The component.
    pub bytes: Vec<u8>,
}

/// A plugin that is not there.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be read ({source}); run `cargo xtask guests` first", path.display())]
pub struct MissingGuest {
    path: PathBuf,
    source: io::Error,
}

impl Guest {
    /// Reads the plugin from the target directory that this program was built into, or else from the checkout's
    /// own, so that a build into another directory needs no second set of guests.
    ///
    /// # Errors
    ///
    /// [`MissingGuest`], which says how to build it.
    pub fn read() -> Result<Self, MissingGuest> {
        let own = env::current_exe().ok().and_then(|program| {
            program.ancestors().map(|folder| folder.join(FILE)).find(|file| file.is_file())
        });
        Self::read_from(
            own.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target").join(FILE)),
        )
    }

    fn read_from(path: PathBuf) -> Result<Self, MissingGuest> {
        match fs::read(&path) {
            Ok(bytes) => Ok(Self { path, bytes }),
            Err(source) => Err(MissingGuest { path, source }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_guest_says_how_to_build_it() {
        let error = Guest::read_from("nowhere/guest.wasm".into()).unwrap_err().to_string();
        assert!(error.starts_with("nowhere/guest.wasm cannot be read ("), "{error}");
        assert!(error.ends_with("; run `cargo xtask guests` first"), "{error}");
    }
}
