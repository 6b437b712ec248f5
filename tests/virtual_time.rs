//! Under the virtual clock a deployment of ten hours ends in seconds, with the same events and exact times.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use greenlight_tests::{Event, Project, traffic};
use toml::{Table, Value};

const MINUTE: i64 = 60_000;

/// One percent more each so many minutes.
fn careful(interval_minutes: i64) -> Project {
    let mut linear = Table::new();
    linear.insert("type".to_owned(), "linear".into());
    linear.insert("percentage".to_owned(), 1.into());
    linear.insert("interval-minutes".to_owned(), interval_minutes.into());
    Project::new()
        .set("deployment-configs", Table::from_iter([("Careful".to_owned(), Value::Table(linear))]))
        .set("deployment.config", "Careful")
        .set("deployment.termination-wait", "6m")
}

/// Every six minutes makes 594 minutes, and the termination wait 600.
fn ten_hours() -> Project {
    careful(6)
}

/// An event without what differs from run to run: times, ids, ports, and what was measured.
fn shape(event: &Event) -> String {
    let fields = ["name", "from", "to", "task-set", "state", "outcome", "status", "function", "attempt"];
    let values: Vec<String> = fields.iter().map(|field| event.0[*field].to_string()).collect();
    format!("{} {} {} {}", event.kind(), values.join(" "), event.0["blue"], event.0["green"])
}

#[tokio::test]
async fn ten_hours_end_in_seconds_at_exact_times() {
    let project = ten_hours();
    let begin = Instant::now();
    let ended = project.rehearse().start().finish().await;
    let took = begin.elapsed();
    let events = ended.expect(0).await.events();

    // In release the figure is below two seconds; this is an unoptimised build on a machine with other things to do.
    println!("ten hours took {:.3} s, from the start of the command to its end", took.as_secs_f64());
    assert!(took < Duration::from_secs(10), "{took:?}");

    let shifts = traffic(&events);
    let began = shifts[0].0;
    let expected: Vec<(i64, u64)> =
        (0..100_u32).map(|step| (began + i64::from(step) * 6 * MINUTE, u64::from(step) + 1)).collect();
    assert_eq!(shifts, expected);
    let (first, last) = (&events[0], events.last().unwrap());
    assert_eq!(last.millis() - first.millis(), 10 * 3_600_000, "the whole deployment, to the millisecond");
}

#[tokio::test]
async fn the_events_are_those_of_a_scaled_clock() {
    // Not so fast that the hour that a task set has to become healthy is less than some seconds.
    let (in_virtual, in_scaled) = (careful(1), careful(1).set("clock", "600x"));
    let (in_virtual, in_scaled) =
        tokio::join!(in_virtual.rehearse().start().finish(), in_scaled.rehearse().start().finish());
    let in_virtual: Vec<String> = in_virtual.expect(0).await.events().iter().map(shape).collect();
    let scaled = in_scaled.expect(0).await.events();
    assert_eq!(in_virtual, scaled.iter().map(shape).collect::<Vec<_>>());

    // Each step is due at its time from the first one, and comes a little later at most, never earlier.
    let shifts = traffic(&scaled);
    let early = (0_i64..).zip(&shifts).find(|(step, (time, _))| *time + 1 < shifts[0].0 + step * MINUTE);
    assert_eq!(early, None, "a step came early: {shifts:?}");
}

#[tokio::test]
async fn the_clock_option_goes_before_the_projects_own() {
    let project = ten_hours().set("clock", "real");
    let events = project.rehearse().args("--clock virtual").start().finish().await.expect(0).await.events();
    assert_eq!(traffic(&events).len(), 100);
}
