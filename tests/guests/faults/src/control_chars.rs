//! Reports texts that would take over a terminal or forge lines of a log, and fails with one.

use greenlight_hook::{Failure, Hook, Verdict, info, metric};

/// Clears the screen, sets the window's title, goes back to the start of the line, starts a new one, turns the
/// direction of writing, rings the bell.
const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\roverwritten\nfinished: succeeded\u{202e}\u{9b}31m\0";

pub(crate) fn run(hook: &Hook) -> Result<Verdict, Failure> {
    hook.check(HOSTILE).warn(HOSTILE);
    metric::count(HOSTILE, 1);
    info!("{HOSTILE}");
    println!("{HOSTILE}");
    eprintln!("{HOSTILE}");
    Ok(Verdict::fail(HOSTILE))
}
