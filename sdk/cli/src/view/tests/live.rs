//! What a person sees on a terminal.

use std::time::Duration;

use greenlight_core::{DeploymentEvent, EventKind, LifecycleEventName, Percent};
use indicatif::InMemoryTerm;
use snapbox::{assert_data_eq, str};

use super::{FAILS, Hands, SUCCEEDS, events, plan, refused_plan};
use crate::view::View;
use crate::view::live::Live;

/// A terminal of 90 columns, and a view on it.
struct Stand {
    term: InMemoryTerm,
    hands: Hands,
    view: Live<InMemoryTerm>,
}

impl Stand {
    fn new(rows: u16) -> Self {
        let (term, hands) = (InMemoryTerm::new(rows, 90), Hands::default());
        let view = Live::new(term.clone(), hands.now(), false, None);
        Self { term, hands, view }
    }

    fn show(&mut self, event: &DeploymentEvent) {
        self.hands.set(event.time);
        self.view.event(event);
    }

    /// Shows events up to the first that `is_last` tells, and then lets `more` pass.
    fn show_until(&mut self, recording: &str, more: Duration, is_last: impl Fn(&EventKind) -> bool) {
        for event in events(recording) {
            self.show(&event);
            if is_last(&event.kind) {
                self.hands.set(event.time + more);
                self.view.redraw();
                return;
            }
        }
        panic!("no such event in the recording");
    }
}

#[test]
fn while_green_is_installed_all_events_to_come_are_listed() {
    let mut stand = Stand::new(30);
    stand.show_until(FAILS, Duration::from_millis(700), |kind| matches!(kind, EventKind::TaskSet { .. }));
    assert_data_eq!(
        stand.term.contents(),
        str![[r#"

shop/shop-web  ECSLinear10PercentEvery1Minutes  d-1NNWZG91L  0.7s

  ✔ BeforeInstall            0.0s
  ⣾ Install                  0.7s  green starting
  · AfterInstall
  · AllowTestTraffic
  · AfterAllowTestTraffic
  · BeforeAllowTraffic
  · AllowTraffic
  · AfterAllowTraffic

  traffic    blue 100% ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   0% green
  task sets  green starting
"#]]
    );
}

#[test]
fn while_a_hook_runs_its_checks_come_below_it_and_its_log_lines_above() {
    let mut stand = Stand::new(30);
    stand.view.plan(&plan());
    stand.view.note("Ctrl-C stops and rolls back");
    stand.show_until(
        FAILS,
        Duration::from_millis(100),
        |kind| matches!(kind, EventKind::HookLog { level, .. } if level == "error"),
    );
    assert_data_eq!(
        stand.term.contents(),
        str![[r#"
alarm latency: warning[alarm-without-data]: the alarm `latency` has had no data for an hou
r
  fix: send the metric, or take the alarm out of the deployment group
at least 14 min (shift 9, termination wait 5), at most 134 min
Ctrl-C stops and rolls back
AfterAllowTestTraffic info asking http://127.0.0.1:9001 three times
AfterAllowTestTraffic error body was "upstream failed" | and no more

shop/shop-web  ECSLinear10PercentEvery1Minutes  d-1NNWZG91L  1.7s

  ✔ BeforeInstall            0.0s
  ✔ Install                  1.2s
  ✔ AfterInstall             0.0s
  ✔ AllowTestTraffic         0.0s
  ⣾ AfterAllowTestTraffic    0.4s  CodeDeployHook_smoke
      ✔ health: GET /health answered 200
      ✘ version: GET /version answered 500
  · BeforeAllowTraffic
  · AllowTraffic
  · AfterAllowTraffic

  traffic    blue 100% ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   0% green
  task sets  green healthy on 127.0.0.1:4002
"#]]
    );
}

#[test]
fn while_traffic_is_shifted_the_time_to_the_next_step_runs_down() {
    let mut stand = Stand::new(30);
    stand.view.plan(&plan());
    let thirty = |kind: &EventKind| matches!(kind, EventKind::Traffic { green, .. } if green.get() == 30);
    stand.show_until(SUCCEEDS, Duration::from_secs(13), thirty);
    assert_data_eq!(
        stand.term.contents(),
        str![[r#"
alarm latency: warning[alarm-without-data]: the alarm `latency` has had no data for an hou
r
  fix: send the metric, or take the alarm out of the deployment group
at least 14 min (shift 9, termination wait 5), at most 134 min
AfterAllowTestTraffic info asking http://127.0.0.1:9001 three times

shop/shop-web  ECSLinear10PercentEvery1Minutes  d-1NNWZG91L  2m 14s

  ✔ BeforeInstall            0.0s
  ✔ Install                  1.2s
  ✔ AfterInstall             0.0s
  ✔ AllowTestTraffic         0.0s
  ✔ AfterAllowTestTraffic    0.5s  CodeDeployHook_smoke, ran 0.4s
      ✔ health: GET /health answered 200
      ✔ version: GET /version answered 200 with version 2
      · latency-p95 12.5 ms
      ! latency: p95 is 12.5 ms, the limit is 15 ms
  ✔ BeforeAllowTraffic       0.0s
  ⣾ AllowTraffic           2m 13s
  · AfterAllowTraffic

  traffic    blue  70% ░░░░░░░░░░░░░░░░░░░░░░░░░░░░████████████  30% green
  task sets  green healthy on 127.0.0.1:4002
  waiting    green gets 40% in 47s
"#]]
    );
}

#[test]
fn while_blue_is_kept_the_time_left_runs_down() {
    let mut stand = Stand::new(30);
    stand.show_until(SUCCEEDS, Duration::from_secs(240), |kind| {
        matches!(kind, EventKind::TerminationWait { .. })
    });
    let contents = stand.term.contents();
    assert!(contents.ends_with("  waiting    blue is terminated in 1m 00s"), "{contents}");
}

#[test]
fn while_the_rollback_runs_its_events_are_a_row_of_symbols() {
    let mut stand = Stand::new(30);
    let mut all = events(FAILS).into_iter().skip_while(|event| event.deployment.as_str() == "d-1NNWZG91L");
    let began = all.find(|event| {
        matches!(event.kind, EventKind::LifecycleEvent { name: LifecycleEventName::AllowTraffic, .. })
    });
    for event in events(FAILS) {
        stand.show(&event);
        if Some(&event) == began.as_ref() {
            break;
        }
    }
    let contents = stand.term.contents();
    assert!(contents.ends_with("\n  rollback   ✔✔✔✔✔✔⣾·  AllowTraffic 0.0s  d-2QQTRB9KX"), "{contents}");
}

#[test]
fn after_a_failure_a_summary_stays_and_the_reason_is_the_last_thing_on_the_screen() {
    let mut stand = Stand::new(30);
    events(FAILS).iter().for_each(|event| stand.show(event));
    stand.view.note("the process 4711 had to be killed");
    stand.view.close().unwrap();
    assert_data_eq!(
        stand.term.contents(),
        str![[r#"
AfterAllowTestTraffic info asking http://127.0.0.1:9001 three times
AfterAllowTestTraffic error body was "upstream failed" | and no more
the process 4711 had to be killed

shop/shop-web  ECSLinear10PercentEvery1Minutes  d-1NNWZG91L  2.0s

  ✔ BeforeInstall            0.0s
  ✔ Install                  1.2s
  ✔ AfterInstall             0.0s
  ✔ AllowTestTraffic         0.0s
  ✘ AfterAllowTestTraffic    0.5s  CodeDeployHook_smoke, ran 0.4s
      ✔ health: GET /health answered 200
      ✘ version: GET /version answered 500
  – BeforeAllowTraffic    skipped
  – AllowTraffic          skipped
  – AfterAllowTraffic     skipped

  traffic    blue 100% ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   0% green
  task sets  green stopped
  rollback   ✔✔✔✔✔✔✔✔  done in 0.2s  d-2QQTRB9KX

✘ failed and rolled back, blue serves
  reason: version: GET /version answered 500
"#]]
    );
}

#[test]
fn after_a_success_the_summary_ends_with_the_outcome() {
    let mut stand = Stand::new(40);
    events(SUCCEEDS).iter().for_each(|event| stand.show(event));
    stand.view.close().unwrap();
    assert_data_eq!(
        stand.term.contents(),
        str![[r#"
AfterAllowTestTraffic info asking http://127.0.0.1:9001 three times

shop/shop-web  ECSLinear10PercentEvery1Minutes  d-1NNWZG91L  14m 02s

  ✔ BeforeInstall            0.0s
  ✔ Install                  1.2s
  ✔ AfterInstall             0.0s
  ✔ AllowTestTraffic         0.0s
  ✔ AfterAllowTestTraffic    0.5s  CodeDeployHook_smoke, ran 0.4s
      ✔ health: GET /health answered 200
      ✔ version: GET /version answered 200 with version 2
      · latency-p95 12.5 ms
      ! latency: p95 is 12.5 ms, the limit is 15 ms
  ✔ BeforeAllowTraffic       0.0s
  ✔ AllowTraffic           9m 00s
  ✔ AfterAllowTraffic        0.0s

  traffic    blue   0% ████████████████████████████████████████ 100% green
  task sets  blue stopped, green healthy on 127.0.0.1:4002

✔ succeeded, green serves
"#]]
    );
}

#[test]
fn a_plan_with_an_error_shows_its_findings_and_no_events() {
    let mut stand = Stand::new(30);
    stand.view.plan(&refused_plan());
    stand.view.close().unwrap();
    assert_data_eq!(
        stand.term.contents(),
        str![[r#"
error[container-unknown]: no container is named `wbe`
  fix: write `web`
alarm latency: warning[alarm-without-data]: the alarm `latency` has had no data for an hou
r
  fix: send the metric, or take the alarm out of the deployment group
✘ cannot be deployed, 1 error, 1 warning
"#]]
    );
}

#[test]
fn without_a_test_listener_there_are_six_events() {
    let mut stand = Stand::new(30);
    let of_test = |event: &DeploymentEvent| match &event.kind {
        EventKind::LifecycleEvent { name, .. } => {
            matches!(name, LifecycleEventName::AllowTestTraffic | LifecycleEventName::AfterAllowTestTraffic)
        }
        EventKind::Hook { .. } | EventKind::Check { .. } | EventKind::HookLog { .. } => true,
        _ => false,
    };
    events(SUCCEEDS).iter().filter(|event| !of_test(event)).for_each(|event| stand.show(event));
    stand.view.close().unwrap();
    let contents = stand.term.contents();
    assert!(!contents.contains("TestTraffic"), "{contents}");
    assert!(contents.contains("✔ BeforeAllowTraffic"), "{contents}");
}

#[test]
fn a_deployment_that_waits_to_be_continued_says_when_it_stops() {
    let mut stand = Stand::new(30);
    let mut event = events(SUCCEEDS).remove(0);
    stand.show(&event);
    event.kind = EventKind::Ready { until: event.time + Duration::from_secs(3600) };
    stand.show(&event);
    let contents = stand.term.contents();
    assert!(contents.ends_with("  waiting    to be continued, stops in 1h 00m"), "{contents}");
}

#[test]
fn on_few_rows_the_checks_that_failed_and_the_waits_stay() {
    let mut stand = Stand::new(18);
    for event in events(FAILS) {
        stand.show(&event);
        if let EventKind::Check { .. } = event.kind {
            (0..30).for_each(|_| stand.show(&check_that_passed(&event)));
        }
        if let EventKind::Hook { reason: Some(_), .. } = event.kind {
            break;
        }
    }
    assert_data_eq!(
        stand.term.contents(),
        str![[r#"
AfterAllowTestTraffic error body was "upstream failed" | and no more

shop/shop-web  ECSLinear10PercentEvery1Minutes  d-1NNWZG91L  1.8s

  ✔ BeforeInstall            0.0s
  ✔ Install                  1.2s
  ✔ AfterInstall             0.0s
  ✔ AllowTestTraffic         0.0s
  ⣾ AfterAllowTestTraffic    0.5s  CodeDeployHook_smoke, ran 0.4s
      … 60 more
      ✘ version: GET /version answered 500
      ✔ page: GET / answered 200
  · BeforeAllowTraffic
  · AllowTraffic
  · AfterAllowTraffic

  traffic    blue 100% ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   0% green
  task sets  green healthy on 127.0.0.1:4002
"#]]
    );
}

#[test]
fn on_very_few_rows_the_empty_lines_go_before_the_head_does() {
    let mut stand = Stand::new(13);
    stand.show_until(FAILS, Duration::ZERO, |kind| matches!(kind, EventKind::Check { .. }));
    assert_data_eq!(
        stand.term.contents(),
        str![[r#"
AfterAllowTestTraffic info asking http://127.0.0.1:9001 three times
shop/shop-web  ECSLinear10PercentEvery1Minutes  d-1NNWZG91L  1.4s
  ✔ BeforeInstall            0.0s
  ✔ Install                  1.2s
  ✔ AfterInstall             0.0s
  ✔ AllowTestTraffic         0.0s
  ⣾ AfterAllowTestTraffic    0.1s  CodeDeployHook_smoke
      … 1 more
  · BeforeAllowTraffic
  · AllowTraffic
  · AfterAllowTraffic
  traffic    blue 100% ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   0% green
  task sets  green healthy on 127.0.0.1:4002
"#]]
    );
}

fn check_that_passed(like: &DeploymentEvent) -> DeploymentEvent {
    let mut event = like.clone();
    if let EventKind::Check { name, outcome, detail, .. } = &mut event.kind {
        (*name, *detail) = ("page".to_owned(), "GET / answered 200".to_owned());
        *outcome = greenlight_core::CheckOutcome::Pass;
    }
    event
}

#[test]
fn a_view_that_is_closed_halfway_leaves_what_is_known() {
    let mut stand = Stand::new(30);
    stand.show_until(
        SUCCEEDS,
        Duration::ZERO,
        |kind| matches!(kind, EventKind::Traffic { green, .. } if *green == Percent::ALL),
    );
    stand.view.close().unwrap();
    let contents = stand.term.contents();
    assert!(contents.contains("  ● AllowTraffic           9m 00s"), "{contents}");
    assert!(contents.contains("100% green"), "{contents}");
}
