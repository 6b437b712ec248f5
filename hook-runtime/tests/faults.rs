//! However a plugin dies, the report says how in one sentence, and keeps what the plugin said before.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

use std::time::Duration;

use crate::support::{component, plugin, run, runtime};
use greenlight_hook_runtime::{
    Cause, Fault, HookReport, HookRun, HookStatus, Limits, LogSource, MemoryBound, Observation, Phase,
    TrapKind,
};
use snapbox::{assert_data_eq, str};

async fn fault_of(hook: &greenlight_hook_runtime::Hook, run: HookRun) -> Fault {
    let report: HookReport = hook.run(run).await;
    assert_eq!(report.status(), HookStatus::Faulted, "{report}");
    report.fault().unwrap().clone()
}

#[tokio::test]
async fn a_crash_without_a_word_names_the_function() {
    let fault = fault_of(&plugin("(unreachable)"), run()).await;
    assert!(matches!(fault.cause, Cause::Trap { trap: TrapKind::Unreachable, .. }));
    assert_eq!((fault.phase, fault.backtrace.len()), (Phase::Validate, 1));
    assert_data_eq!(
        fault.to_string(),
        str![[
            r#"plugin "probe" crashed in validate: wasm `unreachable` instruction executed, in validate; the plugin has an error, the report holds its backtrace and output"#
        ]]
    );
}

#[tokio::test]
async fn a_panic_is_told_by_its_message_and_place() {
    let fault = fault_of(&plugin("(call $say-panic) (unreachable)"), run()).await;
    assert!(matches!(fault.cause, Cause::Trap { trap: TrapKind::Panic, .. }));
    assert_eq!(fault.stderr.len(), 2);
    assert_data_eq!(
        fault.to_string(),
        str![[r#"plugin "probe" panicked in validate: src/lib.rs:3:5: boom went the plugin"#]]
    );
}

#[tokio::test]
async fn an_access_outside_of_memory_is_a_crash() {
    let fault = fault_of(&plugin("(i32.load (i32.const 100000000))"), run()).await;
    assert!(matches!(fault.cause, Cause::Trap { trap: TrapKind::OutOfBounds, .. }));
    assert_data_eq!(
        fault.to_string(),
        str![[
            r#"plugin "probe" crashed in validate: out of bounds memory access, in validate; the plugin has an error, the report holds its backtrace and output"#
        ]]
    );
}

#[tokio::test]
async fn a_division_by_zero_is_a_crash() {
    let fault = fault_of(&plugin("(i32.div_u (i32.const 1) (i32.const 0))"), run()).await;
    assert!(matches!(fault.cause, Cause::Trap { trap: TrapKind::Arithmetic, .. }));
    assert_data_eq!(
        fault.to_string(),
        str![[
            r#"plugin "probe" crashed in validate: integer divide by zero, in validate; the plugin has an error, the report holds its backtrace and output"#
        ]]
    );
}

#[tokio::test]
async fn a_crash_at_the_start_is_told_as_such() {
    let bytes = component("(func $boot (unreachable)) (start $boot)", "(global.get $pass)");
    let fault = fault_of(&runtime().load("probe", &bytes).unwrap(), run()).await;
    assert_eq!(fault.phase, Phase::Instantiate);
    assert_data_eq!(
        fault.to_string(),
        str![[
            r#"plugin "probe" crashed in instantiate: wasm `unreachable` instruction executed, in boot; the plugin has an error, the report holds its backtrace and output"#
        ]]
    );
}

#[tokio::test]
async fn a_verdict_that_breaks_the_contract_is_a_crash() {
    let fault = fault_of(&plugin("(i32.const 3)"), run()).await;
    assert!(matches!(fault.cause, Cause::Trap { trap: TrapKind::Other, .. }));
    assert_data_eq!(
        fault.to_string(),
        str![[
            r#"plugin "probe" crashed in validate: return pointer not aligned; the plugin has an error, the report holds its backtrace and output"#
        ]]
    );
}

#[tokio::test]
async fn an_endless_loop_is_ended_by_the_limit_on_computing() {
    let limits = Limits::default().with_cpu(Duration::from_millis(50));
    let fault = fault_of(&plugin("(loop (br 0)) (unreachable)"), run().with_limits(limits)).await;
    assert_eq!(fault.cause, Cause::Cpu { limit: Duration::from_millis(50) });
    assert_data_eq!(
        fault.to_string(),
        str![[
            r#"plugin "probe" computed for more than 50 ms in validate; look for an endless loop, or raise its cpu limit"#
        ]]
    );
}

#[tokio::test]
async fn a_wait_without_end_is_ended_by_the_limit_on_time() {
    let hook = plugin("(call $block (call $sleep (i64.const 3600000000000))) (global.get $pass)");
    let limits = Limits::default().with_wall_clock(Duration::from_millis(500));
    let fault = fault_of(&hook, run().with_limits(limits)).await;
    let Cause::WallClock { limit, computed } = fault.cause else { panic!("{fault}") };
    assert_eq!(limit, Duration::from_millis(500));
    assert!(computed < limit);
    assert_data_eq!(
        fault.to_string(),
        str![[
            r#"plugin "probe" ran out of time in validate: no verdict within 500 ms, [..] of it spent computing; let the plugin wait less, or raise its wall-clock limit"#
        ]]
    );
}

#[tokio::test]
async fn memory_that_is_refused_is_told_with_what_was_asked_for() {
    let hook = plugin("(drop (memory.grow (i32.const 2047))) (unreachable)");
    let fault = fault_of(&hook, run()).await;
    assert_eq!(fault.cause, Cause::Memory { wanted: 128 << 20, limit: 64 << 20, bound: MemoryBound::Limits });
    assert_data_eq!(
        fault.to_string(),
        str![[
            r#"plugin "probe" ran out of memory in validate: it asked for 128 MiB and may have 64 MiB; let the plugin hold less, or raise its memory limit"#
        ]]
    );
}

#[tokio::test]
async fn memory_past_what_the_runtime_has_is_told_as_such() {
    let hook = plugin("(drop (memory.grow (i32.const 8191))) (unreachable)");
    let fault = fault_of(&hook, run().with_limits(Limits::default().with_memory(1 << 30))).await;
    assert_data_eq!(
        fault.to_string(),
        str![[
            r#"plugin "probe" ran out of memory in validate: it asked for 512 MiB and may have 256 MiB; let the plugin hold less, or raise the runtime's max_memory"#
        ]]
    );
}

#[tokio::test]
async fn a_plugin_that_starts_too_large_is_out_of_memory() {
    let limits = Limits::default().with_memory(32 << 10);
    let fault = fault_of(&plugin("(global.get $pass)"), run().with_limits(limits)).await;
    assert_eq!(fault.phase, Phase::Instantiate);
    assert_data_eq!(
        fault.to_string(),
        str![[
            r#"plugin "probe" ran out of memory in instantiate: it asked for 64 KiB and may have 32 KiB; let the plugin hold less, or raise its memory limit"#
        ]]
    );
}

#[tokio::test]
async fn a_table_that_is_refused_is_told_with_what_was_asked_for() {
    let bytes = component("(table 100 funcref)", "(global.get $pass)");
    let hook = runtime().load("probe", &bytes).unwrap();
    let fault = fault_of(&hook, run().with_limits(Limits::default().with_table_elements(10))).await;
    assert_eq!(fault.cause, Cause::Table { wanted: 100, limit: 10 });
    assert_data_eq!(
        fault.to_string(),
        str![[
            r#"plugin "probe" ran out of table elements in instantiate: it asked for 100 and may have 10; raise its table-elements limit"#
        ]]
    );
    assert_eq!(hook.run(run()).await.status(), HookStatus::Passed);
}

#[tokio::test]
async fn a_growth_that_was_refused_and_survived_is_no_fault() {
    let report = plugin("(drop (memory.grow (i32.const 2047))) (global.get $pass)").run(run()).await;
    assert_eq!(report.status(), HookStatus::Passed);
    assert_eq!(report.peak_memory, 64 << 10);
}

#[tokio::test]
async fn a_panic_after_a_refused_growth_is_still_a_panic() {
    let hook = plugin("(drop (memory.grow (i32.const 2047))) (call $say-panic) (unreachable)");
    let fault = fault_of(&hook, run()).await;
    assert!(matches!(fault.cause, Cause::Trap { trap: TrapKind::Panic, .. }), "{fault}");
}

#[tokio::test]
async fn a_recursion_without_end_overflows_the_stack() {
    let items =
        "(func $deeper (param i32) (result i32) (i32.add (call $deeper (local.get 0)) (i32.const 1)))";
    let bytes = component(items, "(call $deeper (i32.const 0))");
    let fault = fault_of(&runtime().load("probe", &bytes).unwrap(), run()).await;
    assert_eq!(fault.cause, Cause::StackOverflow { limit: 512 << 10 });
    assert_data_eq!(
        fault.to_string(),
        str![[
            r#"plugin "probe" overflowed its stack of 512 KiB in validate; look for a recursion without end, or raise the runtime's max_stack"#
        ]]
    );
}

#[tokio::test]
async fn an_exit_is_no_verdict_whatever_its_status() {
    let fault = fault_of(&plugin("(call $exit (i32.const 0)) (global.get $pass)"), run()).await;
    assert_eq!(fault.cause, Cause::Exit { code: 0 });
    assert_data_eq!(
        fault.to_string(),
        str![[
            r#"plugin "probe" exited in validate with status 0 and without a verdict; return a verdict instead of exiting"#
        ]]
    );
    let fault = fault_of(&plugin("(call $exit (i32.const 1)) (global.get $pass)"), run()).await;
    assert_eq!(fault.cause, Cause::Exit { code: 1 });
}

#[tokio::test]
async fn too_much_in_one_call_to_the_host_is_told_with_the_limit() {
    let hook = plugin("(call $log (i32.const 2) (i32.const 0) (i32.const 4096)) (global.get $pass)");
    let fault = fault_of(&hook, run().with_limits(Limits::default().with_host_call_bytes(1 << 10))).await;
    assert_eq!(fault.cause, Cause::HostCall { limit: 1 << 10 });
    assert_data_eq!(
        fault.to_string(),
        str![[
            r#"plugin "probe" passed more than 1 KiB to the host in one call in validate; pass less at a time, or raise its host-call-bytes limit"#
        ]]
    );
}

#[tokio::test]
async fn too_many_resources_are_told_with_the_limit() {
    let hook = plugin("(loop (drop (call $sleep (i64.const 1))) (br 0)) (unreachable)");
    let fault = fault_of(&hook, run().with_limits(Limits::default().with_handles(10))).await;
    assert_eq!(fault.cause, Cause::Handles { limit: 10 });
    assert_data_eq!(
        fault.to_string(),
        str![[
            r#"plugin "probe" held more than 10 resources of the host in validate; drop requests, streams and timers after use, or raise its handles limit"#
        ]]
    );
}

#[tokio::test]
async fn too_much_state_for_the_next_attempt_is_told_with_the_limit() {
    let hook = plugin("(global.get $pending)");
    let fault = fault_of(&hook, run().with_limits(Limits::default().with_state_bytes(2))).await;
    assert_eq!(fault.cause, Cause::State { bytes: 3, limit: 2 });
    assert_data_eq!(
        fault.to_string(),
        str![[
            r#"plugin "probe" answered pending with 3 bytes of state in validate, and 2 bytes are allowed; hand over less, or raise its state-bytes limit"#
        ]]
    );
}

#[tokio::test]
async fn a_run_that_cannot_begin_says_what_to_mend() {
    let mut run = run();
    run.context.test_url = Some("localhost".into());
    let fault = fault_of(&plugin("(global.get $pass)"), run).await;
    assert_eq!(fault.phase, Phase::Setup);
    assert_data_eq!(
        fault.to_string(),
        str![[
            r#"plugin "probe" was not started: test_url "localhost" of its context is of no use: relative URL without a base; write it as https://host or http://host:port"#
        ]]
    );
}

#[tokio::test]
async fn a_panic_of_the_host_ends_in_the_report() {
    let hook = plugin(
        "(call $check (i32.const 100) (i32.const 4) (i32.const 0) (i32.const 110) (i32.const 6)) (global.get $pass)",
    );
    let run = run().with_observer(|_: &Observation| panic!("the observer is at fault"));
    let fault = fault_of(&hook, run).await;
    assert!(matches!(fault.cause, Cause::Runtime { .. }));
    assert_data_eq!(
        fault.to_string(),
        str![[
            r#"the hook runtime failed while plugin "probe" was in validate: a function of the host panicked: the observer is at fault; this is a fault of the runtime, please report it"#
        ]]
    );
}

#[tokio::test]
async fn a_panic_of_an_observer_after_the_plugin_has_ended_ends_in_the_report() {
    // The first check goes unseen, and then the runtime's own remark on it is too much.
    let hook = plugin(
        "(call $check (i32.const 100) (i32.const 4) (i32.const 1) (i32.const 110) (i32.const 6)) (global.get $pass)",
    );
    let run = run().with_observer(|seen: &Observation| {
        assert!(!matches!(seen, Observation::Log(_)), "the observer is at fault");
    });
    let report = hook.run(run).await;
    assert!(matches!(report.fault().unwrap().cause, Cause::Runtime { .. }), "{report}");
    assert_eq!(report.checks.len(), 1);
}

#[tokio::test]
async fn what_was_said_before_the_crash_is_kept() {
    let hook = plugin(
        "(call $check (i32.const 100) (i32.const 4) (i32.const 1) (i32.const 110) (i32.const 6))
         (call $metric (i32.const 100) (i32.const 4) (f64.const 1.5) (i32.const 140) (i32.const 5))
         (call $log (i32.const 2) (i32.const 110) (i32.const 6))
         (call $write (call $stdout) (i32.const 0) (i32.const 39) (i32.const 2000))
         (unreachable)",
    );
    let report = hook.run(run()).await;
    assert_eq!(report.status(), HookStatus::Faulted);
    assert_eq!(report.checks[0].to_string(), "fail: name: detail");
    assert_eq!(report.metrics[0].to_string(), "name: 1.5 Count");
    let lines: Vec<_> = report.logs.iter().map(|line| (line.source, line.text.as_str())).collect();
    assert_eq!(
        lines,
        [
            (LogSource::Plugin, "detail"),
            (LogSource::Stdout, "first line"),
            (LogSource::Stdout, "second line"),
            (LogSource::Stdout, "unended"),
        ]
    );
    assert!(report.timings.call > Duration::ZERO && report.peak_memory == 64 << 10);
}
