//! What a hook found out: checks and metrics, in the order in which they came.

use greenlight_core::CheckOutcome;

/// The checks and metrics of one lifecycle event.
#[derive(Debug, Clone, Default)]
pub(super) struct Results(Vec<Found>);

/// A check that was carried out, or a metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) detail: String,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Check(CheckOutcome),
    Metric,
}

impl Results {
    pub(super) fn push(&mut self, found: Found) {
        self.0.push(found);
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the sentence says no more than a check that failed.
    pub(super) fn tell(&self, reason: &str) -> bool {
        self.0.iter().any(|found| found.matters() && format!("{}: {}", found.name, found.detail) == reason)
    }

    /// At most `limit` results in order, and how many are left out: those that failed stay first, then the latest.
    pub(super) fn most_telling(&self, limit: usize) -> (Vec<&Found>, usize) {
        let mut order: Vec<usize> = (0..self.0.len()).rev().collect();
        order.sort_by_key(|index| !self.0.get(*index).is_some_and(Found::matters));
        order.truncate(limit);
        order.sort_unstable();
        let shown: Vec<&Found> = order.into_iter().filter_map(|index| self.0.get(index)).collect();
        let left_out = self.0.len() - shown.len();
        (shown, left_out)
    }
}

impl Found {
    fn matters(&self) -> bool {
        self.kind == Kind::Check(CheckOutcome::Fail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_shown_before_the_latest_success() {
        let mut results = Results::default();
        for (name, outcome) in [
            ("a", CheckOutcome::Pass),
            ("b", CheckOutcome::Fail),
            ("c", CheckOutcome::Pass),
            ("d", CheckOutcome::Pass),
        ] {
            results.push(Found { kind: Kind::Check(outcome), name: name.to_owned(), detail: String::new() });
        }
        let names = |limit| {
            let (shown, left_out) = results.most_telling(limit);
            (shown.iter().map(|found| found.name.as_str()).collect::<String>(), left_out)
        };
        assert_eq!(names(9), ("abcd".to_owned(), 0));
        assert_eq!(names(3), ("bcd".to_owned(), 1));
        assert_eq!(names(2), ("bd".to_owned(), 2));
        assert_eq!(names(1), ("b".to_owned(), 3));
        assert_eq!(names(0), (String::new(), 4));
    }
}
