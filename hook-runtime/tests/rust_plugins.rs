//! The same promises for plugins as people write them: in Rust, on the `greenlight-hook` crate.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

use std::time::Duration;

use crate::support::guest::{doing, faults};
use greenlight_hook_runtime::{
    Cause, CheckOutcome, HookReport, HookRun, HookStatus, Limits, LogSource, TrapKind, Verdict,
};
use snapbox::{assert_data_eq, str};

async fn report(run: HookRun) -> HookReport {
    faults().run(run).await
}

async fn fault(run: HookRun) -> (Cause, String) {
    let report = report(run).await;
    let fault = report.fault().unwrap_or_else(|| panic!("{report}"));
    (fault.cause.clone(), fault.to_string())
}

#[tokio::test]
async fn verdicts_arrive() {
    assert_eq!(report(doing("pass")).await.status(), HookStatus::Passed);
    assert_eq!(report(doing("fail")).await.status(), HookStatus::Failed);
    let pending = report(doing("pending")).await;
    assert!(matches!(pending.verdict(), Some(Verdict::Pending { .. })), "{pending}");
}

#[tokio::test]
async fn a_panic_is_told_with_file_and_line() {
    let (cause, sentence) = fault(doing("panic")).await;
    assert!(matches!(cause, Cause::Trap { trap: TrapKind::Panic, .. }));
    assert_data_eq!(
        sentence,
        str![[
            r#"plugin "guest_faults" panicked in validate: tests/guests/faults/src/panic.rs:7:5: as it was told, with 2 replicas"#
        ]]
    );
}

#[tokio::test]
async fn a_crash_has_a_backtrace_with_names() {
    let report = report(doing("unreachable")).await;
    let fault = report.fault().unwrap();
    let frames: Vec<_> = fault.backtrace.iter().map(ToString::to_string).collect();
    assert!(frames.iter().any(|frame| frame == "guest_faults::unreachable::run"), "{frames:#?}");
}

#[tokio::test]
async fn exhausted_memory_is_told_apart_from_a_crash() {
    let (cause, sentence) = fault(doing("memory")).await;
    assert!(matches!(cause, Cause::Memory { .. }), "{sentence}");
    assert_data_eq!(
        sentence,
        str![[
            r#"plugin "guest_faults" ran out of memory in validate: it asked for 64.1 MiB and may have 64 MiB; let the plugin hold less, or raise its memory limit"#
        ]]
    );
}

#[tokio::test]
async fn a_recursion_without_end_is_told_apart_from_a_crash() {
    let (cause, sentence) = fault(doing("stack-overflow")).await;
    assert!(matches!(cause, Cause::StackOverflow { .. }), "{sentence}");
}

#[tokio::test]
async fn loops_and_waits_end_by_their_limits() {
    let cpu = Limits::default().with_cpu(Duration::from_millis(50));
    assert!(matches!(fault(doing("loop").with_limits(cpu)).await.0, Cause::Cpu { .. }));
    let wall = Limits::default().with_wall_clock(Duration::from_secs(1));
    let waited = report(doing("sleep").with_limits(wall)).await;
    assert!(matches!(waited.fault().unwrap().cause, Cause::WallClock { .. }), "{waited}");
    assert_eq!(waited.logs[0].text, "waiting");
}

#[tokio::test]
async fn exits_are_no_verdicts() {
    assert_eq!(fault(doing("exit-0")).await.0, Cause::Exit { code: 0 });
    assert_eq!(fault(doing("exit-1")).await.0, Cause::Exit { code: 1 });
}

#[tokio::test]
async fn what_was_recorded_before_a_crash_is_kept() {
    let report = report(doing("checks-then-trap")).await;
    assert_eq!(report.status(), HookStatus::Faulted);
    let checks: Vec<_> = report.checks.iter().map(|check| (check.name.as_str(), check.outcome)).collect();
    assert_eq!(checks, [("first", CheckOutcome::Pass), ("second", CheckOutcome::Fail)]);
    assert_eq!(report.metrics.len(), 1);
    assert!(report.logs.iter().any(|line| line.text == "about to crash"));
    let printed = report.logs.iter().find(|line| line.source == LogSource::Stdout).unwrap();
    assert_eq!(printed.text, "printed before the crash");
}

#[tokio::test]
async fn the_sandbox_is_empty_and_closed() {
    for behaviour in ["env-dump", "files", "sockets"] {
        let report = report(doing(behaviour)).await;
        assert_eq!(report.status(), HookStatus::Passed, "{report}");
        assert!(!report.checks.is_empty(), "{behaviour}");
        for check in &report.checks {
            assert_eq!(check.outcome, CheckOutcome::Pass, "{behaviour}: {check}");
        }
    }
}

#[tokio::test]
async fn global_state_is_gone_in_the_next_run() {
    let hook = faults();
    for _ in 0..5 {
        let report = hook.run(doing("global-state")).await;
        assert_eq!(report.status(), HookStatus::Passed, "{report}");
    }
}

#[tokio::test]
async fn hostile_text_arrives_harmless() {
    let report = report(doing("control-chars")).await;
    let json = serde_json::to_string(&report).unwrap();
    let texts = report
        .logs
        .iter()
        .map(|line| line.text.clone())
        .chain(report.checks.iter().flat_map(|check| [check.name.clone(), check.detail.clone()]))
        .chain(report.metrics.iter().map(|metric| metric.name.clone()))
        .chain([report.reason(), report.to_string()]);
    for text in texts {
        assert!(!text.chars().any(|c| c.is_control() || c == '\u{202e}'), "{text:?}");
    }
    assert!(!json.contains("\\u001b"), "{json}");
}

#[tokio::test]
async fn floods_of_output_neither_fail_a_plugin_nor_fill_the_report() {
    for behaviour in ["log-flood", "print-flood"] {
        // Time enough for a build without optimisation on a busy machine.
        let time = Duration::from_secs(120);
        let limits = Limits::default().with_log_bytes(16 << 10).with_wall_clock(time).with_cpu(time);
        let report = report(doing(behaviour).with_config([("lines", "10000")]).with_limits(limits)).await;
        assert_ne!(report.status(), HookStatus::Faulted, "{behaviour}: {report}");
        assert!(report.dropped.log_bytes > 0, "{behaviour}");
        let kept: usize = report.logs.iter().map(|line| line.text.len()).sum();
        assert!(kept <= (16 << 10) + 100, "{behaviour}: {kept}");
    }
}

#[tokio::test]
async fn floods_of_checks_and_metrics_are_bounded() {
    let report = report(doing("many-checks")).await;
    assert_eq!(report.checks.len(), 1_000, "{report}");
    assert_eq!(report.dropped.checks, 99_000);
}

#[tokio::test]
async fn too_much_in_one_call_is_told_with_its_limit() {
    let (cause, sentence) = fault(doing("big-host-call")).await;
    assert_eq!(cause, Cause::HostCall { limit: 4 << 20 }, "{sentence}");
}

#[tokio::test]
async fn a_denied_request_is_the_reason_that_people_read() {
    let run = doing("fetch").with_config([("url", "https://api.example.com/v1")]);
    let report = report(run).await;
    assert_eq!(report.status(), HookStatus::Failed);
    assert!(report.requests[0].denied);
    assert_data_eq!(
        report.reason(),
        str![[
            r#"no grant covers GET https://api.example.com/v1; add "https://api.example.com" to grants.http"#
        ]]
    );
}
