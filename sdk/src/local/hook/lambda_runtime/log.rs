//! What a process prints, as lines of the hook in progress.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::clean;
use crate::local::hook::HookProgress;

/// The most that one invocation may log, in lines and in bytes, before its last lines.
const MAX_LINES: usize = 2_000;
const MAX_BYTES: usize = 256 * 1024;

/// Of more than that, what is kept of the end: there a function says how it came out.
const LAST_LINES: usize = 20;
const LAST_BYTES: usize = 32 * 1024;

/// Where a hook tells what it finds out.
pub(super) type Progress = Arc<dyn Fn(HookProgress) + Send + Sync>;

/// Sends the lines of a process to whichever invocation is in progress. Clones share it.
#[derive(Clone, Default)]
pub(super) struct HookLog(Arc<Mutex<Option<Open>>>);

/// The log of one invocation.
struct Open {
    progress: Progress,
    lines: usize,
    bytes: usize,
    last: VecDeque<String>,
    last_bytes: usize,
    dropped: usize,
}

impl HookLog {
    /// Begins the log of an invocation. It ends with the guard.
    pub(super) fn open(&self, progress: Progress) -> OpenLog {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Open { progress, lines: 0, bytes: 0, last: VecDeque::new(), last_bytes: 0, dropped: 0 });
        OpenLog(self.clone())
    }

    /// Takes a line that the process printed.
    pub(super) fn line(&self, text: &str) {
        let text = clean::line(text);
        if text.is_empty() {
            return;
        }
        let progress = {
            let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(open) = open.as_mut() else {
                tracing::debug!(line = %text, "a hook process printed something while it had nothing to do");
                return;
            };
            if open.lines == MAX_LINES || open.bytes + text.len() > MAX_BYTES {
                open.keep_last(text);
                return;
            }
            open.lines += 1;
            open.bytes += text.len();
            Arc::clone(&open.progress)
        };
        // Not under the lock: whoever is told may take locks of its own.
        progress(HookProgress::Log { level: level_of(&text).to_owned(), text });
    }
}

impl Open {
    /// Keeps a line that there is no room for until the end, unless enough lines come after it.
    fn keep_last(&mut self, text: String) {
        self.last_bytes += text.len();
        self.last.push_back(text);
        while self.last.len() > LAST_LINES || self.last_bytes > LAST_BYTES {
            let Some(left_out) = self.last.pop_front() else { return };
            self.last_bytes -= left_out.len();
            self.dropped += 1;
        }
    }
}

impl fmt::Debug for HookLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HookLog")
    }
}

/// The log of an invocation in progress; says at its end what it had no room for, and the last lines.
#[derive(Debug)]
pub(super) struct OpenLog(HookLog);

impl Drop for OpenLog {
    fn drop(&mut self) {
        let open = self.0.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Open { progress, last, dropped, .. }) = open else { return };
        if dropped > 0 {
            let lines = if dropped == 1 { "line" } else { "lines" };
            let text = format!(
                "{dropped} more {lines} left out: one invocation logs at most {MAX_LINES} lines or {MAX_BYTES} bytes, and its \
                 last lines"
            );
            progress(HookProgress::Log { level: "warn".to_owned(), text });
        }
        for text in last {
            progress(HookProgress::Log { level: level_of(&text).to_owned(), text });
        }
    }
}

/// The level that the line itself names: `"level":"ERROR"` in JSON, or a capital word near the beginning, as the
/// loggers of Lambda's runtimes write it. Otherwise `info`, on standard error too: many loggers write all to it.
fn level_of(line: &str) -> &'static str {
    let json = line.starts_with('{').then(|| serde_json::from_str::<serde_json::Value>(line).ok()).flatten();
    if let Some(json) = json {
        let named = json.get("level").and_then(|level| level.as_str()).unwrap_or_default();
        return level_named(&named.to_ascii_uppercase()).unwrap_or("info");
    }
    let words = line
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '.')
        .filter(|word| !word.is_empty());
    // A time and a request id may stand before it.
    words.take(6).find_map(level_named).unwrap_or("info")
}

fn level_named(word: &str) -> Option<&'static str> {
    Some(match word {
        "TRACE" => "trace",
        "DEBUG" => "debug",
        "INFO" => "info",
        "WARN" | "WARNING" => "warn",
        "ERROR" | "FATAL" | "CRITICAL" => "error",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Levels and texts.
    type Lines = Arc<Mutex<Vec<(String, String)>>>;

    fn seen() -> (Progress, Lines) {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let lines = Arc::clone(&seen);
        let progress: Progress = Arc::new(move |progress| {
            let HookProgress::Log { level, text } = progress else { panic!("{progress:?}") };
            lines.lock().unwrap().push((level, text));
        });
        (progress, seen)
    }

    #[test]
    fn levels_are_those_that_lines_name() {
        assert_eq!(
            level_of("2026-11-23T09:00:00.000Z\t8476a536-e9f4-11e8-9739-2dfe598c3fcd\tERROR\tno host"),
            "error"
        );
        assert_eq!(level_of("[WARNING]\t2026-11-23T09:00:00.000Z\tid\tslow"), "warn");
        assert_eq!(level_of(r#"{"time":"now","level":"debug","message":"ERROR"}"#), "debug");
        assert_eq!(level_of("no error here, and a lot of words before ERROR"), "info");
    }

    #[test]
    fn lines_go_to_the_invocation_in_progress_only() {
        let (log, (progress, seen)) = (HookLog::default(), seen());
        log.line("before");
        let open = log.open(progress);
        log.line("\u{1b}[31mduring\u{1b}[0m");
        log.line("   ");
        drop(open);
        log.line("after");
        assert_eq!(*seen.lock().unwrap(), [("info".to_owned(), "during".to_owned())]);
    }

    #[test]
    fn a_flood_is_cut_what_was_left_out_is_counted_and_its_end_is_kept() {
        let (log, (progress, seen)) = (HookLog::default(), seen());
        let open = log.open(progress);
        for number in 0..MAX_LINES + LAST_LINES + 5 {
            log.line(&number.to_string());
        }
        drop(open);
        let seen = seen.lock().unwrap();
        assert_eq!(seen.len(), MAX_LINES + 1 + LAST_LINES);
        assert!(seen[MAX_LINES].1.starts_with("5 more lines left out"), "{:?}", seen[MAX_LINES]);
        assert_eq!(seen.last().unwrap().1, (MAX_LINES + LAST_LINES + 4).to_string());
    }

    #[test]
    fn long_lines_at_the_end_are_kept_as_far_as_there_is_room() {
        let (log, (progress, seen)) = (HookLog::default(), seen());
        let open = log.open(progress);
        let line = "x".repeat(LAST_BYTES / 2);
        let fit = MAX_BYTES / line.len();
        for _ in 0..fit + 5 {
            log.line(&line);
        }
        log.line("the verdict");
        drop(open);
        let seen = seen.lock().unwrap();
        // One long line and the verdict: with two it would be too much.
        assert_eq!(seen.len(), fit + 1 + 2);
        assert!(seen[fit].1.starts_with("4 more lines left out"), "{:?}", seen[fit]);
        assert_eq!(seen.last().unwrap().1, "the verdict");
    }
}
