//! A program that is started for each hook.

use std::{
    fs, io,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

use crate::built::{MissingProgram, built};

/// The program, with what it is told.
#[derive(Clone, Debug)]
pub struct ChildHook {
    program: PathBuf,
    settings: Vec<String>,
}

impl ChildHook {
    /// Finds it.
    ///
    /// # Errors
    ///
    /// [`MissingProgram`], which says how to build it.
    pub fn find() -> Result<Self, MissingProgram> {
        let program = built("peers/child-hook", "cargo xtask peers")?;
        Ok(Self { program, settings: Vec::new() })
    }

    /// The same program with these settings.
    #[must_use]
    pub fn told(&self, settings: &[(&str, &str)]) -> Self {
        let settings = settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
        Self { program: self.program.clone(), settings }
    }

    /// Starts it.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn start(&self) -> io::Result<Child> {
        let mut command = Command::new(&self.program);
        command.args(&self.settings).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn()
    }

    /// Starts it, takes what it reports and waits for a pass. Gives the processor time of the process.
    ///
    /// # Errors
    ///
    /// When it cannot be started, does not pass, or reports nothing.
    pub fn run(&self) -> io::Result<Duration> {
        let mut child = self.start()?;
        let mut report = String::new();
        if let Some(mut stdout) = child.stdout.take() {
            io::Read::read_to_string(&mut stdout, &mut report)?;
        }
        // Dead and not yet buried: only now is its time complete, and only now can it be read.
        let pid = Pid::from_child(&child);
        waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)?;
        let spent = fs::read_to_string(format!("/proc/{}/schedstat", child.id())).unwrap_or_default();
        let nanoseconds = spent.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0);
        let output = child.wait_with_output()?;
        if output.status.success() && ["check ", "metric "].iter().any(|line| report.starts_with(line)) {
            Ok(Duration::from_nanos(nanoseconds))
        } else {
            let said = String::from_utf8_lossy(&output.stderr);
            Err(io::Error::other(format!("{} did not pass: {}", self.program.display(), said.trim())))
        }
    }

    /// The size of its file, in bytes.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn bytes(&self) -> io::Result<u64> {
        Ok(fs::metadata(&self.program)?.len())
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn shell(script: &str) -> ChildHook {
        ChildHook { program: "/bin/sh".into(), settings: vec!["-c".to_owned(), script.to_owned()] }
    }

    #[test]
    fn only_a_pass_that_reports_something_passes() {
        assert!(shell("echo check a pass").run().unwrap() > Duration::ZERO);
        for not in ["echo check a pass; echo broken >&2; exit 1", "true", "echo hello"] {
            assert!(shell(not).run().is_err(), "{not}");
        }
    }
}
