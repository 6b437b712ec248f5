//! How a process ended.

use std::fmt;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use super::output::OutputLine;

/// How a process ended, and what it printed last.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exit {
    /// The exit status, if the process ended by itself.
    pub code: Option<i32>,
    /// The signal that ended the process, if one did.
    pub signal: Option<i32>,
    /// The last lines it printed.
    pub output: Vec<OutputLine>,
}

/// Lines of output in a message.
const LINES_IN_MESSAGE: usize = 10;

impl Exit {
    pub(super) fn new(status: Option<ExitStatus>, output: Vec<OutputLine>) -> Self {
        Self {
            code: status.and_then(|status| status.code()),
            signal: status.and_then(|status| status.signal()),
            output,
        }
    }

    /// Whether the process ended by itself, with exit status 0.
    #[must_use]
    pub fn success(&self) -> bool {
        self.code == Some(0)
    }

    /// How it ended, and what it printed last if it printed anything.
    pub(in crate::local) fn with_last_output(&self) -> String {
        if self.output.is_empty() { self.to_string() } else { format!("{self}; {}", self.last_output()) }
    }

    /// The last lines as part of a message: `its last output:` and one line each.
    pub(in crate::local) fn last_output(&self) -> String {
        describe_output(&self.output)
    }
}

/// Formats as `exit status 3` or `signal 9 (SIGKILL)`.
impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code, self.signal) {
            // The shell that executes the command has these two of its own (POSIX, section 2.8.2).
            (Some(126), _) => f.write_str("exit status 126 (the command could not be executed)"),
            (Some(127), _) => f.write_str("exit status 127 (the command or its interpreter was not found)"),
            (Some(code), _) => write!(f, "exit status {code}"),
            (None, Some(signal)) => match signal_name(signal) {
                Some(name) => write!(f, "signal {signal} ({name})"),
                None => write!(f, "signal {signal}"),
            },
            (None, None) => f.write_str("an unknown status"),
        }
    }
}

pub(in crate::local) fn describe_output(lines: &[OutputLine]) -> String {
    if lines.is_empty() {
        return "it printed nothing".to_owned();
    }
    let first = lines.len().saturating_sub(LINES_IN_MESSAGE);
    lines.iter().skip(first).fold("its last output:".to_owned(), |text, line| text + "\n  " + &line.text)
}

fn signal_name(signal: i32) -> Option<&'static str> {
    use rustix::process::Signal;
    let names = [
        (Signal::HUP, "SIGHUP"),
        (Signal::INT, "SIGINT"),
        (Signal::QUIT, "SIGQUIT"),
        (Signal::ILL, "SIGILL"),
        (Signal::ABORT, "SIGABRT"),
        (Signal::BUS, "SIGBUS"),
        (Signal::FPE, "SIGFPE"),
        (Signal::KILL, "SIGKILL"),
        (Signal::SEGV, "SIGSEGV"),
        (Signal::PIPE, "SIGPIPE"),
        (Signal::TERM, "SIGTERM"),
    ];
    names.iter().find(|(known, _)| known.as_raw() == signal).map(|(_, name)| *name)
}
