//! Computes for ever.

use std::hint::black_box;

use greenlight_hook::{Failure, Hook, Verdict, info};

pub(crate) fn run(_hook: &Hook) -> Result<Verdict, Failure> {
    info!("computing");
    let mut n: u64 = 0;
    loop {
        n = black_box(n.wrapping_add(1));
    }
}
