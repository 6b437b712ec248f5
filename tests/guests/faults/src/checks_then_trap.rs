//! Reports a good deal, and then crashes.

use greenlight_hook::{Failure, Hook, Verdict, metric, warn};

pub(crate) fn run(hook: &Hook) -> Result<Verdict, Failure> {
    hook.check("first").pass("before the crash");
    hook.check("second").fail("before the crash, too");
    metric::count("before the crash", 1);
    warn!("about to crash");
    println!("printed before the crash");
    crate::unreachable::run(hook)
}
