//! The reader against texts that nobody meant: never a panic, every place inside the text, never a silent refusal.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "appspec/promises.rs"]
mod promises;

use std::path::Path;
use std::sync::LazyLock;

use greenlight_core::appspec::{AppSpec, MAX_BYTES};
use promises::check_promises;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Every fixture of moderate length.
static FIXTURES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/appspec");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let texts = paths.iter().filter(|path| path.extension().is_some_and(|kind| kind != "findings"));
    texts.map(|path| std::fs::read(path).unwrap()).filter(|text| text.len() < 4096).collect()
});

/// Pieces that mean something to one of the two grammars or to a rule.
const PIECES: [&str; 40] = [
    "\t",
    "\r\n",
    "\r",
    "\n",
    "\u{feff}",
    "\u{2028}",
    "\0",
    "é",
    "🟢",
    ": ",
    "- ",
    "? ",
    "&a ",
    "*a",
    "<<: *a\n",
    "!!str ",
    "!Ref ",
    "| \n",
    "> \n",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "#",
    "'",
    "\"",
    "\\",
    "\\ud800",
    "{",
    "}",
    "[",
    "]",
    ",",
    "null",
    "0.0",
    "1e999",
    "version",
    "Resources",
    "Hooks",
    "AfterAllowTestTraffic",
    "  ",
];

/// One change to a text.
#[derive(Debug, Clone)]
enum Change {
    Insert(Index, &'static str),
    Remove(Index, usize),
    Repeat(Index, usize),
    Replace(Index, u8),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<Index>(), select(&PIECES[..])).prop_map(|(at, piece)| Change::Insert(at, piece)),
        (any::<Index>(), 1..60usize).prop_map(|(at, length)| Change::Remove(at, length)),
        (any::<Index>(), 1..200usize).prop_map(|(at, length)| Change::Repeat(at, length)),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Replace(at, byte)),
    ]
}

fn apply(text: &mut Vec<u8>, change: &Change) {
    let clip = |at: &Index, length: usize| {
        let start = at.index(text.len() + 1);
        start..(start + length).min(text.len())
    };
    match change {
        Change::Insert(at, piece) => {
            let at = clip(at, 0).start;
            text.splice(at..at, piece.bytes());
        }
        Change::Remove(at, length) => drop(text.drain(clip(at, *length))),
        Change::Repeat(at, length) => {
            let range = clip(at, *length);
            let piece = text[range.clone()].to_vec();
            text.splice(range.end..range.end, piece);
        }
        Change::Replace(at, byte) => {
            let range = clip(at, 1);
            text[range].fill(*byte);
        }
    }
}

#[test]
fn a_line_break_in_a_task_definition_breaks_no_message() {
    const SPEC: &str = "version: 0.0\nResources:\n  - TargetService:\n      Type: AWS::ECS::Service\n      Properties:\n        \
        TaskDefinition: \"TASK\"\n        LoadBalancerInfo: { ContainerName: web, ContainerPort: 80 }\n";
    for (task, message) in [
        (
            "arn:aws:ec\\ns:eu-west-1:123456789012:task-definition/web:3",
            "` is not the ARN of a task definition",
        ),
        ("arn:aws:ecs:eu\\n:1:task-definition/web:3", ":1` where a region and the 12 digits"),
    ] {
        let text = SPEC.replace("TASK", task);
        check_promises(text.as_bytes());
        let findings = AppSpec::read(&text).findings;
        assert!(findings.iter().any(|finding| finding.message.contains(message)), "{findings:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_fixture_is_read_or_refused(
        fixture in any::<Index>(),
        changes in prop::collection::vec(change(), 0..6),
    ) {
        let mut text = fixture.get(&FIXTURES).clone();
        changes.iter().for_each(|change| apply(&mut text, change));
        check_promises(&text);
    }

    #[test]
    fn pieces_of_both_grammars_in_any_order_are_read_or_refused(
        pieces in prop::collection::vec(select(&PIECES[..]), 0..60),
    ) {
        check_promises(pieces.concat().as_bytes());
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*", line in "(?s).{0,200}") {
        check_promises(text.as_bytes());
        check_promises(line.as_bytes());
        check_promises(format!("{{{line}").as_bytes());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check_promises(&bytes);
    }

    #[test]
    fn what_is_read_as_json_is_json(
        fixture in any::<Index>(),
        changes in prop::collection::vec(change(), 0..3),
    ) {
        let mut text = fixture.get(&FIXTURES).clone();
        changes.iter().for_each(|change| apply(&mut text, change));
        let Ok(text) = String::from_utf8(text) else { return Ok(()) };
        if text.starts_with('{') && AppSpec::read(&text).spec.is_some() {
            prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
        }
    }
}

/// The shapes that have brought other readers down: each is as long as a text may be.
#[test]
fn the_longest_text_of_every_piece_is_answered_in_seconds() {
    let start = std::time::Instant::now();
    for piece in PIECES.into_iter().chain([
        "a: ",
        "- a\n",
        "{a: ",
        "[{",
        "\"a\": {",
        "? - ",
        "- - ",
        "a: &a [*a, ",
        "a:\n",
        "{\"\":",
    ]) {
        for head in ["", "{", "version: 0.0\nx: ", "x: \""] {
            let mut text = String::from(head);
            text.push_str(&piece.repeat((MAX_BYTES - head.len()) / piece.len()));
            check_promises(text.as_bytes());
        }
    }
    // Two hundred texts of a quarter of a megabyte take seconds; were one rule quadratic, it alone would take hours.
    assert!(start.elapsed().as_secs() < 300, "it took {:?}", start.elapsed());
}
