//! Pauses between attempts of a call.

use std::time::Duration;

use rand::Rng as _;

/// Pauses that double from 100 ms to 3 s, each shortened at random by up to a half, so that functions which were throttled
/// together do not come back together.
#[derive(Debug)]
pub(crate) struct Backoff {
    next: Duration,
}

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(3);

impl Backoff {
    pub(crate) const fn new() -> Self {
        Self { next: FIRST }
    }

    /// The next pause.
    pub(crate) fn pause(&mut self) -> Duration {
        self.pause_with(rand::rng().random_range(0.5..1.0))
    }

    fn pause_with(&mut self, share: f64) -> Duration {
        let pause = self.next.mul_f64(share);
        self.next = (self.next * 2).min(LONGEST);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_to_three_seconds() {
        let mut backoff = Backoff::new();
        let pauses: Vec<u128> = (0..7).map(|_| backoff.pause_with(1.0).as_millis()).collect();
        assert_eq!(pauses, [100, 200, 400, 800, 1600, 3000, 3000]);
        let pause = Backoff::new().pause();
        assert!((50..=100).contains(&pause.as_millis()), "{pause:?}");
    }
}
