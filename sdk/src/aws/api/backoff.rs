//! Pauses between attempts of one call.

use std::time::Duration;

use super::Jitter;

const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(30);

/// Pauses that double from half a second to half a minute, each shortened at random by up to a half.
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
        self.next = self.next.saturating_mul(2).min(LONGEST);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_to_half_a_minute() {
        let (mut backoff, jitter) = (Backoff::new(), Jitter::seeded(1));
        let mut full = FIRST;
        for _ in 0..10 {
            let pause = backoff.pause(&jitter);
            assert!(pause >= full / 2 && pause <= full, "{pause:?} of {full:?}");
            full = (full * 2).min(LONGEST);
        }
        assert_eq!(full, LONGEST);
    }
}
