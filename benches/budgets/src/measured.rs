//! The one function whose instructions are counted.

use crate::failure::Broken;

/// By which callgrind finds [`count_this`].
pub const PATTERN: &str = "*greenlight_budgets*measured*count_this*";

/// Does `work` so many times. This, all that it calls, and nothing else is counted.
///
/// # Errors
///
/// The first error of the work.
#[inline(never)]
pub fn count_this(work: &mut dyn FnMut() -> Result<(), Broken>, runs: u32) -> Result<(), Broken> {
    for _ in 0..runs {
        work()?;
    }
    Ok(())
}
