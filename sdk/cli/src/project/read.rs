//! Finds and reads a project file and its AppSpec.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::ProjectError;
use super::file::File;
use super::values::Values;

/// The name that is looked for in a folder.
const FILE_NAME: &str = "greenlight.toml";

/// A project file that was read.
#[derive(Debug)]
pub(crate) struct Project {
    /// Where it is.
    pub(crate) path: PathBuf,
    pub(super) file: File,
}

/// The AppSpec that a project names.
#[derive(Debug)]
pub(crate) struct AppSpecText {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Its text.
    pub(crate) text: String,
}

/// Reads the project file at `path`, or the one in that folder.
pub(crate) fn read(path: &Path) -> Result<Project, ProjectError> {
    let path = if path.is_dir() { path.join(FILE_NAME) } else { path.to_owned() };
    let text = text_of(&path, "name a project file, or a folder with a greenlight.toml")?;
    let file: File = toml::from_str(&text)
        .map_err(|source| ProjectError::Invalid { path: path.clone(), source: Box::new(source) })?;
    Ok(Project { path, file })
}

impl Project {
    /// The names of application and deployment group.
    pub(crate) fn application_and_group(&self) -> (&str, &str) {
        (&self.file.application, &self.file.deployment_group)
    }

    /// Reads the AppSpec, which a rehearsal needs.
    pub(crate) fn appspec(&self) -> Result<AppSpecText, ProjectError> {
        let Some(path) = &self.file.appspec else {
            let values = Values { path: &self.path };
            return Err(values.error("appspec", "is missing; name the AppSpec, relative to the project file"));
        };
        let path = relative_to(&self.path, path);
        let text = text_of(&path, "give `appspec` the path of the AppSpec, relative to the project file")?;
        Ok(AppSpecText { path, text })
    }
}

/// A path in a project file means one relative to that file.
pub(crate) fn relative_to(project: &Path, path: &Path) -> PathBuf {
    project.parent().unwrap_or(Path::new("")).join(path)
}

fn text_of(path: &Path, fix: &'static str) -> Result<String, ProjectError> {
    fs::read_to_string(path).map_err(|source| ProjectError::Unreadable { path: path.to_owned(), source, fix })
}
