//! Randomness, so that many programs do not ask at the same moments.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

/// Varies times, from an injected source of randomness.
#[derive(Debug)]
pub(in crate::aws) struct Jitter(Mutex<StdRng>);

impl Jitter {
    /// Different each time.
    pub(in crate::aws) fn random() -> Self {
        Self(Mutex::new(StdRng::from_os_rng()))
    }

    /// The same for the same seed.
    pub(in crate::aws) fn seeded(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// A time between these two shares of `time`.
    pub(in crate::aws) fn share(&self, time: Duration, from: f64, to: f64) -> Duration {
        time.mul_f64(self.0.lock().unwrap_or_else(PoisonError::into_inner).random_range(from..to))
    }
}
