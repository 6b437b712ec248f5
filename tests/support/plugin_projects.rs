//! Projects that `greenlight hook new` writes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use crate::programs::{root, target, toolchains};
use crate::{Ended, Greenlight};

/// The longest that a toolchain, or the compiler of plugins, may take, with everything else that the machine does meanwhile.
const COMPILING: Duration = Duration::from_secs(300);

/// A folder in which projects of plugins are made, and which goes with them.
#[derive(Debug)]
pub struct PluginProjects(TempDir);

impl PluginProjects {
    /// An empty one.
    ///
    /// # Panics
    ///
    /// When the machine has no folder for it.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "a folder on the disk is no default")]
    pub fn new() -> Self {
        Self(tempfile::Builder::new().prefix("projects-").tempdir().unwrap())
    }

    /// One with a new project of this name and in this language.
    ///
    /// # Panics
    ///
    /// When that cannot be made.
    pub async fn with(language: &str, name: &str) -> Self {
        let projects = Self::new();
        projects.hook(&format!("new --language {language} {name}"), 0).await;
        if language == "rust" {
            // The versions that are compiled already, and no look-up of newer ones.
            fs::copy(root().join("Cargo.lock"), projects.path(name).join("Cargo.lock")).unwrap();
        }
        projects
    }

    /// The folder itself.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.0.path()
    }

    /// What has this name in it.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs `greenlight hook` with these arguments in the folder, and asserts its exit status.
    ///
    /// # Panics
    ///
    /// When it ends with another one.
    pub async fn hook(&self, arguments: &str, status: i32) -> Ended {
        let mut call =
            Greenlight::new().args("hook").args(arguments).in_folder(self.0.path()).with_deadline(COMPILING);
        if arguments.starts_with("build") {
            // Rust's dependencies are compiled once for all runs of the tests.
            let compiled = target().join("hook-new");
            call = call
                .arg("--toolchains")
                .arg(toolchains())
                .env("CARGO_TARGET_DIR", compiled.to_str().unwrap());
        }
        call.run().await.expect(status).await
    }

    /// The names in one of its folders, sorted.
    ///
    /// # Panics
    ///
    /// When there is no such folder.
    #[must_use]
    pub fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}
