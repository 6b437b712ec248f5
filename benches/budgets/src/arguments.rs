//! What the command line asks for.

use std::path::PathBuf;

use crate::failure::Failure;

/// The argument by which this program is told to play a path under callgrind.
pub const PLAY: &str = "--play";

/// What is printed for `--help`.
pub const USAGE: &str = "\
Usage: cargo budgets [--bless REASON]

  Counts the instructions of each hot path and compares them with benches/budgets.toml. Fails when one takes over 3 %
  more, or 3 % less, than its budget.

  --bless REASON   writes the new counts of those into the file, with the reason
";

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Wish {
    /// Say how it is used.
    Help,
    /// Count, and compare with the file.
    Compare,
    /// Count, and write what does not hold into the file.
    Bless {
        /// Why the counts changed.
        because: String,
    },
    /// Play one path: what this program tells itself under callgrind.
    Play {
        /// Its name.
        path: String,
        /// How often.
        runs: u32,
        /// The folder with what was prepared for it.
        setting: PathBuf,
    },
}

impl Wish {
    /// Reads the arguments after the program's name.
    ///
    /// # Errors
    ///
    /// When they ask for nothing that there is.
    pub fn from_args(arguments: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let arguments: Vec<String> = arguments.collect();
        match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            [] => Ok(Self::Compare),
            ["--help" | "-h"] => Ok(Self::Help),
            ["--bless", because] if !because.trim().is_empty() && !because.starts_with('-') => {
                Ok(Self::Bless { because: because.trim().to_owned() })
            }
            ["--bless", ..] => Err(Failure::Usage(
                "say why the counts changed, in one sentence: cargo budgets --bless \"events are shared, not copied\""
                    .to_owned(),
            )),
            [PLAY, path, runs, setting] => Ok(Self::Play {
                path: (*path).to_owned(),
                runs: runs.parse().map_err(|_| Failure::Usage(format!("{runs:?} is no number of runs")))?,
                setting: setting.into(),
            }),
            other => Err(Failure::Usage(format!("{:?} is not understood; {}", other.join(" "), USAGE.trim_end()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(words: &[&str]) -> Result<Wish, Failure> {
        Wish::from_args(words.iter().map(ToString::to_string))
    }

    #[test]
    fn a_new_budget_needs_a_reason() {
        assert_eq!(wish(&[]).unwrap(), Wish::Compare);
        assert_eq!(wish(&["--bless", " less "]).unwrap(), Wish::Bless { because: "less".to_owned() });
        for words in [&["--bless"][..], &["--bless", " "], &["--bless", "--help"], &["--bless", "a", "b"]] {
            assert!(wish(words).unwrap_err().to_string().starts_with("say why"), "{words:?}");
        }
        assert!(wish(&["lifecycle"]).unwrap_err().to_string().starts_with("\"lifecycle\" is not understood"));
    }
}
