//! What the benchmarks wrote: one line for each figure of each round.

use std::{collections::BTreeMap, fs, io, path::Path};

use crate::{error::ReportError, spread::Spread};

/// Greenlight's name in every table: what others are compared with.
pub(crate) const OURS: &str = "greenlight";

/// The tables that are not of figures.
const GOALS: &str = "goals";
const MISSING: &str = "missing";

/// All figures, in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    series: Vec<Series>,
}

/// The figures of all rounds of one measure of one contender.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub(crate) table: String,
    pub(crate) row: String,
    pub(crate) contender: String,
    pub(crate) measure: String,
    pub(crate) unit: String,
    /// By round.
    values: BTreeMap<u32, f64>,
}

/// A promise, with what was found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Goal {
    pub(crate) what: String,
    pub(crate) side: String,
    pub(crate) bound: f64,
    pub(crate) found: f64,
    pub(crate) unit: String,
}

impl Figures {
    /// Reads them. No file is no figures.
    pub(crate) fn read(path: &Path) -> Result<Self, ReportError> {
        let text = match fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(ReportError::file("read", path)(source)),
        };
        Self::parse(&text).map_err(|source| ReportError::Records { path: path.to_owned(), source })
    }

    /// Reads them from text.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, csv::Error> {
        type Line = (String, String, String, String, String, u32, f64);
        let mut figures = Self::default();
        for line in csv::ReaderBuilder::new().has_headers(false).from_reader(text).deserialize() {
            let (table, row, contender, measure, unit, round, value): Line = line?;
            let same = |known: &&mut Series| {
                known.table == table
                    && known.row == row
                    && known.contender == contender
                    && known.measure == measure
            };
            if let Some(known) = figures.series.iter_mut().rev().find(same) {
                known.values.insert(round, value);
            } else {
                let values = [(round, value)].into();
                figures.series.push(Series { table, row, contender, measure, unit, values });
            }
        }
        Ok(figures)
    }

    /// The tables of figures, in their order.
    pub(crate) fn tables(&self) -> Vec<&str> {
        distinct(self.series.iter().map(|series| series.table.as_str()).filter(|table| !is_apart(table)))
    }

    /// Everything in a table.
    pub(crate) fn of_table<'a>(&'a self, table: &'a str) -> impl Iterator<Item = &'a Series> + Clone {
        self.series.iter().filter(move |series| series.table == table)
    }

    /// One series.
    pub(crate) fn find(&self, table: &str, row: &str, contender: &str, measure: &str) -> Option<&Series> {
        self.series.iter().find(|series| {
            series.table == table
                && series.row == row
                && series.contender == contender
                && series.measure == measure
        })
    }

    /// What was promised.
    pub(crate) fn goals(&self) -> Vec<Goal> {
        let bounds = self.of_table(GOALS).filter(|series| series.measure == "bound");
        bounds
            .filter_map(|bound| {
                let found = self.find(GOALS, &bound.row, &bound.contender, "found")?;
                Some(Goal {
                    what: bound.row.clone(),
                    side: bound.contender.clone(),
                    bound: bound.spread().median,
                    found: found.spread().median,
                    unit: bound.unit.clone(),
                })
            })
            .collect()
    }

    /// A sentence for each contender that could not take part, with all tables that lack it.
    pub(crate) fn missing_sentences(&self) -> Vec<String> {
        let mut sentences: Vec<(String, Vec<&str>)> = Vec::new();
        for of in self.of_table(MISSING) {
            let sentence = format!("{}: {}", of.contender, of.measure);
            match sentences.iter_mut().find(|(known, _)| *known == sentence) {
                Some((_, tables)) => tables.push(&of.row),
                None => sentences.push((sentence, vec![&of.row])),
            }
        }
        let told = sentences.into_iter();
        told.map(|(sentence, tables)| format!("{sentence} (missing in: {})", tables.join(", "))).collect()
    }
}

impl Series {
    /// Median and quartiles.
    pub(crate) fn spread(&self) -> Spread {
        Spread::of(self.values.values().copied().collect())
    }

    /// The quotient of this and another, round by round. Without a round in common, that of the medians.
    pub(crate) fn ratio_to(&self, other: &Self) -> f64 {
        let common = self.values.iter().filter_map(|(round, own)| Some(own / other.values.get(round)?));
        let common: Vec<f64> = common.collect();
        if common.is_empty() {
            self.spread().median / other.spread().median
        } else {
            Spread::of(common).median
        }
    }

    /// Round and value of each.
    pub(crate) fn rounds(&self) -> impl Iterator<Item = (u32, f64)> {
        self.values.iter().map(|(round, value)| (*round, *value))
    }
}

impl Goal {
    /// Whether it was reached. A figure that is no number reaches nothing.
    pub(crate) fn reached(&self) -> bool {
        match self.side.as_str() {
            "at least" => self.found >= self.bound,
            "at most" => self.found <= self.bound,
            _ => self.found < self.bound,
        }
    }

    /// By which part of the bound it was missed or reached.
    pub(crate) fn margin(&self) -> f64 {
        (self.found / self.bound - 1.0).abs()
    }
}

/// Each once, where it came first.
pub(crate) fn distinct<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = Vec::new();
    for text in texts {
        if !seen.contains(&text) {
            seen.push(text);
        }
    }
    seen
}

fn is_apart(table: &str) -> bool {
    [GOALS, MISSING].contains(&table)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = b"warm,\"no I/O, 1 thread\",greenlight,time,us,1,10\nwarm,\"no I/O, 1 thread\",greenlight,time,us,2,30\n\
        warm,\"no I/O, 1 thread\",extism,time,us,1,100\nwarm,\"no I/O, 1 thread\",extism,time,us,2,300\n\
        goals,a start,at most,bound,times,1,0.7\ngoals,a start,at most,found,times,1,0.8\nmissing,cold,Node.js,there is no node,,1,NaN\n\
        missing,warm,Node.js,there is no node,,1,NaN\n";

    #[test]
    fn a_ratio_is_of_the_same_rounds() {
        let figures = Figures::parse(TEXT).unwrap();
        let of = |contender| figures.find("warm", "no I/O, 1 thread", contender, "time").unwrap();
        assert_eq!(of("extism").ratio_to(of(OURS)), 10.0);
        assert_eq!(figures.tables(), ["warm"]);
    }

    #[test]
    fn a_missed_goal_and_a_missing_contender_are_read_back() {
        let figures = Figures::parse(TEXT).unwrap();
        let goal = &figures.goals()[0];
        assert!(!goal.reached() && (goal.margin() - 0.142_857).abs() < 1e-5, "{goal:?}");
        assert_eq!(figures.missing_sentences(), ["Node.js: there is no node (missing in: cold, warm)"]);
    }

    #[test]
    fn what_is_no_record_is_an_error_and_no_file_is_none() {
        assert!(Figures::parse(b"warm,10\n").is_err());
        assert!(Figures::read(Path::new("nowhere/records.csv")).unwrap().tables().is_empty());
    }
}
