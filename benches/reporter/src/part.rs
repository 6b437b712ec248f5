//! The parts of the report: which benchmark measures what, in the order in which they run.

use std::fmt;

use crate::error::ReportError;

/// A benchmark, or some of its tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// What `--only` calls it.
    pub(crate) name: String,
    /// The benchmark.
    pub(crate) benchmark: String,
    /// The tables that are asked of it: none is all of them.
    pub(crate) words: Vec<String>,
}

/// The parts that are known by name, with their benchmark and its word. Other benchmarks are parts by their own names.
const KNOWN: [(&str, &str, &[&str]); 9] = [
    ("cold", "lambda_host", &[]),
    ("load", "side_by_side", &["load"]),
    ("warm", "side_by_side", &["warm"]),
    ("at-once", "side_by_side", &["at-once"]),
    ("plugins", "side_by_side", &["plugins"]),
    ("run", "hook_run", &[]),
    ("languages", "languages", &[]),
    ("router", "router", &[]),
    ("endpoint", "endpoint", &[]),
];

impl Part {
    /// Those that are asked for, or all when none is. `benchmarks` are all that there are.
    ///
    /// # Errors
    ///
    /// [`ReportError::Unknown`] for a name that is neither a part nor a benchmark.
    pub(crate) fn chosen(only: &[String], benchmarks: &[String]) -> Result<Vec<Self>, ReportError> {
        let all = Self::all(benchmarks);
        if only.is_empty() {
            return Ok(all);
        }
        let known = || {
            let mut names: Vec<&str> = all.iter().map(|part| part.name.as_str()).collect();
            names.extend(
                benchmarks
                    .iter()
                    .map(String::as_str)
                    .filter(|name| !all.iter().any(|part| part.name == *name)),
            );
            names.join(", ")
        };
        for name in only {
            if !all.iter().any(|part| part.name == *name || part.benchmark == *name) {
                return Err(ReportError::Unknown { name: name.clone(), known: known() });
            }
        }
        let asked = |part: &Self| only.iter().any(|name| *name == part.name || *name == part.benchmark);
        Ok(all.iter().filter(|part| asked(part)).cloned().collect())
    }

    fn all(benchmarks: &[String]) -> Vec<Self> {
        let known = KNOWN.iter().filter(|(_, benchmark, _)| benchmarks.iter().any(|name| name == benchmark));
        let mut parts: Vec<Self> = known
            .map(|(name, benchmark, words)| Self {
                name: (*name).to_owned(),
                benchmark: (*benchmark).to_owned(),
                words: words.iter().map(ToString::to_string).collect(),
            })
            .collect();
        for benchmark in benchmarks {
            if !KNOWN.iter().any(|(_, known, _)| known == benchmark) {
                let name = benchmark.clone();
                parts.push(Self { name: name.clone(), benchmark: name, words: Vec::new() });
            }
        }
        parts
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if self.name == self.benchmark { Ok(()) } else { write!(f, " (of {})", self.benchmark) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BENCHMARKS: [&str; 3] = ["hook_run", "new_one", "side_by_side"];

    fn chosen(only: &[&str]) -> Result<Vec<String>, ReportError> {
        let only: Vec<String> = only.iter().map(ToString::to_string).collect();
        Ok(Part::chosen(&only, &BENCHMARKS.map(str::to_owned))?.into_iter().map(|part| part.name).collect())
    }

    #[test]
    fn a_benchmark_that_nobody_told_the_report_of_is_run_last() {
        assert_eq!(chosen(&[]).unwrap(), ["load", "warm", "at-once", "plugins", "run", "new_one"]);
    }

    #[test]
    fn parts_and_benchmarks_are_chosen_by_name_and_run_in_their_order() {
        assert_eq!(chosen(&["hook_run", "warm"]).unwrap(), ["warm", "run"]);
        assert_eq!(chosen(&["side_by_side"]).unwrap().len(), 4);
    }

    #[test]
    fn a_name_that_is_nothing_lists_what_there_is() {
        assert_eq!(
            chosen(&["worm"]).unwrap_err().to_string(),
            "there is no part or benchmark `worm`; there are load, warm, at-once, plugins, run, new_one, hook_run, side_by_side"
        );
    }
}
