//! Finds the program of a command before anything is started, so that a missing one is a clear sentence.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::command::Command;

/// The absolute path of the program, or what is wrong with it and what to do.
pub(super) fn find(command: &Command) -> Result<PathBuf, String> {
    let Some(program) = command.words.first().filter(|program| !program.is_empty()) else {
        return Err("its command is empty; name a program to run".to_owned());
    };
    let cwd = working_directory(command)?;
    if program.contains('/') {
        let path = cwd.join(program);
        return check(&path).map(|()| path).map_err(|problem| problem.to_string());
    }
    let path = search_path(command);
    let mut not_executable = None;
    for directory in std::env::split_paths(&path) {
        let candidate = cwd.join(directory).join(program);
        match check(&candidate) {
            Ok(()) => return Ok(candidate),
            Err(Problem::Missing(_)) => {}
            Err(problem) => not_executable = not_executable.or(Some(problem)),
        }
    }
    Err(not_executable.map_or_else(
        || {
            format!(
                "there is no program {program} in PATH ({}); install it, or give its path with a slash",
                path.display()
            )
        },
        |problem| problem.to_string(),
    ))
}

fn working_directory(command: &Command) -> Result<PathBuf, String> {
    let here = std::env::current_dir()
        .map_err(|error| format!("the working directory of this process cannot be read: {error}"))?;
    let Some(cwd) = &command.cwd else { return Ok(here) };
    let cwd = here.join(cwd);
    if cwd.is_dir() {
        Ok(cwd)
    } else {
        Err(format!("its working directory {} does not exist; create it, or correct the path", cwd.display()))
    }
}

fn search_path(command: &Command) -> OsString {
    let own =
        command.env.iter().rev().find(|(name, _)| name == "PATH").map(|(_, value)| OsString::from(value));
    own.or_else(|| std::env::var_os("PATH")).unwrap_or_default()
}

#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error("there is no file {}; build it, or correct the command", .0.display())]
    Missing(PathBuf),
    #[error("{} is a directory; name a program in it", .0.display())]
    Directory(PathBuf),
    #[error("{path} is not executable; make it so with `chmod +x {path}`", path = .0.display())]
    NotExecutable(PathBuf),
}

fn check(path: &Path) -> Result<(), Problem> {
    let Ok(metadata) = path.metadata() else { return Err(Problem::Missing(path.to_owned())) };
    if metadata.is_dir() {
        return Err(Problem::Directory(path.to_owned()));
    }
    if metadata.permissions().mode() & 0o111 == 0 {
        return Err(Problem::NotExecutable(path.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(program: &str) -> Command {
        Command { words: vec![program.to_owned()], ..Command::default() }
    }

    #[test]
    fn a_bare_name_is_looked_for_in_the_path_of_the_command() {
        assert!(find(&command("sh")).unwrap().is_absolute());
        let mut elsewhere = command("sh");
        elsewhere.env.push(("PATH".to_owned(), "/nowhere:/also-nowhere".to_owned()));
        assert_eq!(
            find(&elsewhere).unwrap_err(),
            "there is no program sh in PATH (/nowhere:/also-nowhere); install it, or give its path with a slash"
        );
    }

    #[test]
    fn a_path_is_relative_to_the_working_directory_of_the_command() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("web");
        let mut relative = command("./web");
        relative.cwd = Some(directory.path().to_owned());

        let missing = find(&relative).unwrap_err();
        assert!(missing.starts_with("there is no file ") && missing.contains("build it"), "{missing}");

        std::fs::write(&file, "#!/bin/sh\n").unwrap();
        let plain = find(&relative).unwrap_err();
        assert!(plain.contains("is not executable; make it so with `chmod +x "), "{plain}");

        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert!(find(&relative).unwrap().ends_with("web"));
    }

    #[test]
    fn a_directory_and_an_empty_command_are_not_programs() {
        assert_eq!(find(&command("/tmp")).unwrap_err(), "/tmp is a directory; name a program in it");
        assert_eq!(find(&Command::default()).unwrap_err(), "its command is empty; name a program to run");
    }

    #[test]
    fn a_missing_working_directory_is_named() {
        let mut lost = command("sh");
        lost.cwd = Some("/nowhere".into());
        assert_eq!(
            find(&lost).unwrap_err(),
            "its working directory /nowhere does not exist; create it, or correct the path"
        );
    }
}
