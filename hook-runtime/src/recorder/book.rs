//! The bounded lists behind a record: the first and the last lines, and a count of what fell between.

use std::{collections::VecDeque, mem, time::Duration};

use crate::{
    Limits,
    fault::begins_crash,
    report::{Check, CheckOutcome, Dropped, LogLevel, LogLine, LogSource, Metric},
    units,
};

/// What a line costs beyond its text, so that empty lines cannot fill memory either.
const LINE_OVERHEAD: usize = 16;
/// Lines of standard error that are kept apart, for the account of how a plugin died.
const STDERR_LINES: usize = 20;
/// Lines from where a crash begins that are kept however long its trace is: message, goroutine and the first calls.
const CRASH_LINES: usize = 12;

/// Everything that was kept of one run.
pub(crate) struct Kept {
    pub(crate) checks: Vec<Check>,
    pub(crate) metrics: Vec<Metric>,
    pub(crate) logs: Vec<LogLine>,
    pub(crate) dropped: Dropped,
}

/// Where a line went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Added {
    /// Among the first lines, for good.
    Head,
    /// Among the last lines, until later ones push it out.
    Tail,
}

pub(crate) struct Book {
    checks: Vec<Check>,
    metrics: Vec<Metric>,
    head: Vec<LogLine>,
    head_room: usize,
    tail: VecDeque<LogLine>,
    tail_room: usize,
    stderr: VecDeque<String>,
    /// The first lines of the latest crash, and how many came in all since it began.
    crash: Vec<String>,
    crash_lines: usize,
    dropped: Dropped,
    check_limit: usize,
    metric_limit: usize,
}

impl Book {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            checks: Vec::new(),
            metrics: Vec::new(),
            head: Vec::new(),
            head_room: limits.log_bytes / 2,
            tail: VecDeque::new(),
            tail_room: limits.log_bytes / 2,
            stderr: VecDeque::new(),
            crash: Vec::new(),
            crash_lines: 0,
            dropped: Dropped::default(),
            check_limit: limits.checks,
            metric_limit: limits.metrics,
        }
    }

    /// Whether there was room for it. A check that failed is kept in place of one that did not, so that
    /// no flood hides it.
    pub(crate) fn add_check(&mut self, check: Check) -> bool {
        if self.checks.len() < self.check_limit {
            self.checks.push(check);
            return true;
        }
        self.dropped.checks += 1;
        if check.outcome != CheckOutcome::Fail {
            return false;
        }
        // The latest goes, and the new one comes last, so that the list stays in order.
        let Some(goes) = self.checks.iter().rposition(|kept| kept.outcome != CheckOutcome::Fail) else {
            return false;
        };
        self.checks.remove(goes);
        self.checks.push(check);
        true
    }

    /// Whether there was room for it and it is a number.
    pub(crate) fn add_metric(&mut self, metric: Metric) -> bool {
        let fits = metric.value.is_finite() && self.metrics.len() < self.metric_limit;
        if fits {
            self.metrics.push(metric);
        } else {
            self.dropped.metrics += 1;
        }
        fits
    }

    /// `cut` bytes of the line are missing from its text.
    pub(crate) fn add_line(&mut self, line: LogLine, cut: usize) -> Added {
        self.drop_bytes(cut);
        if line.source == LogSource::Stderr {
            self.add_stderr(&line.text);
        }
        let cost = line.text.len() + LINE_OVERHEAD;
        if cost <= self.head_room {
            self.head_room -= cost;
            self.head.push(line);
            return Added::Head;
        }
        // Once a line is in the tail the head is closed, or lines would change places.
        self.head_room = 0;
        while cost > self.tail_room {
            let Some(oldest) = self.tail.pop_front() else {
                self.drop_bytes(line.text.len());
                return Added::Tail;
            };
            self.tail_room += oldest.text.len() + LINE_OVERHEAD;
            self.drop_bytes(oldest.text.len() + 1);
        }
        self.tail_room -= cost;
        self.tail.push_back(line);
        Added::Tail
    }

    fn add_stderr(&mut self, line: &str) {
        if self.stderr.len() == STDERR_LINES {
            self.stderr.pop_front();
        }
        self.stderr.push_back(line.to_owned());
        if begins_crash(line) {
            self.crash.clear();
            self.crash_lines = 0;
        } else if self.crash.is_empty() {
            return;
        }
        self.crash_lines = self.crash_lines.saturating_add(1);
        if self.crash.len() < CRASH_LINES {
            self.crash.push(line.to_owned());
        }
    }

    pub(crate) fn drop_bytes(&mut self, bytes: usize) {
        self.dropped.log_bytes = self.dropped.log_bytes.saturating_add(bytes as u64);
    }

    pub(crate) fn stderr_tail(&self) -> Vec<String> {
        let pushed_out = self.crash_lines.saturating_sub(STDERR_LINES);
        self.crash.iter().take(pushed_out).chain(&self.stderr).cloned().collect()
    }

    pub(crate) fn failed_check(&self) -> Option<String> {
        self.checks.iter().find(|check| check.outcome == CheckOutcome::Fail).map(|check| check.name.clone())
    }

    /// What was kept, and the part of its lines that came after the head.
    pub(crate) fn finish(&mut self, now: Duration) -> (Kept, Vec<LogLine>) {
        let mut untold = Vec::with_capacity(self.tail.len() + 1);
        if self.dropped.log_bytes > 0 {
            untold.push(LogLine {
                after: self.tail.front().map_or(now, |line| line.after),
                source: LogSource::Runtime,
                level: LogLevel::Warn,
                text: format!(
                    "{} of output were dropped here; raise its log-bytes limit to keep more",
                    units::bytes(self.dropped.log_bytes)
                ),
            });
        }
        untold.extend(mem::take(&mut self.tail));
        let mut logs = mem::take(&mut self.head);
        logs.extend_from_slice(&untold);
        let kept = Kept {
            checks: mem::take(&mut self.checks),
            metrics: mem::take(&mut self.metrics),
            logs,
            dropped: self.dropped,
        };
        (kept, untold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(log_bytes: usize) -> Book {
        Book::new(&Limits::default().with_log_bytes(log_bytes).with_checks(2))
    }

    fn line(text: &str) -> LogLine {
        LogLine { after: Duration::ZERO, source: LogSource::Stdout, level: LogLevel::Info, text: text.into() }
    }

    fn check(name: &str, outcome: CheckOutcome) -> Check {
        Check { name: name.into(), outcome, detail: String::new() }
    }

    #[test]
    fn the_first_and_the_last_lines_are_kept_with_a_note_between() {
        let mut book = book(4 * (LINE_OVERHEAD + 1));
        for text in ["a", "b", "c", "d", "e", "f"] {
            book.add_line(line(text), 0);
        }
        let (kept, _) = book.finish(Duration::ZERO);
        let texts: Vec<_> = kept.logs.iter().map(|line| line.text.as_str()).collect();
        let note = "4 bytes of output were dropped here; raise its log-bytes limit to keep more";
        assert_eq!(texts, ["a", "b", note, "e", "f"]);
        assert_eq!(kept.dropped.log_bytes, 4);
    }

    #[test]
    fn a_line_that_is_larger_than_the_room_is_counted_only() {
        let mut book = book(40);
        book.add_line(line(&"x".repeat(100)), 0);
        book.add_line(line("y"), 0);
        let (kept, _) = book.finish(Duration::ZERO);
        assert_eq!(kept.logs.last().unwrap().text, "y");
        assert_eq!(kept.dropped.log_bytes, 100);
    }

    #[test]
    fn the_message_of_a_crash_outlives_the_trace_after_it() {
        let mut book = book(1 << 20);
        let trace = (0..100).map(|number| format!("\tmain.go:{number}"));
        let lines = ["checking".to_owned(), "panic: no cart".to_owned(), "goroutine 1 [running]:".to_owned()];
        for text in lines.into_iter().chain(trace) {
            book.add_line(LogLine { source: LogSource::Stderr, ..line(&text) }, 0);
        }
        let kept = book.stderr_tail();
        assert_eq!(kept.len(), CRASH_LINES + STDERR_LINES);
        assert_eq!(kept[..3], ["panic: no cart", "goroutine 1 [running]:", "\tmain.go:0"]);
        assert_eq!(kept.last().unwrap(), "\tmain.go:99");
    }

    #[test]
    fn a_short_crash_is_kept_once() {
        let mut book = book(1 << 20);
        for text in
            (0..25).map(|number| number.to_string()).chain(["panic: no cart".to_owned(), "end".to_owned()])
        {
            book.add_line(LogLine { source: LogSource::Stderr, ..line(&text) }, 0);
        }
        let kept = book.stderr_tail();
        assert_eq!(kept.len(), STDERR_LINES);
        assert_eq!(kept[STDERR_LINES - 2..], ["panic: no cart", "end"]);
    }

    #[test]
    fn a_failed_check_is_kept_in_place_of_one_that_passed() {
        let mut book = book(1000);
        for (name, outcome) in
            [("a", CheckOutcome::Pass), ("b", CheckOutcome::Pass), ("c", CheckOutcome::Fail)]
        {
            book.add_check(check(name, outcome));
        }
        let (kept, _) = book.finish(Duration::ZERO);
        assert_eq!(kept.checks, [check("a", CheckOutcome::Pass), check("c", CheckOutcome::Fail)]);
        assert_eq!(kept.dropped.checks, 1);
    }

    #[test]
    fn checks_that_failed_after_a_flood_are_kept_in_order() {
        let mut book = book(1000);
        for (name, outcome) in [
            ("a", CheckOutcome::Pass),
            ("b", CheckOutcome::Pass),
            ("c", CheckOutcome::Fail),
            ("d", CheckOutcome::Fail),
            ("e", CheckOutcome::Fail),
        ] {
            book.add_check(check(name, outcome));
        }
        let (kept, _) = book.finish(Duration::ZERO);
        assert_eq!(kept.checks, [check("c", CheckOutcome::Fail), check("d", CheckOutcome::Fail)]);
        assert_eq!(kept.dropped.checks, 3);
    }

    #[test]
    fn metrics_that_are_not_numbers_are_dropped() {
        let mut book = book(1000);
        let metric = |value| Metric { name: "m".into(), value, unit: "Count".into() };
        assert!(book.add_metric(metric(1.0)));
        assert!(!book.add_metric(metric(f64::NAN)));
        assert_eq!(book.finish(Duration::ZERO).0.dropped.metrics, 1);
    }
}
