//! What a language's recipe gets, and what it gives back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::BuildError;
use super::language::Language;
use super::settings::Settings;
use super::tool::{Found, Places, Tool};

/// One build.
#[derive(Debug)]
pub(super) struct Job<'a> {
    /// The plugin's name.
    pub(super) name: String,
    /// Its source; an absolute path.
    pub(super) folder: &'a Path,
    /// Where files may lie that nobody needs afterwards.
    pub(super) work: &'a Path,
    /// What the project says of its build.
    pub(super) settings: &'a Settings,
    /// Without optimisation.
    pub(super) debug: bool,
    /// Where programs are looked for.
    pub(super) places: Places,
}

/// What a toolchain made.
#[derive(Debug)]
pub(super) struct Built {
    /// A component or a core module.
    pub(super) wasm: Vec<u8>,
    /// The tools that made it, as name and version.
    pub(super) tools: Vec<(String, String)>,
}

impl Job<'_> {
    /// Finds one of a language's tools.
    pub(super) fn tool(&self, language: Language, tool: &Tool) -> Result<Found, BuildError> {
        self.places.find(tool).ok_or(BuildError::ToolMissing {
            language,
            tool: tool.name,
            install: tool.install,
        })
    }

    /// Runs a step of the build in the project's folder. What it prints is passed through, all of it to standard error.
    pub(super) fn run(&self, language: Language, step: Command) -> Result<(), BuildError> {
        self.places.run(self.folder, step, language, self.folder)
    }

    /// Where the toolchain shall write the module.
    pub(super) fn module(&self) -> PathBuf {
        self.work.join(format!("{}.wasm", self.name))
    }

    /// Reads what the toolchain wrote.
    pub(super) fn read(&self, language: Language, path: &Path) -> Result<Vec<u8>, BuildError> {
        fs::read(path).map_err(|source| BuildError::NoModule { language, path: path.to_owned(), source })
    }

    /// The path of a source file that must be there, relative to the folder; `default` unless the project names another.
    pub(super) fn entry(&self, language: Language, defaults: &[&str]) -> Result<PathBuf, BuildError> {
        let named = self.settings.entry.as_deref();
        let candidates: Vec<&str> = named.map_or_else(|| defaults.to_vec(), |named| vec![named]);
        candidates.iter().map(PathBuf::from).find(|path| self.folder.join(path).is_file()).ok_or_else(|| {
            BuildError::NoEntry { language, folder: self.folder.to_owned(), wanted: candidates.join(" or ") }
        })
    }
}
