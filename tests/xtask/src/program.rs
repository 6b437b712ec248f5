//! Running other programs, and saying clearly when that did not work.

use std::fmt::Write as _;
use std::process::{Command, ExitStatus, Stdio};

use crate::failure::Failure;
use crate::workspace::Workspace;

/// `cargo` for this workspace: in its root, with the target directory that this program was built into.
pub(crate) fn cargo(workspace: &Workspace, arguments: &[&str]) -> Command {
    // The variable names the very cargo that runs us, so that all steps use one toolchain.
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(&workspace.root).env("CARGO_TARGET_DIR", &workspace.target);
    command
}

/// Runs to the end with our own standard streams.
///
/// # Errors
///
/// [`Failure::Missing`] when it cannot be started, [`Failure::Step`] when it says no.
pub(crate) fn run(mut command: Command) -> Result<(), Failure> {
    let status = command.status().map_err(|source| missing(&command, source))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::Step { command: spelled(&command), status: describe(status) })
}

/// Whether it starts and succeeds, quietly.
pub(crate) fn succeeds(mut command: Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
}

/// The failure of a program that could not be started.
pub(crate) fn missing(command: &Command, source: std::io::Error) -> Failure {
    Failure::Missing { program: name(command), source }
}

/// The program and its arguments as one would type them.
pub(crate) fn spelled(command: &Command) -> String {
    let mut text = name(command);
    for argument in command.get_args() {
        // A String takes any text: there is no error to see.
        let _ = write!(text, " {}", argument.to_string_lossy());
    }
    text
}

fn name(command: &Command) -> String {
    let path = std::path::Path::new(command.get_program());
    path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn describe(status: ExitStatus) -> String {
    // The standard text of an exit is `exit status: 1`, of a signal `signal: 9 (SIGKILL)`.
    status.to_string().replacen(": ", " ", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let failure = run(Command::new("no-such-program-anywhere")).unwrap_err().to_string();
        assert_eq!(failure, "`no-such-program-anywhere` is not on the PATH; build it first");
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_fails_is_spelled_with_its_arguments_and_status() {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "exit 7"]);
        let failure = run(command).unwrap_err().to_string();
        assert_eq!(failure, "`sh -c exit 7` ended with exit status 7; see its output above");
    }

    #[test]
    fn success_is_silence() {
        assert!(succeeds({
            let mut c = Command::new("rustc");
            c.arg("--version");
            c
        }));
        assert!(!succeeds(Command::new("no-such-program-anywhere")));
    }
}
