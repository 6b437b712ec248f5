//! Where things are: the checkout, the target directory, the programs built for this machine.

use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The paths that every command needs.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// The checkout.
    pub(crate) root: PathBuf,
    /// Cargo's target directory, wherever the environment or the configuration put it.
    pub(crate) target: PathBuf,
    /// Where cargo puts programs for this machine: the folder this program itself is in.
    pub(crate) programs: PathBuf,
}

impl Workspace {
    /// Finds the paths from this program's own place.
    ///
    /// # Errors
    ///
    /// When the system does not say where this program is.
    pub(crate) fn find() -> Result<Self, Failure> {
        let this =
            std::env::current_exe().map_err(|e| Failure::file("find", Path::new("this program"), e))?;
        // `cargo run` sets the variable; the constant is for a call of the program by hand.
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest.ancestors().nth(2).unwrap_or(&manifest).to_path_buf();
        let programs = this.parent().unwrap_or(&root).to_path_buf();
        let target = target_directory(&programs);
        Ok(Self { root, target, programs })
    }

    /// Where the built guests lie for tests, benchmarks and rehearsals.
    pub(crate) fn guests(&self) -> PathBuf {
        self.target.join("guests")
    }

    /// A program that cargo built for this machine.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.programs.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }
}

/// The target directory that holds `programs`.
///
/// Usually the parent (`target/debug`), but the grandparent when a build target is configured
/// (`target/x86_64-unknown-linux-gnu/debug`). Cargo keeps what it knows of rustc in the directory itself.
fn target_directory(programs: &Path) -> PathBuf {
    programs
        .ancestors()
        .skip(1)
        .find(|folder| folder.join(".rustc_info.json").is_file())
        .or(programs.parent())
        .unwrap_or(programs)
        .to_path_buf()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_the_folder_with_the_workspace_manifest() {
        let workspace = Workspace::find().unwrap();
        let manifest = std::fs::read_to_string(workspace.root.join("Cargo.toml")).unwrap();
        assert!(manifest.starts_with("[workspace]"), "{manifest}");
    }

    #[test]
    fn the_target_directory_is_found_above_a_configured_build_target() {
        let target = std::env::temp_dir().join(format!("xtask-target-{}", std::process::id()));
        let programs = target.join("x86_64-unknown-linux-gnu/debug");
        std::fs::create_dir_all(&programs).unwrap();
        std::fs::write(target.join(".rustc_info.json"), "{}").unwrap();
        let found = target_directory(&programs);
        std::fs::remove_dir_all(&target).unwrap();
        assert_eq!(found, target);
    }

    #[test]
    fn without_a_mark_the_target_directory_is_the_parent() {
        assert_eq!(target_directory(Path::new("/nowhere/target/debug")), Path::new("/nowhere/target"));
    }
}
