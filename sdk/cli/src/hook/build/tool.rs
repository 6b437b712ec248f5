//! Finds and runs the programs of toolchains.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::BuildError;
use super::language::Language;

/// A program that a language needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tool {
    /// What people call it.
    pub(super) name: &'static str,
    /// The names that it is installed under.
    pub(super) programs: &'static [&'static str],
    /// What makes it say its version.
    pub(super) version: &'static [&'static str],
    /// What to type to have it, as the end of a sentence.
    pub(super) install: &'static str,
}

/// A program that is there.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// Its name and version, as they are noted in the plugin.
    pub(super) version: (String, String),
}

impl Found {
    /// A call of it.
    pub(super) fn command(&self) -> Command {
        Command::new(&self.path)
    }
}

/// Where programs are looked for, in this order.
#[derive(Debug, Clone)]
pub(super) struct Places(Vec<PathBuf>);

impl Places {
    /// The named folder of toolchains, what the project itself has installed, then the PATH.
    pub(super) fn new(toolchains: Option<&Path>, project: &Path) -> Self {
        let mut places = Vec::new();
        if let Some(named) = toolchains.and_then(|named| std::path::absolute(named).ok()) {
            for inner in ["", "bin", "python/bin", "node/node_modules/.bin"] {
                places.push(named.join(inner));
            }
        }
        // npm and virtual environments put programs into the project.
        places.extend(["node_modules/.bin", ".venv/bin", "venv/bin"].map(|inner| project.join(inner)));
        // An empty entry would be the folder that one happens to be in.
        let path = env::var_os("PATH").unwrap_or_default();
        places.extend(env::split_paths(&path).filter(|place| place.is_absolute()));
        Self(places)
    }

    /// The first program of the tool that is there.
    pub(super) fn find(&self, tool: &Tool) -> Option<Found> {
        let files = self.0.iter().flat_map(|place| {
            tool.programs.iter().map(move |name| place.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
        });
        files.filter(|path| path.is_file()).find_map(|path| {
            let version = self.version(&path, tool.version)?;
            Some(Found { path, version: (tool.name.to_owned(), version) })
        })
    }

    /// Runs a step in `folder`, with its output passed through to standard error: ours is for the result.
    pub(super) fn run(
        &self,
        folder: &Path,
        mut step: Command,
        language: Language,
        project: &Path,
    ) -> Result<(), BuildError> {
        step.current_dir(folder).env("PATH", self.path()).stdin(Stdio::null()).stdout(io::stderr());
        let name = spelled(&step);
        let status = step
            .status()
            .map_err(|source| BuildError::Start { program: step.get_program().into(), source })?;
        if status.success() {
            return Ok(());
        }
        Err(BuildError::Source { language, folder: project.to_owned(), step: name, status })
    }

    /// A PATH with all places: tools call each other.
    pub(super) fn path(&self) -> OsString {
        env::join_paths(&self.0).unwrap_or_else(|_| env::var_os("PATH").unwrap_or_default())
    }

    /// What the program says of its version; nothing if it does not run.
    fn version(&self, program: &Path, arguments: &[&str]) -> Option<String> {
        let mut command = Command::new(program);
        command.args(arguments).env("PATH", self.path()).stdin(Stdio::null()).stderr(Stdio::null());
        let output = command.output().ok().filter(|output| output.status.success())?;
        version_in(&String::from_utf8_lossy(&output.stdout))
    }
}

/// The first word that looks like a version: tools put their names, and the letter v, before it.
fn version_in(text: &str) -> Option<String> {
    text.split_whitespace()
        .map(|word| word.trim_start_matches("go").trim_start_matches('v'))
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()) && word.contains('.'))
        .map(str::to_owned)
}

/// The tool and its subcommand, as people speak of it.
fn spelled(step: &Command) -> String {
    let program = Path::new(step.get_program()).file_stem().unwrap_or_default().to_string_lossy();
    // As PyPI's package of Zig installs it.
    let program = program.trim_start_matches("python-");
    match step.get_args().next().and_then(|argument| argument.to_str()) {
        Some(argument) if argument.chars().all(char::is_alphabetic) => format!("{program} {argument}"),
        _ => program.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_found_in_what_each_tool_says() {
        for (said, version) in [
            ("rustc 1.95.0 (59807616e 2026-04-14)", "1.95.0"),
            ("go version go1.27.3 linux/amd64", "1.27.3"),
            ("componentize-py 0.25.1", "0.25.1"),
            ("Version 0.28.20", "0.28.20"),
            ("0.17.1", "0.17.1"),
        ] {
            assert_eq!(version_in(said).as_deref(), Some(version), "{said}");
        }
        assert_eq!(version_in("command not found"), None);
    }

    #[test]
    fn a_step_is_spelled_by_its_program_and_subcommand() {
        let mut step = Command::new("/opt/bin/go");
        step.args(["build", "-o", "x.wasm"]);
        assert_eq!(spelled(&step), "go build");
        let mut step = Command::new("/opt/bin/python-zig");
        step.args(["cc", "check.c"]);
        assert_eq!(spelled(&step), "zig cc");
        let mut step = Command::new("componentize-js");
        step.arg("hook.js");
        assert_eq!(spelled(&step), "componentize-js");
    }
}
