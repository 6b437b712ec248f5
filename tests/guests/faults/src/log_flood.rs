//! Logs `lines` (100000) numbered lines of about `line_bytes` (100) bytes, then passes.

use greenlight_hook::{Failure, Hook, Verdict, info};

pub(crate) fn run(_hook: &Hook) -> Result<Verdict, Failure> {
    let filling = "-".repeat(usize::try_from(crate::amount("line_bytes", 100)?)?.saturating_sub(10));
    for n in 0..crate::amount("lines", 100_000)? {
        info!("line {n} {filling}");
    }
    Ok(Verdict::Pass)
}
