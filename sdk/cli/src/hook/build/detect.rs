//! Tells the language of a folder by its files.

use std::fs;
use std::path::Path;

use super::error::BuildError;
use super::language::Language;
use super::settings::Settings;

/// The language: what the settings say, or what the files tell.
pub(super) fn language(folder: &Path, settings: &Settings) -> Result<Language, BuildError> {
    if let Some(language) = settings.language {
        return Ok(language);
    }
    let mut signs =
        Language::ALL.into_iter().filter_map(|language| Some((language, sign(language, folder)?)));
    match (signs.next(), signs.next()) {
        (Some((language, _)), None) => Ok(language),
        (Some((one, sign)), Some((other, other_sign))) => {
            Err(BuildError::TwoLanguages { folder: folder.to_owned(), one, sign, other, other_sign })
        }
        (None, _) => Err(BuildError::NoLanguage { folder: folder.to_owned() }),
    }
}

/// What tells that the folder is of this language.
fn sign(language: Language, folder: &Path) -> Option<String> {
    let file = |name: &str| folder.join(name).is_file().then(|| name.to_owned());
    match language {
        Language::Rust => file("Cargo.toml"),
        Language::C => first_with_extension(folder, "c"),
        Language::Go => file("go.mod"),
        // Both have a package.json: which of them it is for, its dependencies say.
        Language::JavaScript => depends_on(folder, "@bytecodealliance/componentize-js"),
        Language::AssemblyScript => depends_on(folder, "assemblyscript"),
        Language::Python => file("pyproject.toml").or_else(|| file("app.py")),
        Language::Zig => file("build.zig"),
    }
}

/// The first file with the extension, in the folder itself or in `src`.
fn first_with_extension(folder: &Path, extension: &str) -> Option<String> {
    with_extension(folder, extension).into_iter().next()
}

/// All files with the extension, in the folder itself and in `src`, relative to the folder and in order.
pub(super) fn with_extension(folder: &Path, extension: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (inner, prefix) in [(folder.to_owned(), ""), (folder.join("src"), "src/")] {
        let Ok(entries) = fs::read_dir(inner) else { continue };
        let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
        let wanted = |name: &String| Path::new(name).extension().is_some_and(|found| found == extension);
        found.extend(names.filter(wanted).map(|name| format!("{prefix}{name}")));
    }
    found.sort();
    found
}

fn depends_on(folder: &Path, package: &str) -> Option<String> {
    let text = fs::read_to_string(folder.join("package.json")).ok()?;
    let manifest: serde_json::Value = serde_json::from_str(&text).ok()?;
    ["dependencies", "devDependencies"]
        .iter()
        .any(|kind| manifest.get(kind).and_then(|packages| packages.get(package)).is_some())
        .then(|| format!("package.json, which depends on {package}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(files: &[(&str, &str)], settings: &Settings) -> Result<Language, String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        language(folder.path(), settings).map_err(|error| error.to_string())
    }

    #[test]
    fn each_language_has_its_sign() {
        let javascript = r#"{"devDependencies": {"@bytecodealliance/componentize-js": "0.23.0"}}"#;
        let assemblyscript = r#"{"dependencies": {"assemblyscript": "0.28.20"}}"#;
        for (name, text, language) in [
            ("Cargo.toml", "", Language::Rust),
            ("src/check.c", "", Language::C),
            ("go.mod", "", Language::Go),
            ("package.json", javascript, Language::JavaScript),
            ("app.py", "", Language::Python),
            ("package.json", assemblyscript, Language::AssemblyScript),
            ("build.zig", "", Language::Zig),
        ] {
            assert_eq!(detect(&[(name, text)], &Settings::default()), Ok(language), "{name}");
        }
    }

    #[test]
    fn what_the_settings_say_wins() {
        let files = [("go.mod", ""), ("app.py", "")];
        assert!(
            detect(&files, &Settings::default())
                .unwrap_err()
                .contains("may be Go, by go.mod, or Python, by app.py")
        );
        let settings = Settings { language: Some(Language::Python), ..Settings::default() };
        assert_eq!(detect(&files, &settings), Ok(Language::Python));
    }

    #[test]
    fn a_package_json_for_something_else_tells_nothing() {
        let error = detect(&[("package.json", r#"{"dependencies": {"left": "1"}}"#)], &Settings::default())
            .unwrap_err();
        assert!(error.contains("holds no language that plugins are built from"), "{error}");
    }
}
