//! The log of one hook, as far as it was read.

use std::collections::BTreeMap;
use std::time::Duration;

use greenlight_core::Timestamp;

use super::line::HookLogLine;
use super::reader::{Reading, Rest};

/// How long after a hook's end its log is waited for. Lines are there a few seconds after they were written.
pub(in crate::aws) const SETTLES_AFTER: Duration = Duration::from_secs(5);

/// After this time without an answer, or with more to read than there is time for, the log is given up.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(30);

/// Lines of one hook.
#[derive(Debug, Clone, Default)]
pub(in crate::aws) struct HookLog {
    /// By time and by the id that the service gives each line, in which order they were written.
    read: BTreeMap<(Timestamp, String), HookLogLine>,
    told: Vec<HookLogLine>,
    /// Whether it is known that no more will come.
    pub(in crate::aws) settled: bool,
    reason: Option<String>,
    /// Where the reading that was cut goes on.
    pub(in crate::aws) rest: Option<Rest>,
    /// Since when it was never read to its end.
    cut_since: Option<Timestamp>,
}

impl HookLog {
    /// The lines that are told, in order.
    pub(in crate::aws) fn lines(&self) -> &[HookLogLine] {
        &self.told
    }

    /// Why the hook ended as it did, in its own words.
    pub(in crate::aws) fn reason(&self) -> Option<String> {
        self.reason.clone()
    }

    /// All lines, those that are not told too.
    pub(in crate::aws) fn into_lines(self) -> Vec<HookLogLine> {
        self.read.into_values().collect()
    }

    /// When the last line was written.
    pub(in crate::aws) fn last(&self) -> Option<Timestamp> {
        self.read.last_key_value().map(|((time, _), _)| *time)
    }

    /// Adds what was read just now, or a part of it. `ended` is when the hook ended.
    pub(in crate::aws) fn add_reading(&mut self, reading: Reading, ended: Option<Timestamp>, now: Timestamp) {
        let cut = reading.cut();
        self.rest = reading.rest;
        match cut {
            None => self.add(reading.lines, ended, now),
            Some(why) => {
                self.add_part(reading.lines, ended);
                if !self.settled {
                    self.out_of_reach(&why, ended, now);
                }
            }
        }
    }

    /// Adds lines that were read by `now`, all that were there.
    pub(in crate::aws) fn add(
        &mut self,
        lines: impl IntoIterator<Item = (String, HookLogLine)>,
        ended: Option<Timestamp>,
        now: Timestamp,
    ) {
        self.add_part(lines, ended);
        self.cut_since = None;
        self.settled |= ended.is_some_and(|ended| now.since(ended) >= SETTLES_AFTER);
    }

    /// Adds lines, of which there may be more.
    fn add_part(&mut self, lines: impl IntoIterator<Item = (String, HookLogLine)>, ended: Option<Timestamp>) {
        let lines = lines.into_iter().map(|(id, line)| ((line.time, id), line));
        let new: BTreeMap<_, _> = lines.filter(|(key, _)| !self.read.contains_key(key)).collect();
        for line in new.values().filter(|line| line.is_told()) {
            self.tell(line.clone());
        }
        self.read.extend(new);
        if let Some(last) = self.read.values().rfind(|line| line.is_last()) {
            self.reason = last.reason().cloned();
            self.settled = ended.is_some();
        }
    }

    /// Tells a line after all that were told: places that somebody may have seen are never given to other lines.
    fn tell(&mut self, mut line: HookLogLine) {
        let last = self.told.last().map(|last| last.place);
        line.place = match last {
            Some((time, number)) if time >= line.time => (time, number + 1),
            _ => (line.time, 0),
        };
        self.told.push(line);
    }

    /// The log could not be read now. Given up at last, so that the deployment can be told of.
    pub(in crate::aws) fn out_of_reach(&mut self, why: &str, ended: Option<Timestamp>, now: Timestamp) {
        // Whoever looks long after the end has as much time for it.
        let since = *self.cut_since.get_or_insert(now);
        if let Some(ended) = ended.filter(|ended| now.since(since.max(*ended)) >= GIVEN_UP_AFTER) {
            self.end_with(HookLogLine::unread(ended, why));
        }
    }

    /// The log will never be read; told in its place.
    pub(in crate::aws) fn give_up(&mut self, time: Timestamp, why: &str) {
        self.end_with(HookLogLine::plain(time, "warn", why));
    }

    fn end_with(&mut self, line: HookLogLine) {
        self.add_part([(String::new(), line)], None);
        self.settled = true;
    }
}

#[cfg(test)]
mod tests {
    use greenlight_core::HookEvent;

    use super::*;

    const fn at(second: u64) -> Timestamp {
        Timestamp::from_millis(second * 1000)
    }

    fn line(second: u64, text: &str) -> HookLogLine {
        HookLogLine::read(at(second), text, "d-1NNWZG91L", HookEvent::AfterInstall).unwrap()
    }

    fn texts(log: &HookLog) -> Vec<(u32, &str)> {
        log.lines().iter().map(|line| (line.place.1, line.text.as_str())).collect()
    }

    #[test]
    fn lines_that_are_read_again_are_told_once_and_in_order() {
        let mut log = HookLog::default();
        let lines = [("1", 1, "a"), ("2", 2, "b"), ("3", 2, "c")];
        let read = |range: std::ops::Range<usize>| {
            lines[range]
                .iter()
                .map(|(id, second, text)| ((*id).to_owned(), line(*second, text)))
                .collect::<Vec<_>>()
        };
        log.add(read(0..2), None, at(3));
        log.add(read(0..3), None, at(4));
        assert_eq!(texts(&log), [(0, "a"), (0, "b"), (1, "c")]);
        assert_eq!(log.last(), Some(at(2)));
    }

    #[test]
    fn lines_that_come_late_are_told_after_those_that_were_told_and_move_none() {
        let mut log = HookLog::default();
        log.add([("5".to_owned(), line(2, "told"))], None, at(3));
        let told = log.lines().to_vec();
        let late = [("4", 2, "of the same time"), ("3", 1, "of another instance"), ("6", 3, "later")];
        let late = late.map(|(id, second, text)| (id.to_owned(), line(second, text)));
        log.add(late, None, at(4));
        assert_eq!(log.lines()[..1], told);
        let expected = [(0, "told"), (1, "of another instance"), (2, "of the same time"), (0, "later")];
        assert_eq!(texts(&log), expected);
        assert!(log.lines().is_sorted_by_key(|line| line.place));
    }

    #[test]
    fn a_log_settles_with_its_last_line_or_some_time_after_the_hooks_end() {
        let mut log = HookLog::default();
        log.add([], Some(at(10)), at(12));
        assert!(!log.settled);
        log.add([], Some(at(10)), at(15));
        assert!(log.settled);

        let mut log = HookLog::default();
        let verdict = r#"{"message":"Failed","kind":"verdict","verdict":"Failed","reason":"no"}"#;
        log.add([("1".to_owned(), line(9, verdict))], Some(at(10)), at(10));
        assert!(log.settled && log.lines().is_empty());
        assert_eq!(log.reason(), Some("no".to_owned()));
    }

    #[test]
    fn a_log_of_long_ago_is_not_given_up_for_one_reading_that_was_cut() {
        let mut log = HookLog::default();
        log.out_of_reach("no route", Some(at(70)), at(1000));
        assert!(!log.settled);
        log.add([], None, at(1010));
        log.out_of_reach("no route", Some(at(70)), at(1020));
        log.out_of_reach("no route", Some(at(70)), at(1049));
        assert!(!log.settled);
        log.out_of_reach("no route", Some(at(70)), at(1050));
        assert!(log.settled);
    }

    #[test]
    fn a_log_out_of_reach_is_given_up_in_the_end() {
        let mut log = HookLog::default();
        log.out_of_reach("no route", None, at(60));
        log.out_of_reach("no route", Some(at(70)), at(99));
        assert!(!log.settled && log.lines().is_empty());
        log.out_of_reach("no route", Some(at(70)), at(100));
        assert_eq!(texts(&log), [(0, "the rest of this function's log cannot be read now: no route")]);
        assert!(log.settled);
    }
}
