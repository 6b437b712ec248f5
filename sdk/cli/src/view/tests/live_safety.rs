//! What a terminal is never given, and what it gets back.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use console::measure_text_width;
use indicatif::{InMemoryTerm, TermLike};

use super::{FAILS, HOSTILE, Hands, SUCCEEDS, events, plan};
use crate::view::View;
use crate::view::live::Live;
use crate::view::paint::Paint;
use crate::view::render::{Frame, lines};
use crate::view::screen::Screen;

const HIDE: &str = "\u{1b}[?25l";
const SHOW: &str = "\u{1b}[?25h";

/// A terminal that keeps what was written to it, and can break.
#[derive(Debug, Clone, Default)]
struct Tape {
    written: Arc<Mutex<Vec<String>>>,
    broken: bool,
}

impl Tape {
    fn text(&self) -> String {
        self.written.lock().unwrap().concat()
    }

    fn play(&self, recording: &str, color: bool) -> io::Result<()> {
        let mut view = Live::new(self.clone(), Hands::default().now(), color, None);
        view.plan(&plan());
        events(recording).iter().for_each(|event| view.event(event));
        view.note("back\u{8} and \u{1b}[2J gone");
        view.close()
    }
}

impl TermLike for Tape {
    fn width(&self) -> u16 {
        90
    }

    fn height(&self) -> u16 {
        24
    }

    fn move_cursor_up(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_down(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_right(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_left(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.write_str(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        if self.broken {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.written.lock().unwrap().push(text.to_owned());
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_text_of_a_hook_or_a_process_acts_on_the_terminal() {
    let tape = Tape::default();
    tape.play(HOSTILE, false).unwrap();
    let text = tape.text().replace(HIDE, "").replace(SHOW, "");
    let acting: Vec<char> = text.chars().filter(|character| character.is_control()).collect();
    assert!(acting.is_empty(), "{acting:?} in {text:?}");
    assert!(text.contains("bell \\u{7}"), "{text:?}");
}

#[test]
fn colours_are_given_only_where_they_are_wanted() {
    for color in [true, false] {
        let tape = Tape::default();
        tape.play(FAILS, color).unwrap();
        assert_eq!(tape.text().contains("\u{1b}[31m"), color);
    }
}

#[test]
fn the_cursor_is_hidden_with_the_first_event_and_shown_again_once() {
    let tape = Tape::default();
    tape.play(SUCCEEDS, true).unwrap();
    let text = tape.text();
    assert_eq!((text.matches(HIDE).count(), text.matches(SHOW).count()), (1, 1));
    assert!(text.find(HIDE) < text.find(SHOW) && text.ends_with(SHOW));
}

#[test]
fn a_view_that_is_dropped_shows_the_cursor_and_the_summary() {
    let tape = Tape::default();
    let mut view = Live::new(tape.clone(), Hands::default().now(), false, None);
    view.event(&events(FAILS)[0]);
    assert!(!tape.text().contains(SHOW));
    drop(view);
    assert!(tape.text().ends_with(SHOW));
}

#[test]
fn a_plan_alone_leaves_the_cursor_as_it_was() {
    let tape = Tape::default();
    tape.play("", false).unwrap();
    assert!(!tape.text().contains(HIDE) && !tape.text().contains(SHOW));
}

#[test]
fn a_terminal_that_went_away_is_told_when_the_view_is_closed() {
    let tape = Tape { broken: true, ..Tape::default() };
    assert_eq!(tape.play(FAILS, false).unwrap_err().kind(), io::ErrorKind::BrokenPipe);
}

#[test]
fn the_block_fits_into_every_terminal_at_every_moment() {
    for recording in [SUCCEEDS, FAILS, HOSTILE] {
        let mut screen = Screen::default();
        for event in events(recording) {
            screen.apply(&event);
            for (width, height) in
                [(1, 1), (2, 50), (10, 3), (33, 8), (40, 12), (60, 17), (80, 24), (200, 50)]
            {
                let paint = Paint { color: true };
                let frame = Frame { width, height: Some(height), now: event.time, count: 3, paint };
                let lines = lines(&screen, &frame);
                assert!(lines.len() <= height, "{} lines on {height} rows", lines.len());
                for line in &lines {
                    assert!(measure_text_width(line) <= width, "{line:?} on {width} columns");
                }
            }
        }
    }
}

#[test]
fn a_view_that_draws_itself_ends_with_the_same_summary() {
    let summary = |refresh| {
        let term = InMemoryTerm::new(40, 90);
        let mut view = Live::new(term.clone(), Hands::default().now(), true, refresh);
        events(FAILS).iter().for_each(|event| view.event(event));
        view.close().unwrap();
        term.contents()
    };
    assert_eq!(summary(Some(Duration::from_millis(1))), summary(None));
}
