//! Is pending until the attempt in `attempts` (2), then passes. The state counts the attempts.

use std::time::Duration;

use greenlight_hook::{Failure, Hook, Verdict, deployment};

pub(crate) fn run(hook: &Hook) -> Result<Verdict, Failure> {
    let attempt = u64::from(deployment::attempt());
    let carried = deployment::state().unwrap_or_default();
    hook.check("state").pass(format!("attempt {attempt}, carried `{carried}`"));
    if attempt >= crate::amount("attempts", 2)? {
        return Ok(Verdict::Pass);
    }
    let delay = Duration::from_secs(crate::amount("delay_seconds", 1)?);
    Ok(Verdict::pending(delay, format!("{carried}{attempt},")))
}
