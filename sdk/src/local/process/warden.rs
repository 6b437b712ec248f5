//! Starts a command in a way that no process of it outlives this one, however this one ends.
//!
//! A process cannot clean up after itself when it is killed, so another one has to. The command is started through a
//! shell that first leaves a *warden* behind, in the same process group. The warden waits at a pipe whose other end
//! only this process holds. When that end closes, by intent or because this process is gone, the warden kills the
//! group, and itself with it. This needs nothing beyond POSIX; a death signal set by `prctl` would miss the
//! processes that the command starts, and exists on Linux only.
//!
//! A process that leaves the group, as a daemon does, leaves the warden's reach too.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Child;

use super::command::Command;

/// The first argument is the program.
///
/// The pipe comes as standard input and moves to descriptor 3, because a shell takes the standard input of a
/// background command away. The warden is a grandchild, so that the command does not find a child that it never
/// started. It ignores the signals that a group is sent to end it, holds neither output nor directory, and its pipe is
/// closed for the command.
const SCRIPT: &str = r#"
exec 3<&0 </dev/null
(
  (
    trap '' HUP INT QUIT TERM USR1 USR2 ALRM PIPE
    cd / && exec >/dev/null 2>&1
    while read -r _ <&3; do :; done
    kill -KILL 0
  ) &
)
exec 3<&-
exec "$@"
"#;

/// What the shell calls itself in its messages.
const SHELL_NAME: &str = "greenlight-process";

/// Starts a command as the leader of a group of its own. The standard input of the child is the pipe to the warden;
/// the other two streams are pipes from the command.
pub(super) fn spawn(command: &Command, program: &Path) -> io::Result<Child> {
    let own = || command.env.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    let mut shell = tokio::process::Command::new("/bin/sh");
    shell.args(["-c", SCRIPT, SHELL_NAME]);
    if command.clean {
        shell.env_clear().args(through_env(own()));
    } else {
        shell.args(through_env(std::env::vars_os().chain(own())));
    }
    shell.arg(program).args(command.words.iter().skip(1)).envs(own());
    if let Some(cwd) = &command.cwd {
        shell.current_dir(cwd);
    }
    shell
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
}

/// The arguments that carry those variables past the shell whose names are not names to it, such as `spring.port`:
/// dash drops them.
fn through_env(variables: impl Iterator<Item = (OsString, OsString)>) -> Vec<OsString> {
    let mut assignments: Vec<OsString> = variables
        .filter(|(name, _)| !is_shell_name(name))
        .map(|(mut name, value)| {
            name.push("=");
            name.push(value);
            name
        })
        .collect();
    if !assignments.is_empty() {
        assignments.insert(0, "/usr/bin/env".into());
    }
    assignments
}

fn is_shell_name(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    let starts = bytes.first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_');
    starts && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}
