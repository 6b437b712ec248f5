//! Figures of many samples, and how far they can be trusted.

use serde::{Deserialize, Serialize};

/// How many standard deviations of the normal distribution hold 95 %.
const DEVIATIONS: f64 = 1.96;

/// A quantile in microseconds, with the interval that holds it in 95 of 100 measurements such as this one; without
/// one when the samples are too few to say.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Quantile {
    pub(super) us: f64,
    pub(super) low_us: Option<f64>,
    pub(super) high_us: Option<f64>,
}

/// How much larger one figure is than another, with the interval that both their intervals leave open.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Ratio {
    pub(super) ratio: f64,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
}

/// Samples in nanoseconds, in order.
#[derive(Debug)]
pub(super) struct Samples(Vec<u64>);

impl Samples {
    pub(super) fn new(mut nanos: Vec<u64>) -> Self {
        nanos.sort_unstable();
        Self(nanos)
    }

    /// The smallest sample that `share` of them do not exceed. The interval is that of its rank, which needs no assumption
    /// on how the samples are distributed, only that they do not depend on each other.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "ranks are far below 2^52 and not negative"
    )]
    pub(super) fn quantile(&self, share: f64) -> Quantile {
        let count = self.0.len() as f64;
        let middle = count * share;
        let reach = DEVIATIONS * (count * share * (1.0 - share)).sqrt();
        // Ranks count from 1.
        let rank = |rank: f64| -> Option<f64> {
            let index = (rank >= 1.0).then(|| rank as usize - 1)?;
            self.0.get(index).map(|nanos| *nanos as f64 / 1000.0)
        };
        let us = rank(middle.ceil().max(1.0)).unwrap_or_default();
        let (low_us, high_us) = (rank((middle - reach).floor()), rank((middle + reach).ceil() + 1.0));
        match (low_us, high_us) {
            (Some(_), Some(_)) => Quantile { us, low_us, high_us },
            _ => Quantile { us, low_us: None, high_us: None },
        }
    }
}

impl Quantile {
    /// This one over `before`.
    pub(super) fn over(self, before: Self) -> Ratio {
        let low = self.low_us.zip(before.high_us).map(|(low, high)| low / high);
        let high = self.high_us.zip(before.low_us).map(|(high, low)| high / low);
        Ratio { ratio: self.us / before.us, low, high }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_samples_and_lie_in_their_intervals() {
        let samples = Samples::new((1..=1000).rev().map(|micros| micros * 1000).collect());
        for (share, us, low, high) in [(0.5, 500.0, 469.0, 532.0), (0.9, 900.0, 881.0, 920.0)] {
            let found = samples.quantile(share);
            assert_eq!(found, Quantile { us, low_us: Some(low), high_us: Some(high) });
        }
    }

    #[test]
    fn few_samples_have_a_quantile_and_no_interval() {
        let found = Samples::new(vec![3000, 1000, 2000]).quantile(0.99);
        assert_eq!(found, Quantile { us: 3.0, low_us: None, high_us: None });
        assert_eq!(Samples::new(vec![]).quantile(0.5).us.to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn a_ratio_is_as_uncertain_as_both_figures_together() {
        let now = Quantile { us: 20.0, low_us: Some(18.0), high_us: Some(22.0) };
        let before = Quantile { us: 10.0, low_us: Some(9.0), high_us: Some(12.0) };
        let ratio = now.over(before);
        assert_eq!((ratio.ratio, ratio.low), (2.0, Some(1.5)));
        assert!(ratio.high.is_some_and(|high| (high - 22.0 / 9.0).abs() < 1e-9));
        assert_eq!(now.over(Quantile { low_us: None, ..before }).high, None);
    }
}
