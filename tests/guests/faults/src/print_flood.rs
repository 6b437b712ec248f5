//! Prints `lines` (100000) numbered lines of about 100 bytes, alternately to standard output and standard error,
//! then passes.

use std::io::Write as _;

use greenlight_hook::{Failure, Hook, Verdict};

pub(crate) fn run(_hook: &Hook) -> Result<Verdict, Failure> {
    for n in 0..crate::amount("lines", 100_000)? {
        // Standard error is not buffered: formatted in place, each piece would be a call of the host.
        let line = format!("line {n} {:-<90}\n", "");
        if n % 2 == 0 {
            std::io::stdout().write_all(line.as_bytes())?;
        } else {
            std::io::stderr().write_all(line.as_bytes())?;
        }
    }
    Ok(Verdict::Pass)
}
