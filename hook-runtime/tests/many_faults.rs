//! A runtime that has seen thousands of plugins die serves the next one as well as the first.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail the test by a panic")]

mod support;

use std::time::Duration;

use greenlight_hook_runtime::{HookStatus, Limits};
use support::{plugin, run};

const ENDINGS: [&str; 4] = [
    "(unreachable)",
    "(call $exit (i32.const 1)) (unreachable)",
    "(drop (memory.grow (i32.const 60000))) (unreachable)",
    "(call $block (call $sleep (i64.const 3600000000000))) (unreachable)",
];

#[tokio::test]
async fn thousands_of_faults_leave_every_place_free_and_no_memory_behind() {
    let hooks = ENDINGS.map(plugin);
    let brief = || run().with_limits(Limits::default().with_wall_clock(Duration::from_millis(5)));
    let some = async |runs: usize| {
        for round in 0..runs {
            let report = hooks[round % hooks.len()].run(brief()).await;
            assert_eq!(report.status(), HookStatus::Faulted, "{report}");
        }
    };
    some(400).await;
    let before = resident_kib();
    some(2_400).await;
    let grown = resident_kib().saturating_sub(before);
    assert!(grown < 8 << 10, "{grown} KiB more after 2,400 faults");
    assert_all_places_are_free().await;
}

#[tokio::test]
async fn runs_that_are_dropped_in_the_middle_free_their_places() {
    let waiting = plugin("(call $block (call $sleep (i64.const 3600000000000))) (global.get $pass)");
    let spinning = plugin("(loop $l (br $l)) (global.get $pass)");
    for _ in 0..50 {
        for hook in [&waiting, &spinning] {
            let run = hook.run(run());
            assert!(tokio::time::timeout(Duration::from_millis(3), run).await.is_err());
        }
    }
    assert_all_places_are_free().await;
}

#[tokio::test]
async fn a_flood_of_empty_lines_in_one_call_does_not_outlast_the_limits() {
    let flood = plugin(
        "(drop (memory.grow (i32.const 64)))
         (memory.fill (i32.const 65536) (i32.const 10) (i32.const 4000000))
         (loop $l (call $log (i32.const 2) (i32.const 65536) (i32.const 4000000)) (br $l)) (global.get $pass)",
    );
    let report = flood.run(run().with_limits(Limits::default().with_cpu(Duration::from_millis(100)))).await;
    assert_eq!(report.status(), HookStatus::Faulted, "{report}");
    assert!(report.timings.total < Duration::from_secs(15), "{report}");
}

/// As many runs at once as the runtime has places, each of which needs an instance of its own.
async fn assert_all_places_are_free() {
    let hook = plugin("(call $block (call $sleep (i64.const 20000000))) (global.get $pass)");
    let runs: Vec<_> = (0..4)
        .map(|_| {
            let hook = hook.clone();
            tokio::spawn(async move { hook.run(run()).await })
        })
        .collect();
    for run in runs {
        let report = run.await.unwrap();
        assert_eq!(report.status(), HookStatus::Passed, "{report}");
        assert!(report.timings.queued < Duration::from_secs(10), "{:?}", report.timings);
    }
}

/// Memory of this process that is in use, in KiB; 0 where the system does not tell.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|text| text.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
