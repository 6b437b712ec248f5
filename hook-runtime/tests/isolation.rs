//! Nothing survives from one run to the next, nothing is there that was not given, and runs do not disturb each other.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

use std::time::Duration;

use crate::support::{component, component_of, module, plugin, run, runtime};
use greenlight_hook_runtime::{HookStatus, Limits, Runtime, RuntimeOptions, Verdict};

#[tokio::test]
async fn globals_and_memory_are_fresh_in_every_run() {
    let items = "(global $count (mut i32) (i32.const 0))";
    let body = "(if (i32.or (global.get $count) (i32.load (i32.const 60000))) (then (unreachable)))
        (global.set $count (i32.const 1)) (i32.store (i32.const 60000) (i32.const 1)) (global.get $pass)";
    let hook = runtime().load("probe", &component(items, body)).unwrap();
    for _ in 0..20 {
        assert_eq!(hook.run(run()).await.verdict(), Some(&Verdict::Pass));
    }
}

#[tokio::test]
async fn grown_memory_is_gone_in_the_next_run() {
    let hook = plugin(
        "(if (i32.ne (memory.size) (i32.const 1)) (then (unreachable)))
         (drop (memory.grow (i32.const 100))) (i32.store (i32.const 6000000) (i32.const 1)) (global.get $pass)",
    );
    for _ in 0..5 {
        let report = hook.run(run()).await;
        assert_eq!(report.status(), HookStatus::Passed, "{report}");
        assert_eq!(report.peak_memory, 101 << 16);
    }
}

#[tokio::test]
async fn environment_arguments_and_files_are_empty() {
    // A list is returned as address and length at the address that is passed.
    let imports = r#"
        (import "wasi:cli/environment@0.2.12" "get-environment" (func $env (param i32)))
        (import "wasi:cli/environment@0.2.12" "get-arguments" (func $args (param i32)))
        (import "wasi:filesystem/preopens@0.2.12" "get-directories" (func $dirs (param i32)))
        (memory (export "memory") 1)"#;
    let text = module(
        "",
        "(call $env (i32.const 3000)) (call $args (i32.const 3008)) (call $dirs (i32.const 3016))
         (if (i32.or (i32.load (i32.const 3004)) (i32.or (i32.load (i32.const 3012)) (i32.load (i32.const 3020))))
             (then (unreachable)))
         (global.get $pass)",
    )
    .replace("(memory (export \"memory\") 1)", imports);
    let hook = runtime().load("probe", &component_of("hook", &text)).unwrap();
    let report = hook.run(run()).await;
    assert_eq!(report.status(), HookStatus::Passed, "{report}");
}

#[test]
fn one_thread_ends_an_endless_loop_and_goes_on_with_its_other_work() {
    let alone = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    alone.block_on(async {
        let limits = Limits::default().with_wall_clock(Duration::from_millis(200));
        let spinning = plugin("(loop (br 0)) (unreachable)");
        let spin = spinning.run(run().with_limits(limits));
        let mut turns = 0_u32;
        let beside = async {
            loop {
                tokio::task::yield_now().await;
                turns += 1;
            }
        };
        let report = tokio::select! { report = spin => report, () = beside => unreachable!() };
        assert_eq!(report.status(), HookStatus::Faulted);
        assert!(report.timings.call < Duration::from_secs(10), "{report}");
        assert!(turns >= 2, "the other task had {turns} turns");
    });
}

#[tokio::test]
async fn a_run_that_waits_for_its_place_is_not_charged_for_it() {
    let runtime = Runtime::new(RuntimeOptions::default().with_concurrency(1)).unwrap();
    let endless = "(call $block (call $sleep (i64.const 3600000000000))) (global.get $pass)";
    let first = runtime.load("first", &component("", endless)).unwrap();
    let second = runtime.load("second", &component("", "(global.get $pass)")).unwrap();
    let (limit, wait) = (Duration::from_millis(1_000), Duration::from_millis(1_200));

    let everlasting = Limits::default().with_wall_clock(Duration::from_secs(3_600));
    let mut first = Box::pin(first.run(run().with_limits(everlasting)));
    let mut second = Box::pin(second.run(run().with_limits(Limits::default().with_wall_clock(limit))));
    // Both begin, in this order, and only then the clock.
    for time in [Duration::ZERO, wait] {
        tokio::select! {
            biased;
            report = &mut first => panic!("{report}"),
            report = &mut second => panic!("{report}"),
            () = tokio::time::sleep(time) => {}
        }
    }
    drop(first);
    let report = second.await;
    assert_eq!(report.status(), HookStatus::Passed, "{report}");
    assert!(report.timings.queued >= wait, "{:?}", report.timings);
}

#[tokio::test]
async fn plugins_run_without_a_pool_too() {
    let runtime = Runtime::new(RuntimeOptions::default().with_pooling(false)).unwrap();
    let hook = runtime.load("probe", &component("", "(global.get $pass)")).unwrap();
    assert_eq!(hook.run(run()).await.status(), HookStatus::Passed);
}

#[tokio::test]
async fn a_machine_without_room_for_the_pool_makes_instances_on_demand() {
    // More address space than any machine has.
    let options = RuntimeOptions::default().with_concurrency(1 << 20).with_max_memory(1 << 40);
    let runtime = Runtime::new(options).unwrap();
    let hook = runtime.load("probe", &component("", "(global.get $pass)")).unwrap();
    assert_eq!(hook.run(run()).await.status(), HookStatus::Passed);
}

#[tokio::test]
async fn a_dropped_run_gives_its_place_back() {
    let runtime = Runtime::new(RuntimeOptions::default().with_concurrency(1)).unwrap();
    let endless = "(call $block (call $sleep (i64.const 3600000000000))) (global.get $pass)";
    let waiting = runtime.load("waiting", &component("", endless)).unwrap();
    let hook = runtime.load("probe", &component("", "(global.get $pass)")).unwrap();
    for _ in 0..3 {
        tokio::select! {
            biased;
            report = waiting.run(run()) => panic!("{report}"),
            () = tokio::task::yield_now() => {}
        }
    }
    assert_eq!(hook.run(run()).await.status(), HookStatus::Passed);
}
