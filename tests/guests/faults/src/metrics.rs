//! More metrics than anybody wants, and ones that are no numbers.

use greenlight_hook::metric::{self, Unit};
use greenlight_hook::{Failure, Hook, Verdict};

/// `metrics` (100000) of them, each with a name of its own.
pub(crate) fn many(_hook: &Hook) -> Result<Verdict, Failure> {
    for n in 0..crate::amount("metrics", 100_000)? {
        metric::count(&format!("metric {n}"), n);
    }
    Ok(Verdict::Pass)
}

/// What JSON cannot say and no graph can show.
pub(crate) fn odd(_hook: &Hook) -> Result<Verdict, Failure> {
    for (name, value) in
        [("nan", f64::NAN), ("infinity", f64::INFINITY), ("minus infinity", f64::NEG_INFINITY)]
    {
        metric::record(name, value, Unit::None);
    }
    metric::count("", 1);
    Ok(Verdict::Pass)
}
