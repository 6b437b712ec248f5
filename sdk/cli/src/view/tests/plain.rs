//! Plain lines.

use snapbox::{assert_data_eq, str};

use super::{FAILS, HOSTILE, Hands, SUCCEEDS, Sink, events, plan, refused_plan};
use crate::view::View;
use crate::view::plain::PlainLines;

fn shown(recording: &str) -> String {
    let sink = Sink::default();
    let mut view = PlainLines::new(sink.out(), Hands::default().now());
    for event in events(recording) {
        view.event(&event);
    }
    view.close().unwrap();
    sink.text()
}

#[test]
fn a_deployment_that_fails_ends_with_the_outcome_and_then_the_reason() {
    assert_data_eq!(
        shown(FAILS),
        str![[r#"
+00:00:00.000  started  d-1NNWZG91L  shop/shop-web  CodeDeployDefault.ECSLinear10PercentEvery1Minutes
+00:00:00.000  BeforeInstall  Pending -> InProgress
+00:00:00.000  BeforeInstall  InProgress -> Succeeded
+00:00:00.000  Install  Pending -> InProgress
+00:00:00.000  task-set  green starting
+00:00:01.204  task-set  green healthy  127.0.0.1:4002
+00:00:01.204  Install  InProgress -> Succeeded
+00:00:01.204  AfterInstall  Pending -> InProgress
+00:00:01.204  AfterInstall  InProgress -> Succeeded
+00:00:01.204  AllowTestTraffic  Pending -> InProgress
+00:00:01.204  test-traffic  green
+00:00:01.204  AllowTestTraffic  InProgress -> Succeeded
+00:00:01.204  AfterAllowTestTraffic  Pending -> InProgress
+00:00:01.204  hook  AfterAllowTestTraffic  CodeDeployHook_smoke  invoked
+00:00:01.400  log  AfterAllowTestTraffic  CodeDeployHook_smoke  info  asking http://127.0.0.1:9001 three times
+00:00:01.400  check  AfterAllowTestTraffic  CodeDeployHook_smoke  ok  health: GET /health answered 200
+00:00:01.600  check  AfterAllowTestTraffic  CodeDeployHook_smoke  FAILED  version: GET /version answered 500
+00:00:01.600  log  AfterAllowTestTraffic  CodeDeployHook_smoke  error  body was "upstream failed" | and no more
+00:00:01.800  hook  AfterAllowTestTraffic  CodeDeployHook_smoke  FAILED  412 ms  version: GET /version answered 500
+00:00:01.800  AfterAllowTestTraffic  InProgress -> Failed
+00:00:01.800  BeforeAllowTraffic  Pending -> Skipped
+00:00:01.800  AllowTraffic  Pending -> Skipped
+00:00:01.800  AfterAllowTraffic  Pending -> Skipped
+00:00:01.800  rollback  d-2QQTRB9KX  Deployment d-1NNWZG91L terminated. Automatic rollback is triggered with a DeploymentId d-2QQTRB9KX.
+00:00:01.800  ended  d-1NNWZG91L  Failed  HOOK_EXECUTION_FAILURE: The deployment failed because one or more of the lifecycle event validation functions failed.  version: GET /version answered 500
+00:00:01.800  rollback/started  d-2QQTRB9KX  shop/shop-web  CodeDeployDefault.ECSAllAtOnce
+00:00:01.800  rollback/BeforeInstall  Pending -> InProgress
+00:00:01.800  rollback/BeforeInstall  InProgress -> Succeeded
+00:00:01.800  rollback/Install  Pending -> InProgress
+00:00:01.800  rollback/Install  InProgress -> Succeeded
+00:00:01.800  rollback/AfterInstall  Pending -> InProgress
+00:00:01.800  rollback/AfterInstall  InProgress -> Succeeded
+00:00:01.800  rollback/AllowTestTraffic  Pending -> InProgress
+00:00:01.800  rollback/test-traffic  blue
+00:00:01.800  rollback/AllowTestTraffic  InProgress -> Succeeded
+00:00:01.800  rollback/AfterAllowTestTraffic  Pending -> InProgress
+00:00:01.800  rollback/AfterAllowTestTraffic  InProgress -> Succeeded
+00:00:01.800  rollback/BeforeAllowTraffic  Pending -> InProgress
+00:00:01.800  rollback/BeforeAllowTraffic  InProgress -> Succeeded
+00:00:01.800  rollback/AllowTraffic  Pending -> InProgress
+00:00:01.800  rollback/AllowTraffic  InProgress -> Succeeded
+00:00:01.800  rollback/AfterAllowTraffic  Pending -> InProgress
+00:00:01.800  rollback/AfterAllowTraffic  InProgress -> Succeeded
+00:00:01.800  rollback/task-set  green draining  127.0.0.1:4002
+00:00:02.050  rollback/task-set  green stopped
+00:00:02.050  rollback/ended  d-2QQTRB9KX  Succeeded
failed and rolled back, blue serves
reason: version: GET /version answered 500

"#]]
    );
}

#[test]
fn a_deployment_that_succeeds_ends_with_the_outcome() {
    let text = shown(SUCCEEDS);
    let last: Vec<&str> = text.lines().rev().take(6).collect();
    let last: Vec<&str> = last.into_iter().rev().collect();
    assert_data_eq!(
        last.join("\n"),
        str![[r#"
+00:09:01.800  AfterAllowTraffic  InProgress -> Succeeded
+00:09:01.800  termination-wait  blue is kept until +00:14:01.800
+00:14:01.800  task-set  blue draining  127.0.0.1:4001
+00:14:02.050  task-set  blue stopped
+00:14:02.050  ended  d-1NNWZG91L  Succeeded
succeeded, green serves
"#]]
    );
    let traffic: Vec<&str> = text.lines().filter(|line| line.contains("  traffic  ")).take(2).collect();
    assert_data_eq!(
        traffic.join("\n"),
        str![[r#"
+00:00:01.800  traffic  blue 90%  green 10%
+00:01:01.800  traffic  blue 80%  green 20%
"#]]
    );
}

#[test]
fn whatever_a_text_holds_an_event_is_one_line_that_no_terminal_acts_on() {
    let text = shown(HOSTILE);
    assert!(!text.chars().any(|character| character.is_control() && character != '\n'), "{text:?}");
    // Each event but the last has one line; the outcome has two.
    assert_eq!(text.lines().count(), events(HOSTILE).len() + 1, "{text}");
    assert_eq!(text.lines().last(), Some("reason: bell \\u{7} | two lines | end"));
}

#[test]
fn findings_come_first_with_their_fixes_and_notes_in_between() {
    let (sink, hands) = (Sink::default(), Hands::default());
    let mut view = PlainLines::new(sink.out(), hands.now());
    view.plan(&plan());
    view.note("press Ctrl-C to stop and roll back");
    let events = events(FAILS);
    view.event(&events[0]);
    hands.set(events[0].time + std::time::Duration::from_millis(1500));
    view.note("stops and rolls back\nonce more leaves at once");
    view.close().unwrap();
    assert_data_eq!(
        sink.text(),
        str![[r#"
alarm latency: warning[alarm-without-data]: the alarm `latency` has had no data for an hour
  fix: send the metric, or take the alarm out of the deployment group
plan  at least 14 min (shift 9, termination wait 5), at most 134 min
note  press Ctrl-C to stop and roll back
+00:00:00.000  started  d-1NNWZG91L  shop/shop-web  CodeDeployDefault.ECSLinear10PercentEvery1Minutes
+00:00:01.500  note  stops and rolls back | once more leaves at once

"#]]
    );
}

#[test]
fn a_plan_with_an_error_says_that_nothing_is_deployed() {
    let sink = Sink::default();
    let mut view = PlainLines::new(sink.out(), Hands::default().now());
    view.plan(&refused_plan());
    view.close().unwrap();
    assert_data_eq!(
        sink.text(),
        str![[r#"
error[container-unknown]: no container is named `wbe`
  fix: write `web`
alarm latency: warning[alarm-without-data]: the alarm `latency` has had no data for an hour
  fix: send the metric, or take the alarm out of the deployment group
cannot be deployed, 1 error, 1 warning

"#]]
    );
}

#[test]
fn what_is_noted_after_the_end_stands_above_the_reason() {
    let sink = Sink::default();
    let mut view = PlainLines::new(sink.out(), Hands::default().now());
    events(FAILS).iter().for_each(|event| view.event(event));
    view.note("the process 4711 had to be killed");
    drop(view);
    let text = sink.text();
    assert!(text.contains("note  the process 4711 had to be killed"), "{text}");
    assert!(text.ends_with("\nreason: version: GET /version answered 500\n"), "{text}");
}

#[test]
fn a_reader_that_went_away_is_told_when_the_view_is_closed() {
    let mut view = PlainLines::new(Sink::broken().out(), Hands::default().now());
    events(FAILS).iter().for_each(|event| view.event(event));
    assert_eq!(view.close().unwrap_err().kind(), std::io::ErrorKind::BrokenPipe);
}
