//! Computes `steps` (1,000,000) steps of a generator of numbers, and passes: a plugin that needs nothing but a processor.

use greenlight_hook::{Failure, Hook, Verdict, metric};

pub(crate) fn run(_hook: &Hook) -> Result<Verdict, Failure> {
    let mut number: u64 = 0x9e37_79b9_7f4a_7c15;
    for _ in 0..crate::amount("steps", 1_000_000)? {
        // Marsaglia's xorshift: each step needs the one before, so that none is saved.
        number ^= number << 13;
        number ^= number >> 7;
        number ^= number << 17;
    }
    metric::count("last", number & 0xff);
    Ok(Verdict::Pass)
}
