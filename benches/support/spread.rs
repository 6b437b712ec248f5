//! The middle of some figures, and how far they lie apart.

use std::fmt;

/// A median with the quartiles around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// A quarter of the values is below.
    pub low: f64,
    /// Half of the values is below.
    pub median: f64,
    /// A quarter of the values is above.
    pub high: f64,
}

impl Spread {
    /// The spread of some values.
    #[must_use]
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self { low: quantile(&values, 0.25), median: quantile(&values, 0.5), high: quantile(&values, 0.75) }
    }
}

impl fmt::Display for Spread {
    /// Three figures with the format's precision, by default 2 places.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = f.precision().unwrap_or(2);
        write!(f, "{:.places$} ({:.places$} to {:.places$})", self.median, self.low, self.high)
    }
}

/// The value below which a part of all values lies, between 0 and 1: the nearest one that was measured. Not a number
/// when there are none.
///
/// `sorted` goes upwards.
#[must_use]
pub fn quantile(sorted: &[f64], part: f64) -> f64 {
    let position = (sorted.len().saturating_sub(1) as f64 * part.clamp(0.0, 1.0)).round() as usize;
    sorted.get(position).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_were_measured() {
        let values: Vec<f64> = (1..=101).map(f64::from).collect();
        assert_eq!(quantile(&values, 0.5), 51.0);
        assert_eq!(quantile(&values, 0.99), 100.0);
        assert!(quantile(&[], 0.5).is_nan());
        assert_eq!(format!("{:.1}", Spread::of(values)), "51.0 (26.0 to 76.0)");
    }
}
