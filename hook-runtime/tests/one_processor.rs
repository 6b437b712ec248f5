//! Limits hold on a machine with one processor, which is what small cloud functions are.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]
#![cfg(target_os = "linux")]

use std::time::{Duration, Instant};

use crate::support::{component, run};
use greenlight_hook_runtime::{Cause, HookStatus, Limits, Runtime, RuntimeOptions};
use rustix::thread::{CpuSet, Pid, sched_getaffinity, sched_setaffinity};

/// Binds this thread, and those that it starts from now on, to one of its processors.
fn use_one_processor() {
    let all = sched_getaffinity(None::<Pid>).unwrap();
    let first = (0..CpuSet::MAX_CPU).find(|cpu| all.is_set(*cpu)).unwrap();
    let mut one = CpuSet::new();
    one.set(first);
    sched_setaffinity(None::<Pid>, &one).unwrap();
}

fn on_one_processor<T>(work: impl Future<Output = T>) -> T {
    use_one_processor();
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

#[test]
fn an_endless_loop_ends_in_time() {
    on_one_processor(async {
        let runtime = Runtime::new(RuntimeOptions::default().with_concurrency(1)).unwrap();
        let hook = runtime.load("probe", &component("", "(loop (br 0)) (unreachable)")).unwrap();
        let begun = Instant::now();
        let cpu = Limits::default().with_cpu(Duration::from_millis(100));
        let report = hook.run(run().with_limits(cpu)).await;
        assert!(matches!(report.fault().unwrap().cause, Cause::Cpu { .. }), "{report}");
        let wall = Limits::default().with_wall_clock(Duration::from_millis(100));
        let report = hook.run(run().with_limits(wall)).await;
        assert!(matches!(report.fault().unwrap().cause, Cause::WallClock { .. }), "{report}");
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    });
}

#[test]
fn bulk_copies_without_end_end_in_time() {
    on_one_processor(async {
        let runtime = Runtime::new(RuntimeOptions::default().with_concurrency(1)).unwrap();
        let body = "(drop (memory.grow (i32.const 500)))
            (loop (memory.fill (i32.const 100000) (i32.const 7) (i32.const 30000000)) (br 0)) (unreachable)";
        let hook = runtime.load("probe", &component("", body)).unwrap();
        let report =
            hook.run(run().with_limits(Limits::default().with_cpu(Duration::from_millis(100)))).await;
        assert!(matches!(report.fault().unwrap().cause, Cause::Cpu { .. }), "{report}");
    });
}

#[test]
fn a_wait_does_not_count_as_computing() {
    on_one_processor(async {
        let runtime = Runtime::new(RuntimeOptions::default().with_concurrency(1)).unwrap();
        // 30 naps of 10 ms, more than the limit on computing altogether.
        let body = "(local $i i32)
            (loop (call $block (call $sleep (i64.const 10000000)))
                (br_if 0 (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 30))))
            (global.get $pass)";
        let hook = runtime.load("probe", &component("", body)).unwrap();
        let report =
            hook.run(run().with_limits(Limits::default().with_cpu(Duration::from_millis(200)))).await;
        assert_eq!(report.status(), HookStatus::Passed, "{report}");
        assert!(report.timings.call >= Duration::from_millis(300), "{}", report.timings);
        assert!(report.timings.cpu < Duration::from_millis(200), "{}", report.timings);
    });
}
