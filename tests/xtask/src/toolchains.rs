//! The toolchains of languages other than Rust, which build guest examples, in `<target directory>/toolchains`.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::kit::{self, Absent, Kit};
use crate::workspace::Workspace;

/// The kits. Each takes some hundred megabytes on the disk; `tests/toolchains/README.md` says how many.
pub(crate) const KITS: [Kit; 2] = [
    Kit {
        folder: "python",
        words: &["c_plugin", "go_plugin", "python_plugin", "zig_plugin"],
        inputs: &["requirements.txt"],
        needs: &[&["python3", "-c", "import ensurepip, sys, venv; print(sys.version)"]],
        install: kit::install_python,
    },
    Kit {
        folder: "node",
        words: &["javascript_plugin", "assemblyscript_plugin"],
        inputs: &["package.json", "package-lock.json", ".npmrc"],
        needs: &[&["node", "--version"], &["npm", "--version"]],
        install: kit::install_node_without_the_unpublished,
    },
];

/// Where the files are that say what is installed.
pub(crate) const FILES: &str = "tests/toolchains";

/// Installs all toolchains.
///
/// # Errors
///
/// When one of them cannot be had.
pub(crate) fn install(workspace: &Workspace) -> Result<(), Failure> {
    let absent = install_what_can_be(workspace);
    if absent.is_empty() { Ok(()) } else { Err(Failure::Absent { absent }) }
}

/// Installs the toolchains that can be had, and tells the others.
pub(crate) fn install_what_can_be(workspace: &Workspace) -> Vec<Absent> {
    kit::install_what_can_be(&KITS, &workspace.root.join(FILES), &folder(workspace))
}

/// The toolchains that are not installed, without installing any.
pub(crate) fn absent(workspace: &Workspace) -> Vec<Absent> {
    let to = folder(workspace);
    KITS.iter().filter(|kit| !kit.is_installed(&to)).map(Kit::not_installed).collect()
}

/// Where they are installed; what `greenlight hook build --toolchains` takes.
pub(crate) fn folder(workspace: &Workspace) -> PathBuf {
    workspace.target.join("toolchains")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients;

    #[test]
    fn no_committed_file_names_the_host_of_a_registry() {
        let root = Workspace::find().unwrap().root;
        let all = [(clients::FILES, &clients::KITS[..]), (FILES, &KITS[..])];
        for (folder, kits) in all {
            for file in kits.iter().flat_map(|kit| kit.inputs) {
                let text = std::fs::read_to_string(root.join(folder).join(file)).unwrap();
                assert!(!text.contains("://"), "{folder}/{file} holds an address");
            }
            let settings = std::fs::read_to_string(root.join(folder).join(".npmrc")).unwrap();
            assert!(settings.contains("omit-lockfile-registry-resolved=true"));
        }
    }

    #[test]
    fn every_package_is_pinned_with_a_hash() {
        let folder = Workspace::find().unwrap().root.join(FILES);
        let text = std::fs::read_to_string(folder.join("requirements.txt")).unwrap();
        let pinned = text.lines().filter(|line| line.contains("==")).count();
        assert!(
            pinned >= 3 && text.lines().filter(|line| line.contains("==")).all(|line| line.ends_with('\\'))
        );
        let lock = std::fs::read_to_string(folder.join("package-lock.json")).unwrap();
        let packages = lock.matches("\"node_modules/").count();
        assert_eq!(lock.matches("\"integrity\": \"sha512-").count(), packages);
    }
}
