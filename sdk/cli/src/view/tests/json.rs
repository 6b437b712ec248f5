//! JSON lines.

use std::sync::atomic::Ordering;

use greenlight_core::{DeploymentEvent, Timestamp};
use serde_json::{Value, json};

use super::{FAILS, HOSTILE, Hands, SUCCEEDS, Sink, events, refused_plan};
use crate::view::View;
use crate::view::json::JsonLines;

#[test]
fn every_event_is_one_line_that_is_flushed_and_reads_back_as_the_event() {
    for recording in [SUCCEEDS, FAILS, HOSTILE] {
        let sink = Sink::default();
        let mut view = JsonLines::new(sink.out(), Hands::default().now());
        for event in events(recording) {
            let before = sink.text().len();
            view.event(&event);
            let text = sink.text();
            assert_eq!(sink.flushed.load(Ordering::SeqCst), text.len() as u64);
            let line = text[before..].strip_suffix('\n').unwrap();
            assert_eq!(serde_json::from_str::<DeploymentEvent>(line).unwrap(), event);
            assert!(!line.chars().any(char::is_control), "{line:?}");
        }
    }
}

#[test]
fn a_line_is_what_the_event_itself_serialises_to() {
    let sink = Sink::default();
    let mut view = JsonLines::new(sink.out(), Hands::default().now());
    for event in events(SUCCEEDS) {
        view.event(&event);
    }
    let expected: Vec<String> =
        events(SUCCEEDS).iter().map(|event| serde_json::to_string(event).unwrap()).collect();
    assert_eq!(sink.text().lines().collect::<Vec<_>>(), expected);
    assert!(sink.text().lines().last().unwrap().contains(r#""event":"finished","outcome":"succeeded""#));
}

#[test]
fn marks_that_turn_the_reading_order_are_escaped_and_mean_the_same() {
    let sink = Sink::default();
    let mut view = JsonLines::new(sink.out(), Hands::default().now());
    view.note("a\u{202e}b\u{9b}c\u{e0041}d");
    let text = sink.text();
    assert!(text.contains(r"a\u202eb\u009bc\udb40\udc41d"), "{text}");
    let line: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(line["text"], "a\u{202e}b\u{9b}c\u{e0041}d");
}

#[test]
fn the_plan_and_each_finding_have_a_line_with_the_time() {
    let (sink, hands) = (Sink::default(), Hands::default());
    hands.set(Timestamp::from_millis(1_543_431_361_022));
    let mut view = JsonLines::new(sink.out(), hands.now());
    view.plan(&refused_plan());
    let lines: Vec<Value> = sink.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["event"], "plan");
    assert_eq!(lines[0]["can-start"], false);
    assert_eq!(lines[0]["at-least-seconds"], 14 * 60);
    assert_eq!(
        lines[1],
        json!({
            "time": "2018-11-28T18:56:01.022Z",
            "event": "finding",
            "code": "container-unknown",
            "severity": "error",
            "message": "no container is named `wbe`",
            "fix": "write `web`",
        })
    );
    assert_eq!(lines[2]["place"], json!({ "kind": "named", "what": "alarm", "name": "latency" }));
}

#[test]
fn nothing_follows_the_finished_line() {
    let sink = Sink::default();
    let mut view = JsonLines::new(sink.out(), Hands::default().now());
    view.note("before");
    events(FAILS).iter().for_each(|event| view.event(event));
    view.note("after");
    view.close().unwrap();
    let text = sink.text();
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(last["event"], "finished");
    assert!(text.contains(r#""event":"note","text":"before""#), "{text}");
}

#[test]
fn a_reader_that_went_away_is_told_when_the_view_is_closed() {
    let mut view = JsonLines::new(Sink::broken().out(), Hands::default().now());
    events(FAILS).iter().for_each(|event| view.event(event));
    assert_eq!(view.close().unwrap_err().kind(), std::io::ErrorKind::BrokenPipe);
}
