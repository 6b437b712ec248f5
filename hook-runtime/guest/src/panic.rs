//! What a panic of the plugin leaves behind.

use std::panic::PanicHookInfo;

#[cfg(target_family = "wasm")]
use crate::log::{self, Level};

/// From here on a panic writes one line, `panicked at src/lib.rs:12:5: message`, to the hook's log and to standard
/// error, before the plugin ends in a trap.
///
/// Without this, the log would hold nothing, and standard error the message in two lines with a hint to set an
/// environment variable that a plugin cannot have.
#[cfg(target_family = "wasm")]
pub(crate) fn report() {
    std::panic::set_hook(Box::new(|info| {
        let line = line(info);
        // Standard error first: should the host refuse the log line, the message is not lost.
        eprintln!("{line}");
        log::write(Level::Error, line);
    }));
}

fn line(info: &PanicHookInfo<'_>) -> String {
    let message = info.payload_as_str().unwrap_or("a value that is not text");
    match info.location() {
        Some(place) => format!("panicked at {place}: {message}"),
        None => format!("panicked: {message}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[test]
    fn the_line_names_file_and_line_and_the_message() {
        let seen = Arc::new(Mutex::new(String::new()));
        let before = std::panic::take_hook();
        std::panic::set_hook({
            let seen = Arc::clone(&seen);
            Box::new(move |info| {
                // Other tests of this process may panic at the same time.
                let line = line(info);
                if line.ends_with("replicas") {
                    *seen.lock().unwrap() = line;
                }
            })
        });
        let at = line!() + 1;
        let result = std::panic::catch_unwind(|| panic!("{} replicas", 2));
        std::panic::set_hook(before);
        assert!(result.is_err());
        let seen = seen.lock().unwrap().clone();
        assert!(seen.starts_with("panicked at "), "{seen}");
        assert!(seen.contains(&format!("panic.rs:{at}:")), "{seen}");
        assert!(seen.ends_with(": 2 replicas"), "{seen}");
    }
}
