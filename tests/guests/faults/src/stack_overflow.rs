//! Calls itself for ever.

use std::hint::black_box;

use greenlight_hook::{Failure, Hook, Verdict};

pub(crate) fn run(_hook: &Hook) -> Result<Verdict, Failure> {
    Ok(Verdict::fail(deeper(black_box(1))))
}

#[inline(never)]
#[expect(unconditional_recursion, reason = "this is the fault")]
fn deeper(n: u64) -> u64 {
    // A local that must live across the call, and work after it: neither a loop nor a tail call will do.
    let frame = black_box([n; 64]);
    deeper(n.wrapping_add(1)).wrapping_add(frame.iter().sum::<u64>())
}
