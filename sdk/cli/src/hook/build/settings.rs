//! The table `[build]` of a plugin's `greenlight.toml`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::error::BuildError;
use super::language::Language;

/// The file, in the plugin's folder.
pub(super) const FILE_NAME: &str = "greenlight.toml";

/// How a plugin is built, where its files do not tell.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Settings {
    /// What the plugin is called, when not as the folder.
    pub(super) name: Option<String>,
    /// The language, when files of several lie in the folder.
    pub(super) language: Option<Language>,
    /// The file that the build begins with, relative to the folder.
    pub(super) entry: Option<String>,
    /// Further arguments of the compiler.
    pub(super) flags: Vec<String>,
}

/// The same file may hold a project or a suite, whose tables are no matter of the build.
#[derive(Debug, Default, Deserialize)]
struct File {
    #[serde(default)]
    build: Table,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    name: Option<String>,
    language: Option<String>,
    entry: Option<String>,
    #[serde(default)]
    flags: Vec<String>,
}

impl Settings {
    /// Reads them from the folder; a folder without the file has none.
    pub(super) fn read(folder: &Path) -> Result<Self, BuildError> {
        let path = folder.join(FILE_NAME);
        match fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text, &path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(BuildError::File { action: "read", path, source }),
        }
    }

    /// Refuses what would have no effect in the language.
    pub(super) fn check_for(&self, language: Language, folder: &Path) -> Result<(), BuildError> {
        match (&self.entry, language.decides_entry()) {
            (Some(entry), Some(decides)) => Err(BuildError::Settings {
                path: folder.join(FILE_NAME),
                problem: format!(
                    "`entry = {entry:?}` has no effect in {language}, where {decides} tells what is built; take it out"
                ),
            }),
            _ => Ok(()),
        }
    }

    fn parse(text: &str, path: &Path) -> Result<Self, BuildError> {
        let problem = |problem: String| BuildError::Settings { path: PathBuf::from(path), problem };
        let File { build: Table { name, language, entry, flags } } =
            toml::from_str(text).map_err(|error| problem(error.to_string().trim_end().to_owned()))?;
        let language = language.map(|text| text.parse()).transpose().map_err(problem)?;
        if let Some(name) = name.as_deref().filter(|name| !is_file_name(name)) {
            return Err(problem(format!(
                "`name` is {name:?}, which is no name of a file; write it without folders"
            )));
        }
        Ok(Self { name, language, entry, flags })
    }
}

/// Whether it stays in the folder when `.wasm` is put to it.
fn is_file_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Settings, String> {
        Settings::parse(text, Path::new("greenlight.toml")).map_err(|error| error.to_string())
    }

    #[test]
    fn other_tables_of_the_file_are_no_matter_of_the_build() {
        let settings = parse("application = 'demo'\n[build]\nlanguage = 'go'\nflags = ['-v']").unwrap();
        assert_eq!(settings.language, Some(Language::Go));
        assert_eq!(settings.flags, ["-v"]);
        assert_eq!(parse("[[plugins]]\nfile = 'a.wasm'"), Ok(Settings::default()));
    }

    #[test]
    fn a_language_that_is_none_is_refused_with_those_there_are() {
        assert_eq!(
            parse("[build]\nlanguage = 'cobol'").unwrap_err(),
            "greenlight.toml: there is no language \"cobol\"; the languages are rust, c, go, javascript, python, \
             assemblyscript, zig"
        );
    }

    #[test]
    fn a_name_is_that_of_a_file() {
        assert_eq!(parse("[build]\nname = 'smoke'").unwrap().name.as_deref(), Some("smoke"));
        assert_eq!(
            parse("[build]\nname = '../smoke'").unwrap_err(),
            "greenlight.toml: `name` is \"../smoke\", which is no name of a file; write it without folders"
        );
    }

    #[test]
    fn an_entry_is_refused_where_it_has_no_effect() {
        let settings = parse("[build]\nentry = 'src/main.zig'").unwrap();
        let folder = Path::new("hooks");
        assert_eq!(
            settings.check_for(Language::Zig, folder).unwrap_err().to_string(),
            "hooks/greenlight.toml: `entry = \"src/main.zig\"` has no effect in Zig, where build.zig tells what is built; \
             take it out"
        );
        for language in Language::ALL {
            let refused = settings.check_for(language, folder).is_err();
            assert_eq!(
                refused,
                matches!(language, Language::Rust | Language::C | Language::Zig),
                "{language}"
            );
            assert!(Settings::default().check_for(language, folder).is_ok());
        }
    }

    #[test]
    fn a_misspelt_key_is_refused() {
        let error = parse("[build]\nlangauge = 'go'").unwrap_err();
        assert!(error.contains("unknown field `langauge`"), "{error}");
    }
}
