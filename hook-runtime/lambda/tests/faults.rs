//! Whatever a plugin does, the hook ends in a report that says what it did.

use std::time::{Duration, Instant};

use crate::support::{Fake, Setup, event, plugin};

/// What plugins do, with what settings, and what the report says of it.
const FAULTS: [(&str, &str, &str); 9] = [
    ("unreachable", "", "crashed in validate"),
    ("panic", "", "panicked in validate"),
    ("loop", "cpu = \"1s\"", "computed for more than 1 s"),
    ("sleep", "timeout = \"1s\"", "no verdict within 1 s"),
    ("memory", "", "ran out of memory"),
    ("stack-overflow", "", "overflowed its stack"),
    ("exit-0", "", "exited in validate with status 0 and without a verdict"),
    ("big-host-call", "", "to the host in one call"),
    ("checks-then-trap", "", "crashed in validate"),
];

#[tokio::test]
async fn every_fault_is_told_in_the_last_line_of_the_hook() {
    let tables: Vec<String> =
        FAULTS.iter().map(|(behaviour, settings, _)| plugin(behaviour, behaviour, settings)).collect();
    let aws = Fake::well().await;
    let hosted = Setup::new(tables.concat(), &aws).host();
    hosted.hook().await.unwrap();
    assert_eq!(aws.reports(), ["Failed"]);
    let last = hosted.lines.verdict();
    let told: Vec<&str> = last["reason"].as_str().unwrap().split("; plugin ").collect();
    assert_eq!(told.len(), FAULTS.len(), "{told:#?}");
    for ((behaviour, _, part), told) in FAULTS.iter().zip(told) {
        assert!(told.contains(&format!("\"{behaviour}\"")) && told.contains(part), "{behaviour}: {told}");
    }
    // What was said before the crash.
    hosted.lines.with("printed before the crash");
}

#[tokio::test]
async fn a_flood_of_lines_is_cut_and_its_end_is_kept() {
    let aws = Fake::well().await;
    let hosted = Setup::new(plugin("loud", "log-flood", "log-bytes = \"64KiB\""), &aws).host();
    hosted.hook().await.unwrap();
    let lines = hosted.lines.all();
    let said: usize = lines.iter().map(|line| line["message"].as_str().unwrap().len()).sum();
    assert!(said < 128 << 10, "{said} bytes were logged");
    let run = lines.iter().find(|line| line["kind"] == "run").unwrap();
    assert!(run["dropped_log_bytes"].as_u64().unwrap() > 0, "{run}");
    hosted.lines.with("line 0 ");
    hosted.lines.with("line 99999 ");
    assert_eq!(aws.reports().len(), 1);
}

#[tokio::test]
async fn a_failure_does_not_wait_for_a_plugin_that_takes_long() {
    let aws = Fake::well().await;
    let slow = plugin("slow", "sleep", "timeout = \"10m\"");
    let hosted = Setup::new(plugin("bad", "fail", "") + &slow, &aws).host();
    let begun = Instant::now();
    hosted.handle(event(), Duration::from_secs(900)).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    assert_eq!(aws.reports(), ["Failed"]);
    hosted.lines.with("the verdict is certain, and the plugins that still run are not waited for");
}

#[tokio::test]
async fn a_plugin_that_the_functions_own_end_cut_off_says_so() {
    let aws = Fake::well().await;
    let hosted = Setup::new(plugin("slow", "sleep", "timeout = \"10m\""), &aws).host();
    hosted.handle(event(), Duration::from_secs(2)).await.unwrap();
    let last = hosted.lines.verdict();
    let reason = last["reason"].as_str().unwrap();
    assert!(reason.contains("(of its own timeout of 600s the function had 1."), "{reason}");
    assert!(reason.ends_with(" left; raise the function's timeout)"), "{reason}");
}
