//! Takes memory until there is no more, a mebibyte at a time, and uses all of it.

use std::hint::black_box;

use greenlight_hook::{Failure, Hook, Verdict, info};

const MEBIBYTE: usize = 1024 * 1024;

pub(crate) fn run(_hook: &Hook) -> Result<Verdict, Failure> {
    info!("taking memory");
    let mut all: Vec<Vec<u8>> = Vec::new();
    loop {
        // Not zero: pages of zeros cost the host nothing.
        all.push(black_box(vec![1; MEBIBYTE]));
    }
}
