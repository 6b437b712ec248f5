//! Runs one hot path under callgrind, and reads how many instructions it took.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{arguments::PLAY, failure::Failure, measured, subject::Subject};

/// valgrind, and this program.
#[derive(Debug)]
pub struct Callgrind {
    program: PathBuf,
}

impl Callgrind {
    /// Looks whether valgrind is there.
    ///
    /// # Errors
    ///
    /// [`Failure::NoValgrind`], which says how to install it.
    pub fn find() -> Result<Self, Failure> {
        let version = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
        version.map_err(Failure::NoValgrind)?;
        Ok(Self { program: env::current_exe().map_err(|error| Failure::Broken(error.into()))? })
    }

    /// The instructions of one run, as the mean of many. This program is started anew, and told to play the path with what was
    /// prepared in `folder`.
    ///
    /// # Errors
    ///
    /// When the path fails, or nothing was counted.
    pub fn count(&self, path: &'static Subject, folder: &Path) -> Result<f64, Failure> {
        let uncounted = |why: String| Failure::Uncounted { path: path.name, why };
        let counts = folder.join(format!("{}.callgrind", path.name));
        let output = Command::new("valgrind")
            .arg("--tool=callgrind")
            .arg(format!("--callgrind-out-file={}", counts.display()))
            .arg(format!("--toggle-collect={}", measured::PATTERN))
            // A program that calls its own `dlsym` hooks has nothing to say here.
            .arg("--quiet")
            .arg(&self.program)
            .args([PLAY, path.name, &path.runs.to_string()])
            .arg(folder)
            // The same on every machine: what this program prints and how it logs must not depend on the caller.
            .env_remove("RUST_LOG")
            .env_remove("RUST_BACKTRACE")
            .output()
            .map_err(Failure::NoValgrind)?;
        if !output.status.success() {
            let told = String::from_utf8_lossy(&output.stderr);
            return Err(uncounted(format!("{}: {}", output.status, told.trim())));
        }
        let text = fs::read_to_string(&counts).map_err(|error| uncounted(error.to_string()))?;
        match instructions(&text) {
            Some(0) | None => {
                Err(uncounted("callgrind did not meet the function that it was to count".to_owned()))
            }
            Some(all) => Ok(all as f64 / f64::from(path.runs)),
        }
    }
}

/// The instructions in a callgrind file that has only those.
fn instructions(text: &str) -> Option<u64> {
    let total = |name| text.lines().rev().find_map(|line| line.strip_prefix(name));
    total("totals: ").or_else(|| total("summary: "))?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_read_wherever_callgrind_writes_it() {
        assert_eq!(instructions("events: Ir\nsummary: 12\nfn=(1) main\n3 12\n"), Some(12));
        assert_eq!(instructions("events: Ir\nfn=(1) main\n3 12\n\ntotals: 345\n"), Some(345));
        assert_eq!(instructions("events: Ir\n"), None);
    }
}
