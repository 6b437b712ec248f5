//! The templates: a folder for each language in `sdk/cli/templates`, with the files of a project.
//!
//! A file whose name ends in `.in` would mean something where it lies, to cargo, Go or git; it is written without that ending.

use crate::hook::build::Language;

/// A file's path below the project, and its text with placeholders.
pub(super) type Template = (&'static str, &'static str);

macro_rules! template {
    ($language:literal, $($file:literal $(from $stored:literal)?),+ $(,)?) => {
        &[$(($file, template!(@text $language, $file $(, $stored)?))),+]
    };
    (@text $language:literal, $file:literal) => {
        include_str!(concat!("../../../templates/", $language, "/", $file))
    };
    (@text $language:literal, $file:literal, $stored:literal) => {
        include_str!(concat!("../../../templates/", $language, "/", $stored))
    };
}

/// The files of a project in this language.
pub(super) const fn of(language: Language) -> &'static [Template] {
    match language {
        Language::Rust => template![
            "rust",
            "Cargo.toml" from "Cargo.toml.in",
            "src/lib.rs",
            "greenlight.toml",
            "greenlight-test.toml",
            "README.md",
            ".gitignore" from "gitignore.in",
        ],
        Language::C => template![
            "c",
            "hook.c",
            "greenlight.toml",
            "greenlight-test.toml",
            "README.md",
            ".gitignore" from "gitignore.in",
        ],
        Language::Go => template![
            "go",
            "go.mod" from "go.mod.in",
            "main.go" from "main.go.in",
            "greenlight.toml",
            "greenlight-test.toml",
            "README.md",
            ".gitignore" from "gitignore.in",
        ],
        Language::JavaScript => template![
            "javascript",
            "package.json",
            "hook.js",
            "greenlight.toml",
            "greenlight-test.toml",
            "README.md",
            ".gitignore" from "gitignore.in",
        ],
        Language::Python => template![
            "python",
            "pyproject.toml",
            "app.py",
            "greenlight.toml",
            "greenlight-test.toml",
            "README.md",
            ".gitignore" from "gitignore.in",
        ],
        Language::AssemblyScript => template![
            "assemblyscript",
            "package.json",
            "assembly/index.ts",
            "assembly/json.ts",
            "assembly/wasi.ts",
            "greenlight.toml",
            "greenlight-test.toml",
            "README.md",
            ".gitignore" from "gitignore.in",
        ],
        Language::Zig => template![
            "zig",
            "build.zig",
            "src/main.zig",
            "greenlight.toml",
            "greenlight-test.toml",
            "README.md",
            ".gitignore" from "gitignore.in",
        ],
    }
}

/// The text with what the placeholders stand for.
pub(super) fn fill(text: &str, name: &str) -> String {
    text.replace("{{name}}", name).replace("{{contract}}", greenlight_hook_runtime::CONTRACT_VERSION)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn count(folder: &Path) -> usize {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
    }

    #[test]
    fn no_file_of_a_template_is_left_out() {
        let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        for language in Language::ALL {
            assert_eq!(of(language).len(), count(&templates.join(language.key())), "{language}");
        }
    }

    #[test]
    fn every_placeholder_is_filled() {
        for language in Language::ALL {
            for (file, text) in of(language) {
                let filled = fill(text, "probe");
                assert!(!filled.contains("{{"), "{language}: {file}");
            }
        }
    }

    #[test]
    fn every_project_says_its_name_language_cases_and_manual() {
        for language in Language::ALL {
            let text = |wanted: &str| of(language).iter().find(|(file, _)| *file == wanted).unwrap().1;
            let settings: toml::Table = fill(text("greenlight.toml"), "probe").parse().unwrap();
            assert_eq!(settings["build"]["language"].as_str(), Some(language.key()));
            assert_eq!(settings["build"]["name"].as_str(), Some("probe"));
            let cases: toml::Table = fill(text("greenlight-test.toml"), "probe").parse().unwrap();
            assert_eq!(cases["plugin"].as_str(), Some("probe.wasm"));
            assert!(text("README.md").lines().count() <= 15, "{language}");
        }
    }
}
