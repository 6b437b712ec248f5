//! The host that is made with extism: a process that runs its plugin when it is asked to.

use std::{
    fs,
    io::{self, BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use crate::built::{MissingProgram, built};

/// How to build it.
const COMMAND: &str = "cargo xtask peers";

/// The process. It ends when this is dropped.
#[derive(Debug)]
pub struct ExtismHost {
    process: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    plugin: PathBuf,
}

/// What came of some runs, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExtismRuns {
    /// All of them.
    pub elapsed: f64,
    /// Half took less.
    pub p50: f64,
    /// Of a hundred one took more.
    pub p99: f64,
    /// What a processor worked, for all of them.
    pub processor: f64,
    /// What the kernel counts as the process's memory, in bytes.
    pub resident: f64,
}

/// A host that is not there, or did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExtismError {
    /// It has to be built.
    #[error(transparent)]
    Missing(#[from] MissingProgram),
    /// It does not answer.
    #[error("the host made with extism does not answer")]
    Silent(#[from] io::Error),
    /// It answers with an error, or with what are no figures.
    #[error("the host made with extism answered `{answer}` to `{request}`")]
    Answer {
        /// What it was asked.
        request: String,
        /// What it said.
        answer: String,
    },
}

impl ExtismHost {
    /// Starts it with its plugin.
    ///
    /// # Errors
    ///
    /// [`ExtismError::Missing`], which says how to build it; when it does not start.
    pub fn start() -> Result<Self, ExtismError> {
        let program = built("peers/extism-host", COMMAND)?;
        let plugin = built("peers/greenlight_extism_plugin.wasm", COMMAND)?;
        let mut command = Command::new(program);
        command.arg(&plugin).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn()?;
        let requests = process.stdin.take();
        let answers = process.stdout.take().ok_or_else(|| io::Error::other("it has no standard output"))?;
        Ok(Self { process, requests, answers: BufReader::new(answers), plugin })
    }

    /// Has it done `times` times on each of `threads` threads: `how` is `fresh`, `reused`, `load` or `hold`.
    ///
    /// # Errors
    ///
    /// [`ExtismError`], when a run does not pass.
    pub fn run(
        &mut self,
        how: &str,
        times: usize,
        threads: usize,
        settings: &[(&str, &str)],
    ) -> Result<ExtismRuns, ExtismError> {
        let settings: String = settings.iter().map(|(key, value)| format!(" {key}={value}")).collect();
        let request = format!("{how} {times} {threads}{settings}");
        if let Some(requests) = &mut self.requests {
            writeln!(requests, "{request}")?;
        }
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        runs(&answer).ok_or_else(|| ExtismError::Answer { request, answer: answer.trim().to_owned() })
    }

    /// The size of its plugin, in bytes.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn plugin_bytes(&self) -> io::Result<u64> {
        Ok(fs::metadata(&self.plugin)?.len())
    }
}

impl Drop for ExtismHost {
    fn drop(&mut self) {
        // The end of its input ends it; a broken one is not waited for.
        drop(self.requests.take());
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn runs(answer: &str) -> Option<ExtismRuns> {
    let figures: Vec<f64> = answer.split_whitespace().map(|word| word.parse().ok()).collect::<Option<_>>()?;
    let [elapsed, p50, p99, processor, resident] = *figures.as_slice() else { return None };
    Some(ExtismRuns { elapsed, p50, p99, processor, resident })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_five_figures_and_nothing_else() {
        let expected = ExtismRuns { elapsed: 10.5, p50: 2.0, p99: 3.0, processor: 9.0, resident: 4096.0 };
        assert_eq!(runs("10.5 2 3 9 4096\n"), Some(expected));
        assert_eq!(runs("error: the plugin did not pass"), None);
        assert_eq!(runs(""), None);
    }
}
