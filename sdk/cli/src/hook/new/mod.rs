//! `greenlight hook new`: a project for a validation test that builds and passes its own cases at once.

mod name;
mod templates;
mod write;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use self::name::ProjectName;
use super::Fault;
use super::build::Language;
use crate::exit::Exit;

/// Arguments of `greenlight hook new`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The language: rust, c, go, javascript, python, assemblyscript or zig
    #[arg(short, long, value_name = "LANGUAGE", required_unless_present = "list")]
    language: Option<Language>,

    /// What the test is called: lower-case letters, digits and hyphens, beginning with a letter
    #[arg(required_unless_present = "list")]
    name: Option<ProjectName>,

    /// The folder to write, which must be empty if it is there; NAME in the current one by default
    #[arg(long, value_name = "DIR")]
    path: Option<PathBuf>,

    /// List the languages, with what each needs installed
    #[arg(long, conflicts_with_all = ["language", "name", "path"])]
    list: bool,
}

/// Why there is no new project.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NewError {
    #[error("{} is not empty; name another place with --path, or another name", folder.display())]
    Occupied { folder: PathBuf },
    #[error("cannot write {}: {source}; name a place that can be written to with --path", folder.display())]
    Unwritable { folder: PathBuf, source: io::Error },
}

pub(super) fn run(args: &Args) -> Result<Exit, Fault> {
    match (args.language, &args.name) {
        (Some(language), Some(name)) => create(language, name, args.path.as_deref())?,
        _ => list()?,
    }
    Ok(Exit::Succeeded)
}

fn create(language: Language, name: &ProjectName, path: Option<&Path>) -> Result<(), Fault> {
    let folder = path.map_or_else(|| PathBuf::from(name.as_str()), Path::to_owned);
    let files: Vec<_> = templates::of(language)
        .iter()
        .map(|(file, text)| (*file, templates::fill(text, name.as_str())))
        .collect();
    write::write(&folder, &files)?;

    let mut out = io::stdout().lock();
    writeln!(out, "made {} for a validation test in {language}:", folder.display())?;
    for (file, _) in &files {
        writeln!(out, "  {file}")?;
    }
    writeln!(out, "next:")?;
    writeln!(out, "  cd {}", quoted(&folder))?;
    let install = if language.installs_with_npm() { "npm install && " } else { "" };
    writeln!(out, "  {install}greenlight hook build")?;
    writeln!(out, "  greenlight hook test")?;
    out.flush()?;
    Ok(())
}

fn list() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for language in Language::ALL {
        let mut key = language.key();
        for (tool, install) in language.needs() {
            writeln!(out, "{key:14}  {tool}: {install}")?;
            key = "";
        }
    }
    out.flush()
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |character: char| character.is_alphanumeric() || "/._-+~".contains(character);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_a_shell_would_split_is_quoted() {
        assert_eq!(quoted(Path::new("a/b-c.d")), "a/b-c.d");
        assert_eq!(quoted(Path::new("my hooks")), "'my hooks'");
        assert_eq!(quoted(Path::new("it's")), r"'it'\''s'");
    }
}
