//! What to start.

use std::path::PathBuf;

use super::program;

/// A program with its arguments, its environment and its directory.
#[derive(Clone, Debug, Default)]
pub(in crate::local) struct Command {
    /// The program and its arguments. A program with a slash is relative to `cwd`, one without is looked for in
    /// `PATH`.
    pub(in crate::local) words: Vec<String>,
    /// Variables added to the environment that it starts from.
    pub(in crate::local) env: Vec<(String, String)>,
    /// Whether it starts from an empty environment instead of that of this process.
    pub(in crate::local) clean: bool,
    /// The working directory. Default: that of this process.
    pub(in crate::local) cwd: Option<PathBuf>,
}

impl Command {
    /// The absolute path of the program, or what is wrong with the command and what to do.
    pub(in crate::local) fn find(&self) -> Result<PathBuf, String> {
        self.check_words()?;
        program::find(self)
    }

    /// The operating system would refuse these with a sentence that names nothing.
    fn check_words(&self) -> Result<(), String> {
        let bad = self
            .env
            .iter()
            .find(|(name, value)| name.is_empty() || name.contains(['=', '\0']) || value.contains('\0'));
        match bad {
            Some((name, _)) => Err(format!(
                "its variable {name:?} cannot be set; a name is not empty and has no equals sign, and neither \
                 name nor value has a zero byte"
            )),
            None if self.words.iter().any(|word| word.contains('\0')) => {
                Err("its command has a zero byte in it; take it out".to_owned())
            }
            None => Ok(()),
        }
    }
}
