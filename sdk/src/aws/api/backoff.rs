//! Pauses between attempts of one call.

use std::time::Duration;

use super::Jitter;

const FIRST: Duration = Duration::from_millis(300);
const LONGEST: Duration = Duration::from_secs(5);

/// Slow enough that where six requests of ten fail for no reason of ours, the time that they take stays within bounds: with
/// pauses that double, it would be that of the longest ones alone.
const GROWTH: f64 = 1.5;

/// Pauses that grow from a third of a second to five seconds, each shortened at random by up to a half. What spares a service that
/// does not answer at all is the budget, which all requests wait for.
#[derive(Debug)]
pub(in crate::aws) struct Backoff {
    next: Duration,
}

impl Backoff {
    pub(in crate::aws) const fn new() -> Self {
        Self { next: FIRST }
    }

    /// The next pause.
    pub(in crate::aws) fn pause(&mut self, jitter: &Jitter) -> Duration {
        let pause = jitter.share(self.next, 0.5, 1.0);
        self.next = self.next.mul_f64(GROWTH).min(LONGEST);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_five_seconds() {
        let (mut backoff, jitter) = (Backoff::new(), Jitter::seeded(1));
        let mut full = FIRST;
        for _ in 0..10 {
            let pause = backoff.pause(&jitter);
            assert!(pause >= full / 2 && pause <= full, "{pause:?} of {full:?}");
            full = full.mul_f64(1.5).min(LONGEST);
        }
        assert_eq!(full, LONGEST);
    }
}
