//! What `cargo xtask` builds and installs, where it puts it.

use std::{
    env,
    path::{Path, PathBuf},
};

/// Something that has to be built or installed first.
#[derive(Debug, thiserror::Error)]
#[error("there is no {}; run `{command}` first", path.display())]
pub struct MissingProgram {
    path: PathBuf,
    command: &'static str,
}

/// A file or folder of the target directory that this program was built into, or else of the checkout's own.
///
/// # Errors
///
/// [`MissingProgram`], which names the command that makes it.
pub fn built(name: &str, command: &'static str) -> Result<PathBuf, MissingProgram> {
    let own = env::current_exe().ok();
    let own = own.iter().flat_map(|program| program.ancestors().skip(1).map(|folder| folder.join(name)));
    let found = own.into_iter().find(|path| path.exists());
    existing(found.unwrap_or_else(|| workspace().join("target").join(name)), command)
}

/// The path itself, if something is there.
///
/// # Errors
///
/// As [`built`].
pub fn existing(path: PathBuf, command: &'static str) -> Result<PathBuf, MissingProgram> {
    if path.exists() { Ok(path) } else { Err(MissingProgram { path, command }) }
}

/// The checkout.
#[must_use]
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_told_with_the_way_to_get_it() {
        let error = existing("nowhere/bootstrap".into(), "cargo xtask lambda-host").unwrap_err();
        assert_eq!(error.to_string(), "there is no nowhere/bootstrap; run `cargo xtask lambda-host` first");
    }
}
