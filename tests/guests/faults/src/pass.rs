//! Passes, with one of everything that can be reported.

use greenlight_hook::{Failure, Hook, Verdict, info, metric};

pub(crate) fn run(hook: &Hook) -> Result<Verdict, Failure> {
    hook.check("passes").pass("as it should");
    hook.check("warns").warn("worth a look");
    hook.check("skips").skip("not carried out");
    metric::count("things", 3);
    info!("passing");
    Ok(Verdict::Pass)
}
