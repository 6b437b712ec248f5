//! The file of budgets.

use std::{collections::BTreeMap, fs, io, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::{comparison, failure::Failure, subject::Subject};

const HEAD: &str = "\
# Instructions that one run of each hot path may take: `cargo budgets` counts them anew, and fails when one takes over
# 3 % more or less. Written by `cargo budgets --bless REASON`; the change belongs into the commit that caused it.
#
# A count is that of valgrind's callgrind on x86-64, of a release build without link-time optimisation. valgrind
# presents a processor with AVX2 where the machine has it, and none newer; without AVX2 counts are up to 4 % higher.
";

/// The budgets by hot path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Budgets(BTreeMap<String, Budget>);

/// What one run of a hot path may take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// What is run once.
    pub what: String,
    /// How many.
    pub instructions: u64,
    /// Why it was last changed.
    pub because: String,
}

impl Budgets {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// When it is not there, or is none.
    pub fn read() -> Result<Self, Failure> {
        let file = file();
        let unreadable = |source| Failure::Unreadable { file: file.clone(), source };
        let text = fs::read_to_string(&file).map_err(|error| unreadable(error.into()))?;
        toml::from_str(&text).map_err(|error| unreadable(error.into()))
    }

    /// As [`read`](Self::read), with no budgets where there is no file yet.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub fn read_or_none() -> Result<Self, Failure> {
        if file().try_exists().unwrap_or(true) { Self::read() } else { Ok(Self::default()) }
    }

    /// The budget of a path.
    #[must_use]
    pub fn of(&self, path: &str) -> Option<u64> {
        self.0.get(path).map(|budget| budget.instructions)
    }

    /// Those that are of no path.
    #[must_use]
    pub fn without_a_path(&self, paths: &[&str]) -> Vec<String> {
        self.0.keys().filter(|name| !paths.contains(&name.as_str())).cloned().collect()
    }

    /// Takes over the counts that do not hold, so that many small changes do not move a budget unseen, and returns how many
    /// entries changed.
    pub fn bless(&mut self, counts: &[(&'static Subject, f64)], because: &str) -> usize {
        let before = self.clone();
        self.0.retain(|name, _| counts.iter().any(|(subject, _)| subject.name == name));
        for (subject, count) in counts {
            let kept = self.0.get_mut(subject.name).filter(|b| comparison::holds(b.instructions, *count));
            if let Some(kept) = kept {
                kept.what = subject.what.to_owned();
            } else {
                let budget = Budget {
                    what: subject.what.to_owned(),
                    instructions: count.round() as u64,
                    because: because.to_owned(),
                };
                self.0.insert(subject.name.to_owned(), budget);
            }
        }
        let changed = |name: &&String| self.0.get(*name) != before.0.get(*name);
        self.0
            .keys()
            .chain(before.0.keys().filter(|name| !self.0.contains_key(*name)))
            .filter(changed)
            .count()
    }

    /// Writes the file.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write(&self) -> Result<(), Failure> {
        let unwritable = |source| Failure::Unwritable { file: file(), source };
        let text = self.text().map_err(|error| unwritable(io::Error::other(error)))?;
        fs::write(file(), text).map_err(unwritable)
    }

    fn text(&self) -> Result<String, toml::ser::Error> {
        Ok(format!("{HEAD}\n{}", toml::to_string(self)?))
    }
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../budgets.toml")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &Subject = &Subject { name: "first", what: "one thing", runs: 1 };
    const SECOND: &Subject = &Subject { name: "second", what: "another", runs: 1 };

    #[test]
    fn the_file_is_read_as_it_would_be_written() {
        let budgets = Budgets::read().unwrap();
        assert!(budgets.0.values().all(|budget| budget.instructions > 0 && !budget.because.is_empty()));
        let written: Budgets = toml::from_str(&budgets.text().unwrap()).unwrap();
        assert_eq!(written, budgets);
    }

    #[test]
    fn only_what_does_not_hold_is_blessed_and_says_why() {
        let mut budgets = Budgets::default();
        assert_eq!(budgets.bless(&[(FIRST, 1000.0), (SECOND, 1000.0)], "first"), 2);
        assert_eq!(budgets.bless(&[(FIRST, 1020.0), (SECOND, 900.0)], "faster"), 1);
        assert_eq!((budgets.of("first"), budgets.of("second")), (Some(1000), Some(900)));
        assert_eq!(budgets.0["second"].because, "faster");
        assert_eq!(budgets.bless(&[(FIRST, 1000.0)], "gone"), 1);
        assert_eq!(budgets.of("second"), None);
    }
}
