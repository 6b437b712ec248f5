//! Calls the host very often, or with very much.

use greenlight_hook::{Failure, Hook, Verdict};

/// `checks` (100000) passing checks, each with a name of its own.
pub(crate) fn many_checks(hook: &Hook) -> Result<Verdict, Failure> {
    for n in 0..crate::amount("checks", 100_000)? {
        hook.check(&format!("check {n}")).pass("one of many");
    }
    Ok(Verdict::Pass)
}

/// One check whose detail has `bytes` (16 MiB) bytes.
pub(crate) fn big(hook: &Hook) -> Result<Verdict, Failure> {
    let bytes = usize::try_from(crate::amount("bytes", 16 * 1024 * 1024)?)?;
    hook.check("big").pass("x".repeat(bytes));
    Ok(Verdict::Pass)
}
