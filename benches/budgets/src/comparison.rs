//! What was counted, beside what was allowed.

use std::fmt;

use crate::{budgets::Budgets, subject::Subject};

/// By what part of a budget a count may differ from it.
const TOLERANCE: f64 = 0.03;

/// Whether a count is near enough to its budget.
#[must_use]
pub fn holds(budget: u64, count: f64) -> bool {
    (count - budget as f64).abs() <= TOLERANCE * budget as f64
}

/// All counts with their budgets.
#[derive(Debug)]
pub struct Comparison {
    rows: Vec<Row>,
    /// Budgets of paths that there are not.
    orphans: Vec<String>,
}

#[derive(Debug)]
struct Row {
    path: &'static str,
    budget: Option<u64>,
    count: f64,
}

impl Comparison {
    /// Puts them side by side.
    #[must_use]
    pub fn new(budgets: &Budgets, counts: &[(&'static Subject, f64)]) -> Self {
        let row = |(path, count): &(&'static Subject, f64)| Row {
            path: path.name,
            budget: budgets.of(path.name),
            count: *count,
        };
        let names: Vec<&str> = counts.iter().map(|(path, _)| path.name).collect();
        Self { rows: counts.iter().map(row).collect(), orphans: budgets.without_a_path(&names) }
    }

    /// Whether every path has a budget and keeps it, and every budget has a path.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.orphans.is_empty() && self.rows.iter().all(Row::holds)
    }
}

impl Row {
    fn holds(&self) -> bool {
        self.budget.is_some_and(|budget| holds(budget, self.count))
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, budget, count } = self;
        write!(f, "{path:<34} {count:>14.0}")?;
        let Some(budget) = budget else { return write!(f, "   has no budget") };
        let change = (count / *budget as f64 - 1.0) * 100.0;
        write!(f, " {budget:>14} {change:>+8.2} %")?;
        match (self.holds(), change > 0.0) {
            (true, _) => Ok(()),
            (false, true) => write!(f, "   MORE THAN ITS BUDGET"),
            (false, false) => write!(f, "   less, to be blessed"),
        }
    }
}

impl fmt::Display for Comparison {
    /// A line for each path, and what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<34} {:>14} {:>14} {:>10}", "hot path", "instructions", "budget", "change")?;
        for row in &self.rows {
            writeln!(f, "{row}")?;
        }
        for orphan in &self.orphans {
            writeln!(f, "{orphan:<34} has a budget, and is no hot path")?;
        }
        if self.holds() {
            return write!(f, "all budgets hold");
        }
        write!(
            f,
            "make it as fast as it was, or say why not: `cargo budgets --bless REASON` writes benches/budgets.toml, \
             whose change belongs into the same commit"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &Subject = &Subject { name: "first", what: "one thing", runs: 1 };
    const SECOND: &Subject = &Subject { name: "second", what: "another", runs: 1 };
    const THIRD: &Subject = &Subject { name: "third", what: "a new one", runs: 1 };

    #[test]
    fn over_three_percent_more_or_less_does_not_hold() {
        assert!(holds(1000, 1030.0) && holds(1000, 970.0));
        assert!(!holds(1000, 1031.0) && !holds(1000, 969.0) && !holds(1000, f64::NAN));
    }

    #[test]
    fn a_missed_budget_says_what_to_do() {
        let mut budgets = Budgets::default();
        budgets.bless(&[(FIRST, 1000.0), (SECOND, 1000.0)], "first");
        let counts = [(FIRST, 1040.0), (SECOND, 900.0), (THIRD, 5.0)];
        let told = Comparison::new(&budgets, &counts);
        assert!(!told.holds());
        let told = told.to_string();
        for part in
            ["+4.00 %   MORE THAN ITS BUDGET", "-10.00 %   less, to be blessed", "has no budget", "--bless"]
        {
            assert!(told.contains(part), "{told}");
        }
        let told = Comparison::new(&budgets, &[(FIRST, 1000.0)]);
        assert!(!told.holds() && told.to_string().contains("is no hot path"), "{told}");
        assert!(Comparison::new(&budgets, &[(FIRST, 1001.0), (SECOND, 999.0)]).holds());
    }
}
