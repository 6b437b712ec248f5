//! Fails, in each of the ways that a plugin can.

use greenlight_hook::{Failure, Hook, Verdict};

/// By the verdict, with `reason` from the config.
pub(crate) fn run(_hook: &Hook) -> Result<Verdict, Failure> {
    let reason = greenlight_hook::config::get::<String>("reason")?;
    Ok(Verdict::fail(reason.as_deref().unwrap_or("as it was told")))
}

/// By two failed checks, though the function itself passes.
pub(crate) fn by_checks(hook: &Hook) -> Result<Verdict, Failure> {
    hook.check("status").equal(500, 200);
    hook.check("body").fail("no field `version`");
    Ok(Verdict::Pass)
}

/// By an error that leaves the function.
pub(crate) fn by_error(_hook: &Hook) -> Result<Verdict, Failure> {
    Ok(Verdict::fail("ten".parse::<u32>()?))
}
