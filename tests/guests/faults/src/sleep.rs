//! Waits in the host for `seconds` (3600), where no computing is to be stopped, then passes.

use std::time::Duration;

use greenlight_hook::{Failure, Hook, Verdict, info};

pub(crate) fn run(_hook: &Hook) -> Result<Verdict, Failure> {
    info!("waiting");
    std::thread::sleep(Duration::from_secs(crate::amount("seconds", 3600)?));
    Ok(Verdict::Pass)
}
