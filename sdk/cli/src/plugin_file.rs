//! Loads the plugins that a command names, each compiled once on this machine.

use std::env;
use std::path::{Path, PathBuf};

use greenlight_hook_runtime::{CodeCache, Hook, LoadError, Runtime};

/// The folder that native code is kept in; empty for none.
const VARIABLE: &str = "GREENLIGHT_CACHE";

/// Loads a plugin, with native code that was kept of it if there is any.
pub(crate) fn load(runtime: &Runtime, path: impl AsRef<Path>) -> Result<Hook, LoadError> {
    match cache() {
        Some(cache) => runtime.load_file_cached(path, &cache),
        None => runtime.load_file(path),
    }
}

/// The same of bytes.
pub(crate) fn load_bytes(runtime: &Runtime, name: &str, bytes: &[u8]) -> Result<Hook, LoadError> {
    match cache() {
        Some(cache) => runtime.load_cached(name, bytes, &cache),
        None => runtime.load(name, bytes),
    }
}

fn cache() -> Option<CodeCache> {
    folder(|name| env::var_os(name).map(PathBuf::from)).map(CodeCache::new)
}

/// Where these variables say that native code is kept: by our own, or else where the user's caches are.
fn folder(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    if let Some(folder) = variable(VARIABLE) {
        return Some(folder).filter(|folder| !folder.as_os_str().is_empty());
    }
    // A relative path is invalid there by the XDG base directory specification, and so is an empty one.
    let caches = variable("XDG_CACHE_HOME").filter(|folder| folder.is_absolute());
    let caches = caches.or_else(|| Some(variable("HOME")?.join(".cache")).filter(|path| path.is_absolute()));
    Some(caches?.join("greenlight").join("native-code"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Option<PathBuf> {
        folder(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into()))
    }

    #[test]
    fn native_code_is_kept_where_caches_are_unless_somebody_says_otherwise() {
        let home = ("HOME", "/home/ada");
        assert_eq!(with(&[home]).unwrap(), Path::new("/home/ada/.cache/greenlight/native-code"));
        let caches = ("XDG_CACHE_HOME", "/var/ada");
        assert_eq!(with(&[home, caches]).unwrap(), Path::new("/var/ada/greenlight/native-code"));
        let relative = ("XDG_CACHE_HOME", "caches");
        assert_eq!(with(&[home, relative]), with(&[home]));
        assert_eq!(with(&[home, ("GREENLIGHT_CACHE", "here")]).unwrap(), Path::new("here"));
    }

    #[test]
    fn nothing_is_kept_without_a_place_or_when_the_variable_is_empty() {
        assert_eq!(with(&[]), None);
        assert_eq!(with(&[("HOME", "")]), None);
        assert_eq!(with(&[("HOME", "/home/ada"), ("GREENLIGHT_CACHE", "")]), None);
    }
}
