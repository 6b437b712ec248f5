//! Production weights, and the choice that keeps to them exactly.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::RouterError;
use super::target_group::TargetGroup;

/// How production traffic is divided between blue and green, in percent or any other common unit.
///
/// Only the ratio counts, as in a weighted `forward` action of a load balancer. A weight of zero is absolute: that
/// group gets no request.
///
/// ```
/// use greenlight::local::router::Weights;
///
/// let canary = Weights::new(90.0, 10.0)?;
/// assert_eq!(canary.to_string(), "blue 90 %, green 10 %");
/// # Ok::<(), greenlight::local::router::RouterError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights {
    /// Thousandths of the caller's unit: integers keep the proportions exact.
    blue: u32,
    green: u32,
}

/// The largest weight. It leaves the products of [`Rotation::choose`] inside 64 bits.
const MAX_WEIGHT: f64 = 1_000_000.0;

impl Weights {
    /// All traffic to blue.
    pub const BLUE: Self = Self { blue: 100_000, green: 0 };

    /// All traffic to green.
    pub const GREEN: Self = Self { blue: 0, green: 100_000 };

    /// Divides traffic as `blue` to `green`. Weights are kept to a thousandth; one that is above zero stays above.
    ///
    /// # Errors
    ///
    /// [`RouterError::Weights`] when a weight is negative, not a number or above a million, or when both are zero.
    pub fn new(blue: f64, green: f64) -> Result<Self, RouterError> {
        let valid = |weight: f64| (0.0..=MAX_WEIGHT).contains(&weight);
        if !valid(blue) || !valid(green) || (blue == 0.0 && green == 0.0) {
            return Err(RouterError::Weights { blue, green });
        }
        Ok(Self { blue: thousandths(blue), green: thousandths(green) })
    }

    /// The share of one group, in percent.
    #[must_use]
    pub fn percent(self, group: TargetGroup) -> f64 {
        let weight = match group {
            TargetGroup::Blue => self.blue,
            TargetGroup::Green => self.green,
        };
        f64::from(weight) * 100.0 / (f64::from(self.blue) + f64::from(self.green))
    }
}

impl fmt::Display for Weights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rounded = |group| (self.percent(group) * 1000.0).round() / 1000.0;
        write!(f, "blue {} %, green {} %", rounded(TargetGroup::Blue), rounded(TargetGroup::Green))
    }
}

/// Turns weights into a sequence of groups.
///
/// The green ones are spread evenly (a Bresenham line): every run of requests, wherever it starts, has its share to
/// within one request, and every full period has it exactly. A random choice would need thousands of requests to
/// show a 10 % canary as 10 %.
#[derive(Debug)]
pub(super) struct Rotation {
    weights: Weights,
    turn: AtomicU64,
}

impl Rotation {
    pub(super) const fn new(weights: Weights) -> Self {
        Self { weights, turn: AtomicU64::new(0) }
    }

    pub(super) const fn weights(&self) -> Weights {
        self.weights
    }

    pub(super) fn choose(&self) -> TargetGroup {
        let Weights { blue, green } = self.weights;
        if green == 0 {
            return TargetGroup::Blue;
        }
        if blue == 0 {
            return TargetGroup::Green;
        }
        let (green, period) = (u64::from(green), u64::from(blue) + u64::from(green));
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % period;
        // Half a period of head start puts the first green in the middle of its interval, not at its end.
        let passed = |turn: u64| (turn * green + period / 2) / period;
        if passed(turn + 1) > passed(turn) { TargetGroup::Green } else { TargetGroup::Blue }
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the caller checked the range: at most 10^9 thousandths"
)]
fn thousandths(weight: f64) -> u32 {
    if weight == 0.0 { 0 } else { ((weight * 1000.0).round() as u32).max(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greens(rotation: &Rotation, requests: usize) -> usize {
        (0..requests).filter(|_| rotation.choose() == TargetGroup::Green).count()
    }

    #[test]
    fn every_period_has_its_exact_share() {
        for percent in 1..100_u32 {
            let rotation = Rotation::new(Weights::new(f64::from(100 - percent), f64::from(percent)).unwrap());
            for _ in 0..3 {
                assert_eq!(greens(&rotation, 100), percent as usize, "at {percent} %");
            }
        }
    }

    #[test]
    fn every_window_is_within_one_request_of_its_share() {
        let rotation = Rotation::new(Weights::new(90.0, 10.0).unwrap());
        let sequence: Vec<bool> = (0..500).map(|_| rotation.choose() == TargetGroup::Green).collect();
        for length in 1..120 {
            for window in sequence.windows(length) {
                let green = window.iter().filter(|green| **green).count();
                let share = length as f64 / 10.0;
                assert!((green as f64 - share).abs() <= 1.0, "{green} of {length}");
            }
        }
    }

    #[test]
    fn a_zero_weight_is_absolute_and_a_tiny_one_is_not() {
        assert_eq!(greens(&Rotation::new(Weights::BLUE), 10_000), 0);
        assert_eq!(greens(&Rotation::new(Weights::GREEN), 10_000), 10_000);
        assert_eq!(greens(&Rotation::new(Weights::new(100.0, 0.000_01).unwrap()), 100_001), 1);
    }

    #[test]
    fn impossible_weights_are_refused_with_a_fix() {
        for (blue, green) in [(0.0, 0.0), (-1.0, 2.0), (f64::NAN, 1.0), (1.0, f64::INFINITY), (1e9, 1.0)] {
            assert!(Weights::new(blue, green).is_err(), "{blue} to {green}");
        }
        assert_eq!(
            Weights::new(0.0, 0.0).unwrap_err().to_string(),
            "production weights blue 0, green 0 cannot be used: give each a number from 0 to 1000000, \
             and at least one of them more than 0"
        );
    }
}
