//! Finds what a plugin said on standard error before it died.
//!
//! A panic in Rust, an uncaught exception in Python or JavaScript and a fatal error in Go all end in the same
//! trap. What tells them apart is on standard error only.

use super::crash;

/// The message of the last panic or uncaught error in `stderr`, on one line.
pub(crate) fn message(stderr: &[String]) -> Option<String> {
    crash::message(stderr).or_else(|| rust_panic(stderr)).or_else(|| last_line(stderr))
}

/// Whether `stderr` holds the message of a panic of Rust, other than the one by which Python says that there is no memory.
pub(crate) fn is_rust_panic(stderr: &[String]) -> bool {
    stderr.iter().any(|line| line.contains(PANICKED)) && !crash::is_memory_error(stderr)
}

const PANICKED: &str = "panicked at ";

/// `thread 'main' panicked at src/lib.rs:3:5:`, then the message on the following lines, then notes.
fn rust_panic(stderr: &[String]) -> Option<String> {
    let start = stderr.iter().rposition(|line| line.contains(PANICKED))?;
    let mut lines = stderr.iter().skip(start);
    let (_, place) = lines.next()?.split_once(PANICKED)?;
    let said: Vec<&str> = lines
        .map(|line| line.trim())
        .take_while(|line| !line.starts_with("note: ") && !line.starts_with("stack backtrace:"))
        .filter(|line| !line.is_empty())
        .collect();
    let place = place.trim_end_matches(':');
    if said.is_empty() { Some(place.to_owned()) } else { Some(format!("{place}: {}", said.join(" "))) }
}

fn last_line(stderr: &[String]) -> Option<String> {
    stderr.iter().rev().map(|line| line.trim()).find(|line| !line.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::message;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_rust_panic_is_told_with_its_place() {
        let stderr = lines(
            "noise\n\nthread 'main' (1) panicked at src/lib.rs:3:5:\nindex out of bounds: the len is 0\nnote: run with x",
        );
        assert_eq!(message(&stderr).unwrap(), "src/lib.rs:3:5: index out of bounds: the len is 0");
    }

    #[test]
    fn a_message_of_several_lines_becomes_one() {
        let stderr = lines("thread 'main' panicked at a.rs:1:1:\nassertion failed\n  left: 1\n right: 2\n");
        assert_eq!(message(&stderr).unwrap(), "a.rs:1:1: assertion failed left: 1 right: 2");
    }

    #[test]
    fn another_language_is_told_by_its_last_line() {
        let stderr =
            lines("Traceback (most recent call last):\n  File \"a.py\", line 3\nKeyError: 'version'\n\n");
        assert_eq!(message(&stderr).unwrap(), "KeyError: 'version'");
    }

    #[test]
    fn silence_gives_nothing() {
        assert_eq!(message(&[]), None);
        assert_eq!(message(&lines("\n \n")), None);
    }
}
