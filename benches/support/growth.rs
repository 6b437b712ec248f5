//! Whether a cost grows as it may.

use std::fmt;

use crate::records::{RecordError, Records};

/// From which ratio on something is noticeably more. Ratios of one run are good to about a tenth.
const NOTICEABLE: f64 = 1.5;

/// How a cost may grow with the count that it depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Not noticeably.
    Flat,
    /// At most as the count does.
    Linear,
}

/// What grew, and by how much.
#[derive(Clone, Debug, Default)]
pub struct Growth {
    notes: Vec<Note>,
}

#[derive(Clone, Debug)]
struct Note {
    what: String,
    limit: Limit,
    times: f64,
    ratio: f64,
}

/// Something grew more than it may.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("these grew more than they may: {0}")]
pub struct GrewTooMuch(String);

impl Growth {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes that a cost was `ratio` times as much when the count was `times` as much.
    pub fn note(&mut self, what: impl Into<String>, limit: Limit, times: f64, ratio: f64) {
        self.notes.push(Note { what: what.into(), limit, times, ratio });
    }

    /// Notes all of it for the report, as goals.
    ///
    /// # Errors
    ///
    /// When the records cannot be written.
    pub fn record(&self, records: &Records) -> Result<(), RecordError> {
        self.notes.iter().try_for_each(|note| {
            let what = format!("{} with {} times as many", note.what, note.times);
            records.goal(&what, "at most", note.most(), note.ratio, "times")
        })
    }

    /// Whether everything grew as it may.
    ///
    /// # Errors
    ///
    /// [`GrewTooMuch`], with what grew more.
    pub fn verdict(&self) -> Result<(), GrewTooMuch> {
        let too_much: Vec<String> =
            self.notes.iter().filter(|note| !note.holds()).map(ToString::to_string).collect();
        if too_much.is_empty() { Ok(()) } else { Err(GrewTooMuch(too_much.join("; "))) }
    }
}

impl Note {
    fn holds(&self) -> bool {
        // A ratio that is no number holds nothing.
        self.ratio <= self.most()
    }

    const fn most(&self) -> f64 {
        match self.limit {
            Limit::Flat => NOTICEABLE,
            Limit::Linear => self.times,
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, times, ratio, .. } = self;
        write!(f, "{what}: {ratio:.2} times with {times} times as many, at most {}", self.most())
    }
}

impl fmt::Display for Growth {
    /// A line for each cost, with a verdict.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Growth")?;
        for note in &self.notes {
            write!(f, "\n  {note}: {}", if note.holds() { "holds" } else { "TOO MUCH" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grows_more_than_it_may_is_told() {
        let mut growth = Growth::new();
        growth.note("memory", Limit::Linear, 100.0, 99.0);
        growth.note("latency", Limit::Flat, 100.0, 1.1);
        assert_eq!(growth.verdict(), Ok(()));
        growth.note("a list", Limit::Linear, 100.0, 101.0);
        growth.note("a lookup", Limit::Flat, 100.0, 2.0);
        growth.note("nothing measured", Limit::Flat, 100.0, f64::NAN);
        let told = growth.verdict().unwrap_err().to_string();
        for name in ["a list", "a lookup: 2.00 times with 100 times as many, at most 1.5", "nothing measured"]
        {
            assert!(told.contains(name), "{told}");
        }
        assert!(!told.contains("memory") && !told.contains("latency"), "{told}");
    }
}
