//! Finds the plugin and its cases.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use greenlight_hook_runtime::http::Roles;
use greenlight_hook_runtime::testing::{Case, Cases, CasesError, FILE_NAME};

/// What is to be tested.
#[derive(Debug)]
pub(in crate::hook) struct Input {
    /// The plugin.
    pub(in crate::hook) plugin: PathBuf,
    /// The file of the cases.
    pub(in crate::hook) file: PathBuf,
    /// The cases that were chosen.
    pub(in crate::hook) cases: Vec<Arc<Case>>,
    /// The most memory that any case allows, in bytes.
    pub(in crate::hook) most_memory: usize,
}

/// Why there is nothing to test. All of them are for whoever typed the command.
#[derive(Debug, thiserror::Error)]
pub(in crate::hook) enum InputError {
    #[error(transparent)]
    Cases(#[from] CasesError),
    #[error("there are no cases: looked for {}; write one, or name the file with --cases", listed(places))]
    NoCases { places: Vec<PathBuf> },
    #[error("{} names no plugin; name the .wasm file, or write `plugin = \"FILE.wasm\"` at its top", file.display())]
    NoPlugin { file: PathBuf },
    #[error("there is no case {name:?} in {}; it has {known}", file.display())]
    NoCase { name: String, file: PathBuf, known: String },
    #[error("{option} {url:?} cannot be used: {problem}")]
    Url { option: &'static str, url: String, problem: String },
}

impl InputError {
    /// Whether nobody wrote any cases.
    pub(in crate::hook) const fn is_no_cases(&self) -> bool {
        matches!(self, Self::NoCases { .. })
    }
}

impl Input {
    /// Reads the cases `only`, or all when it is empty. `plugin` may be a folder with a file of cases.
    pub(in crate::hook) fn read(
        plugin: Option<&Path>,
        cases: Option<&Path>,
        only: &[String],
    ) -> Result<Self, InputError> {
        let folder = plugin.filter(|plugin| plugin.is_dir());
        let plugin = plugin.filter(|plugin| !plugin.is_dir());
        let file = match cases {
            Some(cases) => cases.to_owned(),
            None => find(folder, plugin)?,
        };
        let read = Cases::read(&file)?;
        let plugin = match plugin {
            Some(plugin) => plugin.to_owned(),
            None => read.plugin.clone().ok_or_else(|| InputError::NoPlugin { file: file.clone() })?,
        };
        let most_memory = read.most_memory();
        let known: Vec<String> = read.cases.iter().map(|case| format!("{:?}", case.name)).collect();
        if let Some(name) = only.iter().find(|name| !read.cases.iter().any(|case| case.name == **name)) {
            return Err(InputError::NoCase { name: name.clone(), file, known: known.join(", ") });
        }
        let chosen = read.cases.into_iter().filter(|case| only.is_empty() || only.contains(&case.name));
        Ok(Self { plugin, file, cases: chosen.map(Arc::new).collect(), most_memory })
    }
}

/// Refuses what is no address of a service.
pub(in crate::hook) fn check_url(option: &'static str, url: &str) -> Result<(), InputError> {
    match Roles::new().with_test(url) {
        Ok(_) => Ok(()),
        Err(error) => Err(InputError::Url { option, url: url.to_owned(), problem: error.to_string() }),
    }
}

/// Looks where the cases are by default: in the folder, or beside the plugin and then in the current folder.
fn find(folder: Option<&Path>, plugin: Option<&Path>) -> Result<PathBuf, InputError> {
    let mut places = vec![match (folder, plugin) {
        (Some(folder), _) => folder.join(FILE_NAME),
        (None, Some(plugin)) => plugin.with_file_name(FILE_NAME),
        (None, None) => PathBuf::from(FILE_NAME),
    }];
    if folder.is_none() && !places.contains(&PathBuf::from(FILE_NAME)) {
        places.push(PathBuf::from(FILE_NAME));
    }
    match places.iter().find(|place| place.is_file()) {
        Some(found) => Ok(found.clone()),
        None => Err(InputError::NoCases { places }),
    }
}

fn listed(places: &[PathBuf]) -> String {
    let places: Vec<_> = places.iter().map(|place| place.display().to_string()).collect();
    places.join(" and ")
}
