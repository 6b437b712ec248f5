//! The thread that interrupts plugins is there when it is needed, rests when it is not, and ends with its runtime.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

mod support;

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use greenlight_hook_runtime::{Cause, Limits, Runtime, RuntimeOptions};
use support::{component, run};

/// How often the tickers of this process have gone to sleep so far, one number for each of them.
fn sleeps() -> Vec<u64> {
    let threads = fs::read_dir("/proc/self/task").unwrap().map(|entry| entry.unwrap().path());
    threads
        // A thread may end between listing and reading.
        .filter(|path| {
            fs::read_to_string(path.join("comm")).is_ok_and(|name| name.trim() == "greenlight-tick")
        })
        .filter_map(|path| fs::read_to_string(path.join("status")).ok())
        .map(|status| {
            let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:")).unwrap();
            line.trim().parse().unwrap()
        })
        .collect()
}

/// Waits for `what`, which has to come in seconds, and takes no longer than it takes.
fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_secs(60), "waited a minute for {what}");
        thread::yield_now();
    }
}

// One test, because the threads of a process are counted and tests may share one.
#[tokio::test]
async fn the_ticker_rests_wakes_and_ends() {
    let runtime = Runtime::new(RuntimeOptions::default().with_concurrency(1)).unwrap();
    wait_for("the ticker to start", || sleeps().len() == 1);

    let mut before = sleeps();
    let mut since = Instant::now();
    wait_for("a second with less than 20 ticks", || {
        if since.elapsed() < Duration::from_secs(1) {
            return false;
        }
        let now = sleeps();
        let few = now[0] - before[0] < 20;
        (before, since) = (now, Instant::now());
        few
    });

    let hook = runtime.load("probe", &component("", "(loop (br 0)) (unreachable)")).unwrap();
    let report = hook.run(run().with_limits(Limits::default().with_cpu(Duration::from_millis(50)))).await;
    assert!(matches!(report.fault().unwrap().cause, Cause::Cpu { .. }), "{report}");
    assert!(report.timings.cpu < Duration::from_millis(900), "woke after {}", report.timings);

    drop((hook, runtime));
    wait_for("the ticker to end", || sleeps().is_empty());
}
