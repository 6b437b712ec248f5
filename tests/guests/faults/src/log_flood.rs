//! Logs `lines` (100000) numbered lines of about 100 bytes, then passes.

use greenlight_hook::{Failure, Hook, Verdict, info};

pub(crate) fn run(_hook: &Hook) -> Result<Verdict, Failure> {
    for n in 0..crate::amount("lines", 100_000)? {
        info!("line {n} {:-<90}", "");
    }
    Ok(Verdict::Pass)
}
