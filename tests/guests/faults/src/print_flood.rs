//! Prints `lines` (100000) numbered lines of about 100 bytes, alternately to standard output and standard error,
//! then passes.

use std::io::Write as _;

use greenlight_hook::{Failure, Hook, Verdict};

pub(crate) fn run(_hook: &Hook) -> Result<Verdict, Failure> {
    for n in 0..crate::amount("lines", 100_000)? {
        if n % 2 == 0 {
            writeln!(std::io::stdout(), "line {n} {:-<90}", "")?;
        } else {
            writeln!(std::io::stderr(), "line {n} {:-<90}", "")?;
        }
    }
    Ok(Verdict::Pass)
}
