//! Whether what was measured is what was promised.

use std::fmt;

use crate::records::{RecordError, Records};

/// What was promised, with what was found.
#[derive(Clone, Debug, Default)]
pub struct Goals {
    notes: Vec<Note>,
}

/// The side of its bound on which a figure has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    AtMost,
    AtLeast,
    Below,
}

#[derive(Clone, Debug)]
struct Note {
    what: String,
    side: Side,
    bound: f64,
    figure: f64,
    unit: &'static str,
}

/// A goal was missed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("these goals were missed: {0}")]
pub struct Missed(String);

impl Goals {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a figure that may be the bound, and no more.
    pub fn at_most(&mut self, what: impl Into<String>, bound: f64, figure: f64, unit: &'static str) {
        self.notes.push(Note { what: what.into(), side: Side::AtMost, bound, figure, unit });
    }

    /// Notes a figure that may be the bound, and no less.
    pub fn at_least(&mut self, what: impl Into<String>, bound: f64, figure: f64, unit: &'static str) {
        self.notes.push(Note { what: what.into(), side: Side::AtLeast, bound, figure, unit });
    }

    /// Notes a figure that has to be less than the bound.
    pub fn below(&mut self, what: impl Into<String>, bound: f64, figure: f64, unit: &'static str) {
        self.notes.push(Note { what: what.into(), side: Side::Below, bound, figure, unit });
    }

    /// Notes all of them for the report.
    ///
    /// # Errors
    ///
    /// When the records cannot be written.
    pub fn record(&self, records: &Records) -> Result<(), RecordError> {
        self.notes.iter().try_for_each(|note| {
            records.goal(&note.what, note.side.words(), note.bound, note.figure, note.unit.trim())
        })
    }

    /// Whether all were reached.
    ///
    /// # Errors
    ///
    /// [`Missed`], with those that were not.
    pub fn verdict(&self) -> Result<(), Missed> {
        let missed: Vec<String> =
            self.notes.iter().filter(|note| !note.reached()).map(ToString::to_string).collect();
        if missed.is_empty() { Ok(()) } else { Err(Missed(missed.join("; "))) }
    }
}

impl Side {
    const fn words(self) -> &'static str {
        match self {
            Self::AtMost => "at most",
            Self::AtLeast => "at least",
            Self::Below => "less than",
        }
    }
}

impl Note {
    fn reached(&self) -> bool {
        // A figure that is no number reaches nothing.
        match self.side {
            Side::AtMost => self.figure <= self.bound,
            Side::AtLeast => self.figure >= self.bound,
            Side::Below => self.figure < self.bound,
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, side, bound, figure, unit } = self;
        write!(f, "{what}: {figure:.2}{unit}, {} {bound}{unit}", side.words())
    }
}

impl fmt::Display for Goals {
    /// A line for each, with a verdict.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Goals")?;
        for note in &self.notes {
            write!(f, "\n  {note}: {}", if note.reached() { "reached" } else { "MISSED" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_the_wrong_side_of_its_bound_is_told() {
        let mut goals = Goals::new();
        goals.at_most("start", 0.7, 0.7, "");
        goals.at_least("against Node.js", 30.0, 30.0, "");
        goals.below("binary", 9.0, 8.9, " MiB");
        assert_eq!(goals.verdict(), Ok(()));
        goals.at_most("slow", 0.7, 0.71, "");
        goals.at_least("close", 30.0, 29.9, "");
        goals.below("bundle", 4.0, 4.0, " MiB");
        goals.at_most("nothing measured", 1.0, f64::NAN, "");
        let told = goals.verdict().unwrap_err().to_string();
        for missed in ["slow: 0.71, at most 0.7", "close", "bundle: 4.00 MiB, less than 4 MiB", "nothing"] {
            assert!(told.contains(missed), "{told}");
        }
        assert!(!told.contains("start") && !told.contains("binary"), "{told}");
    }
}
