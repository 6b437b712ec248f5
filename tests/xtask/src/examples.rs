//! The guest examples in languages other than Rust, built with `greenlight hook build`.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::Hasher;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::kit::Absent;
use crate::program::{cargo, run};
use crate::toolchains;
use crate::workspace::Workspace;

/// An example's folder in `guest-examples`, and the word that the names of its tests have.
const EXAMPLES: [(&str, &str); 6] = [
    ("c-paths", "c_plugin"),
    ("go-schema", "go_plugin"),
    ("js-login", "javascript_plugin"),
    ("python-compare", "python_plugin"),
    ("assemblyscript-window", "assemblyscript_plugin"),
    ("zig-attributes", "zig_plugin"),
];

/// Builds `greenlight`, and then the examples whose toolchains are there into `<target directory>/guests`.
///
/// # Errors
///
/// When `greenlight` does not build, and as [`build_with_what_is_built`].
pub(crate) fn build(workspace: &Workspace, absent: &[Absent]) -> Result<(), Failure> {
    // With a test it shares its dependencies with all tests: alone it would have other features of them, and so a second
    // copy of each.
    run(cargo(
        workspace,
        &["build", "--quiet", "--workspace", "--bin", "greenlight", "--test", "hook_build"],
    ))?;
    build_with_what_is_built(workspace, absent)
}

/// Builds the examples with the `greenlight` that is there. Quick when nothing has changed.
///
/// # Errors
///
/// At the end when any example failed, with their names.
pub(crate) fn build_with_what_is_built(workspace: &Workspace, absent: &[Absent]) -> Result<(), Failure> {
    build_with(workspace, absent, &workspace.program("greenlight"))
}

/// Builds the examples with this very `greenlight`.
///
/// # Errors
///
/// As [`build_with_what_is_built`].
pub(crate) fn build_with(workspace: &Workspace, absent: &[Absent], greenlight: &Path) -> Result<(), Failure> {
    let mut failed = Vec::new();
    for (example, word) in EXAMPLES {
        if absent.iter().any(|absent| absent.words.contains(&word)) {
            eprintln!("skipped: example {example}, for its toolchain is not there");
        } else if let Err(failure) = bring_up_to_date(workspace, example, greenlight) {
            eprintln!("error: example {example}: {failure}");
            failed.push(example.to_owned());
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(Failure::Guests { failed }) }
}

/// Builds one, unless what it is made of is what it was made of. JavaScript and Python take a quarter of a minute each.
fn bring_up_to_date(workspace: &Workspace, example: &str, greenlight: &Path) -> Result<(), Failure> {
    let folder = workspace.root.join("guest-examples").join(example);
    let plugin = workspace.guests().join(format!("{}.wasm", example.replace('-', "_")));
    let stamp_file = plugin.with_extension("made-of");
    let stamp = stamp(workspace, &folder)?;
    if plugin.is_file() && fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp) {
        return Ok(());
    }
    fs::create_dir_all(workspace.guests())
        .map_err(|e| Failure::file("create the folder", &workspace.guests(), e))?;
    eprintln!("building {example} ...");
    let mut build = Command::new(greenlight);
    build.args(["hook", "build"]).arg(&folder).arg("--output").arg(&plugin);
    build.arg("--toolchains").arg(toolchains::folder(workspace)).stdout(io::stderr());
    // Where the end-to-end tests look for it.
    build.env("GREENLIGHT_CACHE", workspace.target.join("tmp/native-code"));
    run(build)?;
    // Last: without it the next run begins anew.
    fs::write(&stamp_file, stamp).map_err(|e| Failure::file("write", &stamp_file, e))
}

/// A number for all that the result depends on: the example, the contract, the command that builds, the toolchains.
fn stamp(workspace: &Workspace, folder: &Path) -> Result<String, Failure> {
    let root = &workspace.root;
    let mut files = Vec::new();
    for place in [folder, &root.join("hook-runtime/wit"), &root.join("hook-runtime/bindings")] {
        collect(place, &mut files)?;
    }
    collect(&root.join("sdk/cli/src/hook/build"), &mut files)?;
    collect(&root.join(toolchains::FILES), &mut files)?;
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        let bytes = fs::read(&file).map_err(|e| Failure::file("read", &file, e))?;
        hasher.write(file.to_string_lossy().as_bytes());
        hasher.write(&bytes);
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}

/// All files below a folder, but for those that builds leave.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let fault = |e| Failure::file("read the folder", folder, e);
    for entry in fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if !["greenlight", "node_modules", ".zig-cache", "zig-out", "__pycache__"].contains(&&*name) {
                collect(&path, files)?;
            }
        } else if !name.ends_with(".wasm") {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchains::KITS;

    #[test]
    fn every_example_has_a_readme_and_a_toolchain() {
        let root = Workspace::find().unwrap().root;
        for (example, word) in EXAMPLES {
            let readme =
                fs::read_to_string(root.join("guest-examples").join(example).join("README.md")).unwrap();
            assert!(readme.contains(&format!("greenlight hook build guest-examples/{example}")), "{example}");
            assert!(KITS.iter().any(|kit| kit.words.contains(&word)), "{word}");
        }
    }

    #[test]
    fn no_example_is_forgotten() {
        let folders = fs::read_dir(Workspace::find().unwrap().root.join("guest-examples")).unwrap();
        for folder in folders.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            let known =
                folder.join("Cargo.toml").is_file() || EXAMPLES.iter().any(|(example, _)| *example == name);
            assert!(known, "{name} is built by nothing");
        }
    }

    #[test]
    fn a_change_of_the_source_changes_the_stamp_and_what_a_build_leaves_does_not() {
        let workspace = Workspace::find().unwrap();
        let folder = std::env::temp_dir().join(format!("xtask-examples-{}", std::process::id()));
        fs::create_dir_all(folder.join("greenlight")).unwrap();
        fs::write(folder.join("a.c"), "1").unwrap();
        let first = stamp(&workspace, &folder).unwrap();
        fs::write(folder.join("greenlight/hook.h"), "1").unwrap();
        fs::write(folder.join("a.wasm"), "1").unwrap();
        let same = stamp(&workspace, &folder).unwrap();
        fs::write(folder.join("a.c"), "2").unwrap();
        let other = stamp(&workspace, &folder).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(first, same);
        assert_ne!(first, other);
    }
}
