//! What a plugin reports arrives, in order, clean and within bounds.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

use std::sync::{Arc, Mutex};

use crate::support::{plugin, run};
use greenlight_hook_runtime::{HookStatus, Limits, LogSource, Observation, Verdict};

#[tokio::test]
async fn each_verdict_arrives_as_it_was_given() {
    let pass = plugin("(global.get $pass)").run(run()).await;
    assert_eq!(pass.verdict(), Some(&Verdict::Pass), "{pass}");
    let fail = plugin("(global.get $fail)").run(run()).await;
    assert_eq!(fail.verdict(), Some(&Verdict::Fail { reason: "bad".into() }), "{fail}");
    let pending = plugin("(global.get $pending)").run(run()).await;
    assert_eq!(pending.status(), HookStatus::Pending);
    let Some(Verdict::Pending { delay, state }) = pending.verdict() else { panic!("{pending}") };
    assert_eq!((delay.as_secs(), state.as_str()), (7, "abc"));
}

const CHECK: &str = "(call $check (i32.const 100) (i32.const 4) (i32.const 0) (i32.const 110) (i32.const 6))";
const FAILED: &str =
    "(call $check (i32.const 100) (i32.const 4) (i32.const 1) (i32.const 110) (i32.const 6))";

#[tokio::test]
async fn reasons_are_sentences_for_people() {
    let reason = |body: String| async move { plugin(&body).run(run()).await.reason() };
    assert_eq!(reason("(global.get $pass)".into()).await, "plugin \"probe\" passed");
    assert_eq!(
        reason(format!("{CHECK}{CHECK}(global.get $pass)")).await,
        "plugin \"probe\" passed with 2 checks"
    );
    assert_eq!(reason("(global.get $fail)".into()).await, "bad");
    assert_eq!(
        reason("(global.get $pending)".into()).await,
        "plugin \"probe\" is not sure yet (pending: ask again in 7 s)"
    );
}

#[tokio::test]
async fn a_failure_without_a_reason_is_told_by_its_check() {
    let silent = "(i32.store (i32.const 1048) (i32.const 0)) (global.get $fail)";
    let report = plugin(&format!("{CHECK}{FAILED}{silent}")).run(run()).await;
    assert_eq!(report.reason(), "check \"name\" failed: detail");
    let report = plugin(silent).run(run()).await;
    assert_eq!(report.reason(), "plugin \"probe\" failed and gave no reason");
}

#[tokio::test]
async fn passing_with_a_failed_check_is_remarked_upon() {
    let report = plugin(&format!("{FAILED}(global.get $pass)")).run(run()).await;
    assert_eq!(report.status(), HookStatus::Passed);
    let line = report.logs.last().unwrap();
    assert_eq!(line.source, LogSource::Runtime);
    assert_eq!(line.text, "the plugin passed although its check \"name\" failed");
}

#[tokio::test]
async fn the_observer_sees_what_the_report_holds_in_order() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    let flood = "(local $i i32)
        (loop (call $write (call $stdout) (i32.const 0) (i32.const 39) (i32.const 2000))
            (br_if 0 (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 200))))";
    let run = run()
        .with_limits(Limits::default().with_log_bytes(2_000).with_handles(100_000))
        .with_observer(move |seen: &Observation| sink.lock().unwrap().push(seen.clone()));
    let report = plugin(&format!("{flood} {CHECK} (global.get $pass)")).run(run).await;

    let (mut lines, mut checks) = (Vec::new(), Vec::new());
    for observation in seen.lock().unwrap().drain(..) {
        match observation {
            Observation::Log(line) => lines.push(line),
            Observation::Check(check) => checks.push(check),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((lines, checks), (report.logs, report.checks));
    assert!(report.dropped.log_bytes > 4_000);
}

#[tokio::test]
async fn a_flood_of_output_keeps_its_head_and_tail_and_says_what_fell_between() {
    let body = "(local $i i32)
        (call $log (i32.const 2) (i32.const 100) (i32.const 4))
        (loop (call $log (i32.const 1) (i32.const 0) (i32.const 10))
            (br_if 0 (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100000))))
        (call $log (i32.const 2) (i32.const 110) (i32.const 6))
        (global.get $pass)";
    let report = plugin(body).run(run().with_limits(Limits::default().with_log_bytes(4_096))).await;
    assert_eq!(report.logs.first().unwrap().text, "name");
    assert_eq!(report.logs.last().unwrap().text, "detail");
    let kept: usize = report.logs.iter().map(|line| line.text.len()).sum();
    assert!(kept < 4_096 + 100, "{kept}");
    assert!(report.dropped.log_bytes > 900_000);
    assert!(
        report
            .logs
            .iter()
            .any(|line| line.source == LogSource::Runtime && line.text.contains("were dropped here"))
    );
}

#[tokio::test]
async fn checks_and_metrics_are_bounded_and_counted() {
    let body = "(local $i i32)
        (loop
            (call $check (i32.const 100) (i32.const 4) (i32.const 0) (i32.const 110) (i32.const 6))
            (call $metric (i32.const 100) (i32.const 4) (f64.const nan) (i32.const 140) (i32.const 5))
            (call $metric (i32.const 100) (i32.const 4) (f64.const 1) (i32.const 140) (i32.const 5))
            (br_if 0 (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 10))))
        (global.get $pass)";
    let report = plugin(body).run(run().with_limits(Limits::default().with_checks(3).with_metrics(4))).await;
    assert_eq!((report.checks.len(), report.metrics.len()), (3, 4));
    assert_eq!((report.dropped.checks, report.dropped.metrics), (7, 16));
}

#[tokio::test]
async fn a_report_serialises_with_units_in_its_names() {
    let report = plugin(&format!("{FAILED}(unreachable)")).run(run()).await;
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["plugin"], "probe");
    assert_eq!(json["checks"][0]["outcome"], "fail");
    assert_eq!(json["outcome"]["fault"]["phase"], "validate");
    assert_eq!(json["outcome"]["fault"]["cause"]["kind"], "trap");
    assert!(json["timings"]["total_ms"].as_f64().unwrap() > 0.0);
    let pending = plugin("(global.get $pending)").run(run()).await;
    let json = serde_json::to_value(&pending).unwrap();
    assert_eq!(json["outcome"]["verdict"]["delay_ms"], 7000.0);
}
