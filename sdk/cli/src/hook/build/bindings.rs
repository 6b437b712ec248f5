//! The contract's files, put into projects whose toolchains read them from there.

use std::fs;
use std::path::Path;

use super::error::BuildError;

/// The folder in the project that holds them, and nothing else.
pub(super) const FOLDER: &str = "greenlight";

/// A file's path below [`FOLDER`] and its text.
type File = (&'static str, &'static str);

macro_rules! files {
    ($from:literal, $to:literal, $($file:literal),+ $(,)?) => {
        &[$((concat!($to, $file), include_str!(concat!("../../../../../hook-runtime/", $from, $file)))),+]
    };
}

/// The contract itself.
pub(super) const WIT: &[File] = files![
    "wit/v0.1.0/",
    "wit/",
    "deployment.wit",
    "http.wit",
    "report.wit",
    "validator.wit",
    "world.wit",
    "deps/cli.wit",
    "deps/clocks.wit",
    "deps/config/store.wit",
    "deps/config/world.wit",
    "deps/filesystem.wit",
    "deps/http.wit",
    "deps/io.wit",
    "deps/random.wit",
    "deps/sockets.wit",
];

/// The contract in C.
pub(super) const C: &[File] = files!["bindings/c/", "", "hook.h", "hook.c"];

/// The contract in Go, as a package of the project's own module.
pub(super) const GO: &[File] = files![
    "bindings/go/",
    "",
    "config.go",
    "deployment.go",
    "http.go",
    "memory.go",
    "report.go",
    "validator.go",
];

/// The crate for plugins in Rust, but for its manifest and the contract that it is generated from.
pub(super) const RUST: &[File] = files![
    "guest/src/",
    "src/",
    "bindings.rs",
    "check.rs",
    "component.rs",
    "config/entries.rs",
    "config/error.rs",
    "config/load.rs",
    "config/mod.rs",
    "config/problem.rs",
    "config/text.rs",
    "config/value.rs",
    "deployment.rs",
    "failure.rs",
    "hook.rs",
    "host.rs",
    "http/error.rs",
    "http/mod.rs",
    "http/request.rs",
    "http/response.rs",
    "lib.rs",
    "log.rs",
    "metric.rs",
    "panic.rs",
    "testing/current.rs",
    "testing/host.rs",
    "testing/mod.rs",
    "testing/recorded.rs",
    "verdict.rs",
];

/// The manifest of that crate, which stands by itself: the one in our workspace takes its versions from there.
pub(super) const RUST_MANIFEST: &[File] =
    &[("Cargo.toml", include_str!("../../../templates/greenlight-hook.toml"))];

/// Puts files into the project. Those that agree already are not touched, so that toolchains see nothing new.
pub(super) fn write(project: &Path, files: &[File]) -> Result<(), BuildError> {
    let folder = project.join(FOLDER);
    for (name, text) in files {
        let path = folder.join(name);
        if fs::read(&path).is_ok_and(|old| old == text.as_bytes()) {
            continue;
        }
        let parent = path.parent().unwrap_or(&folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, text))
            .map_err(|source| BuildError::File { action: "write", path: path.clone(), source })?;
    }
    // What is written anew by each build is no matter of anybody's history.
    let ignore = folder.join(".gitignore");
    if !ignore.is_file() {
        fs::write(&ignore, "*\n").map_err(|source| BuildError::File {
            action: "write",
            path: ignore,
            source,
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files that lie below a folder of the runtime.
    fn count(folder: &Path) -> usize {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
    }

    #[test]
    fn no_file_of_the_contract_or_of_its_bindings_is_left_out() {
        let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../hook-runtime");
        let all = [("wit/v0.1.0", WIT), ("bindings/c", C), ("bindings/go", GO), ("guest/src", RUST)];
        for (folder, files) in all {
            assert_eq!(files.len(), count(&runtime.join(folder)), "{folder}");
        }
    }

    #[test]
    fn the_crate_for_rust_has_the_dependencies_and_versions_that_it_has_here() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let read = |path: &str| fs::read_to_string(root.join(path)).unwrap().parse::<toml::Table>().unwrap();
        let workspace = read("Cargo.toml")["workspace"].clone();
        let here = read("hook-runtime/guest/Cargo.toml");
        let there: toml::Table = RUST_MANIFEST[0].1.parse().unwrap();
        for key in ["version", "edition", "rust-version", "license"] {
            assert_eq!(there["package"][key], workspace["package"][key], "{key}");
        }
        let names = |manifest: &toml::Table| -> Vec<String> {
            manifest["dependencies"].as_table().unwrap().keys().cloned().collect()
        };
        assert_eq!(names(&there), names(&here));
        for (name, version) in there["dependencies"].as_table().unwrap() {
            assert_eq!(version, &workspace["dependencies"][name], "{name}");
        }
    }

    #[test]
    fn files_that_agree_are_not_touched() {
        let project = tempfile::tempdir().unwrap();
        write(project.path(), C).unwrap();
        let header = project.path().join("greenlight/hook.h");
        let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
        fs::File::options().write(true).open(&header).unwrap().set_modified(long_ago).unwrap();
        fs::write(project.path().join("greenlight/hook.c"), "old").unwrap();
        write(project.path(), C).unwrap();
        assert_eq!(fs::metadata(&header).unwrap().modified().unwrap(), long_ago);
        assert!(fs::read_to_string(project.path().join("greenlight/hook.c")).unwrap().len() > 1000);
    }
}
