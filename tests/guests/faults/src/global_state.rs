//! Counts its calls in a global, which must be 1 each time: nothing survives from one run to the next.

use std::sync::atomic::{AtomicU64, Ordering};

use greenlight_hook::{Failure, Hook, Verdict, metric};

static CALLS: AtomicU64 = AtomicU64::new(0);

pub(crate) fn run(hook: &Hook) -> Result<Verdict, Failure> {
    let calls = CALLS.fetch_add(1, Ordering::Relaxed) + 1;
    metric::count("calls", calls);
    hook.check("calls").equal(calls, 1);
    Ok(Verdict::Pass)
}
