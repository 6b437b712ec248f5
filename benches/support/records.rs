//! Figures for the report: every figure of every round, as a line of comma-separated values.
//!
//! A benchmark prints its tables for whoever runs it, and appends what they were made of to the file that
//! `GREENLIGHT_BENCH_RECORDS` names, if it names one. `cargo bench-report` reads that file. A line is
//! `table,row,contender,measure,unit,round,value`; a text with a comma or a quotation mark is quoted as RFC 4180 says.
//!
//! Two tables are not of figures: [`GOALS`] and [`MISSING`].

use std::{
    borrow::Cow,
    env, fmt,
    fs::OpenOptions,
    io::{self, Write as _},
    path::PathBuf,
};

/// The variable that names the file.
pub const VARIABLE: &str = "GREENLIGHT_BENCH_RECORDS";

/// The table of what was promised. The row is the promise, the contender its side (`at most`, `at least`, `less than`),
/// the measures are `bound` and `found`.
pub const GOALS: &str = "goals";

/// The table of what could not be measured. The row is the table that lacks it, the measure says why.
pub const MISSING: &str = "missing";

/// Where a benchmark puts its figures.
#[derive(Clone, Debug)]
pub struct Records {
    file: Option<PathBuf>,
}

/// A row of a table, to be filled.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    records: &'a Records,
    table: &'a str,
    row: &'a str,
}

/// Figures that could not be written down.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be appended to; name another file in {VARIABLE}, or none", file.display())]
pub struct RecordError {
    file: PathBuf,
    source: io::Error,
}

impl Records {
    /// Appends to the file that [`VARIABLE`] names, or to nothing.
    #[must_use]
    pub fn from_env() -> Self {
        Self { file: env::var_os(VARIABLE).filter(|name| !name.is_empty()).map(PathBuf::from) }
    }

    /// Whether anybody reads them: the tables on the screen are then not the purpose of the run.
    #[must_use]
    pub const fn are_wanted(&self) -> bool {
        self.file.is_some()
    }

    /// The row of a table, for [`Row::add`]. Example: `records.row("warm", "no I/O, 1 thread")`.
    #[must_use]
    pub const fn row<'a>(&'a self, table: &'a str, row: &'a str) -> Row<'a> {
        Row { records: self, table, row }
    }

    /// Notes a promise and what was found; the side is `at most`, `at least` or `less than`.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn goal(
        &self,
        what: &str,
        side: &str,
        bound: f64,
        found: f64,
        unit: &str,
    ) -> Result<(), RecordError> {
        let row = self.row(GOALS, what);
        row.add(side, "bound", unit, [bound])?;
        row.add(side, "found", unit, [found])
    }

    /// Notes that a contender could not take part in a table, and why: the sentence says how to get it.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn missing(&self, table: &str, contender: &str, why: &str) -> Result<(), RecordError> {
        self.row(MISSING, table).add(contender, why, "", [f64::NAN])
    }
}

impl Row<'_> {
    /// Notes a measure of a contender, one value for each round in their order. Rounds are counted from 1. The unit is as it is
    /// printed: `us`, `ms`, `MiB`, `1/s`, `times`.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn add(
        self,
        contender: &str,
        measure: &str,
        unit: &str,
        values: impl IntoIterator<Item = f64>,
    ) -> Result<(), RecordError> {
        let Some(file) = &self.records.file else { return Ok(()) };
        let head = [self.table, self.row, contender, measure, unit].map(quoted).join(",");
        let lines: String = values
            .into_iter()
            .zip(1_u32..)
            .map(|(value, round)| format!("{head},{round},{value}\n"))
            .collect();
        // In one piece, so that a benchmark that is killed leaves whole lines.
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(file)
            .and_then(|mut open| open.write_all(lines.as_bytes()))
            .map_err(|source| RecordError { file: file.clone(), source })
    }
}

impl fmt::Display for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "figures are appended to {}", file.display()),
            None => f.write_str("figures are not kept"),
        }
    }
}

fn quoted(text: &str) -> Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn every_round_is_a_line_and_lines_are_appended() {
        let folder = tempfile::tempdir().unwrap();
        let records = Records { file: Some(folder.path().join("records.csv")) };
        let row = records.row("warm", "no I/O, 1 thread");
        row.add("greenlight", "time per hook", "us", [18.25, 17.5]).unwrap();
        records.goal("a \"warm\" hook", "at most", 1.15, 1.2, "times").unwrap();
        records.missing("cold", "Node.js", "there is no node").unwrap();
        let text = fs::read_to_string(folder.path().join("records.csv")).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "warm,\"no I/O, 1 thread\",greenlight,time per hook,us,1,18.25",
                "warm,\"no I/O, 1 thread\",greenlight,time per hook,us,2,17.5",
                "goals,\"a \"\"warm\"\" hook\",at most,bound,times,1,1.15",
                "goals,\"a \"\"warm\"\" hook\",at most,found,times,1,1.2",
                "missing,cold,Node.js,there is no node,,1,NaN",
            ]
        );
    }

    #[test]
    fn without_a_file_nothing_is_written_and_nothing_fails() {
        let records = Records { file: None };
        assert!(!records.are_wanted());
        records.row("warm", "no I/O").add("greenlight", "time", "us", [1.0]).unwrap();
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named() {
        let records = Records { file: Some("nowhere/records.csv".into()) };
        let error = records.row("warm", "no I/O").add("greenlight", "time", "us", [1.0]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "nowhere/records.csv cannot be appended to; name another file in GREENLIGHT_BENCH_RECORDS, or none"
        );
    }
}
