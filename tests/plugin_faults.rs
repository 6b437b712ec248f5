//! A plugin that cannot be loaded is bad input; one that fails while it runs is a failed hook, with a reason, within
//! seconds.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::path::Path;
use std::time::{Duration, Instant};

use greenlight_tests::{Project, programs, redact};
use snapbox::{assert_data_eq, str};

async fn refused(bytes: Option<&[u8]>) -> String {
    let project = Project::new().hook("CodeDeployHook_smoke", Path::new("smoke.wasm"));
    if let Some(bytes) = bytes {
        std::fs::write(project.folder().join("smoke.wasm"), bytes).unwrap();
    }
    let ended = project.rehearse().run().await.expect(2).await;
    assert_eq!(ended.stdout, "", "nothing was deployed");
    redact(&project, &ended.stderr)
}

/// The reason that a rehearsal gives whose plugin fails while it runs.
async fn reason(project: Project) -> String {
    let begin = Instant::now();
    let ended = project.rehearse().run().await.expect(3).await;
    // An hour, where the service waits for a hook that never reports.
    assert!(begin.elapsed() < Duration::from_secs(60), "it took {:?}", begin.elapsed());
    let reason = ended.last_line().strip_prefix("reason: ").unwrap();
    redact(&project, reason)
}

/// Short limits, so that the tests of them are short; but no short wall clock, which a busy machine would use up.
fn limited(behaviour: &str) -> Project {
    Project::with_fault(behaviour)
        .set("hooks.CodeDeployHook_smoke.limits.wall-clock", "5m")
        .set("hooks.CodeDeployHook_smoke.limits.cpu", "1s")
        .set("hooks.CodeDeployHook_smoke.limits.memory", "16MiB")
}

#[tokio::test]
async fn a_file_that_is_not_there() {
    assert_data_eq!(
        refused(None).await,
        str![[r#"
greenlight: [DIR]/greenlight.toml: the plugin of `hooks.CodeDeployHook_smoke` cannot be used: plugin "smoke" is missing: there is no file [DIR]/smoke.wasm; build it, or correct the path

"#]]
    );
}

#[tokio::test]
async fn a_file_that_was_cut_off() {
    let whole = std::fs::read(programs::rust_smoke()).unwrap();
    assert_data_eq!(
        refused(Some(&whole[..whole.len() / 2])).await,
        str![[r#"
greenlight: [DIR]/greenlight.toml: the plugin of `hooks.CodeDeployHook_smoke` cannot be used: plugin "smoke" is damaged: [..]; build or copy it again, [..] bytes came here

"#]]
    );
}

#[tokio::test]
async fn a_file_that_is_not_wasm() {
    assert_data_eq!(
        refused(Some(b"#!/bin/sh\ncurl -f $TEST_URL\n")).await,
        str![[r#"
greenlight: [DIR]/greenlight.toml: the plugin of `hooks.CodeDeployHook_smoke` cannot be used: plugin "smoke" is not WebAssembly but text; give the .wasm file that the build of the plugin made

"#]]
    );
    assert_data_eq!(
        refused(Some(b"")).await,
        str![[r#"
greenlight: [DIR]/greenlight.toml: the plugin of `hooks.CodeDeployHook_smoke` cannot be used: plugin "smoke" is not WebAssembly but an empty file; give the .wasm file that the build of the plugin made

"#]]
    );
}

#[tokio::test]
async fn a_module_of_another_kind() {
    // The smallest module: magic number and version, no exports.
    assert_data_eq!(
        refused(Some(b"\0asm\x01\0\0\0")).await,
        str![[r#"
greenlight: [DIR]/greenlight.toml: the plugin of `hooks.CodeDeployHook_smoke` cannot be used: plugin "smoke" exports nothing: neither a validator nor a program's entry; export greenlight:hook/validator@0.1.0#validate, or _start as a program for WASI preview 1 does

"#]]
    );
}

#[tokio::test]
async fn a_host_that_was_not_granted() {
    let project = Project::new().without("hooks.CodeDeployHook_smoke.grants");
    assert_data_eq!(
        reason(project).await,
        str![[r#"no grant covers GET http://127.0.0.1:[TEST]/health; add "{test}" to grants.http"#]]
    );
}

#[tokio::test]
async fn the_production_listener_when_only_the_test_listener_was_granted() {
    let project = Project::new().set("hooks.CodeDeployHook_smoke.config.listener", "production");
    assert_data_eq!(
        reason(project).await,
        str![[
            r#"no grant covers GET http://127.0.0.1:[PRODUCTION]/health; add "{production}" to grants.http"#
        ]]
    );
}

#[tokio::test]
async fn a_panic() {
    assert_data_eq!(
        reason(limited("panic")).await,
        str![[
            r#"plugin "guest_faults" panicked in validate: tests/guests/faults/src/panic.rs:[..]: as it was told, with 2 replicas"#
        ]]
    );
}

#[tokio::test]
async fn a_trap_without_a_message() {
    assert_data_eq!(
        reason(limited("unreachable")).await,
        str![[
            r#"plugin "guest_faults" crashed in validate: wasm `unreachable` instruction executed, in guest_faults::unreachable::run; the plugin has an error, the report holds its backtrace and output"#
        ]]
    );
}

#[tokio::test]
async fn an_endless_loop() {
    assert_data_eq!(
        reason(limited("loop")).await,
        str![[
            r#"plugin "guest_faults" computed for more than 1 s in validate; look for an endless loop, or raise its cpu limit"#
        ]]
    );
}

#[tokio::test]
async fn a_wait_without_end() {
    assert_data_eq!(
        reason(limited("sleep").set("hooks.CodeDeployHook_smoke.limits.wall-clock", "2s")).await,
        str![[
            r#"plugin "guest_faults" ran out of time in validate: no verdict within 2 s, [..] of it spent computing; let the plugin wait less, or raise its wall-clock limit"#
        ]]
    );
}

#[tokio::test]
async fn more_memory_than_allowed() {
    assert_data_eq!(
        reason(limited("memory")).await,
        str![[
            r#"plugin "guest_faults" ran out of memory in validate: it asked for [..] MiB and may have 16 MiB; let the plugin hold less, or raise its memory limit"#
        ]]
    );
}

#[tokio::test]
async fn more_stack_than_there_is() {
    assert_data_eq!(
        reason(limited("stack-overflow")).await,
        str![[
            r#"plugin "guest_faults" overflowed its stack of 512 KiB in validate; look for a recursion without end, or raise the runtime's max_stack"#
        ]]
    );
}

#[tokio::test]
async fn an_exit_where_a_verdict_was_asked_for() {
    assert_data_eq!(
        reason(limited("exit-0")).await,
        str![[
            r#"plugin "guest_faults" exited in validate with status 0 and without a verdict; return a verdict instead of exiting"#
        ]]
    );
    assert_data_eq!(
        reason(limited("exit-1")).await,
        str![[
            r#"plugin "guest_faults" exited in validate with status 1 and without a verdict; return a verdict instead of exiting"#
        ]]
    );
}

#[tokio::test]
async fn a_config_that_the_plugin_does_not_know() {
    let project = Project::new().set("hooks.CodeDeployHook_smoke.config.expected-version", "2");
    assert_data_eq!(
        reason(project).await,
        str![
            "config key `expected-version` is not known; known keys: listener, requests, warm_up, timeout, health_path, version_path, expected_status, version_field, expected_version, expected_fields, latency_percentile, max_latency"
        ]
    );
}

#[tokio::test]
async fn what_it_reported_before_it_crashed_is_kept() {
    let project = limited("checks-then-trap");
    let events = project.rehearse().start().finish().await.expect(3).await.events();
    let checks: Vec<(&str, &str)> = events
        .iter()
        .filter(|event| event.kind() == "check")
        .map(|event| (event.text("name"), event.text("outcome")))
        .collect();
    assert_eq!(checks, [("first", "pass"), ("second", "fail")]);
    assert!(events.iter().any(|event| event.is("hook-log", &[("level", "warn")])), "{events:?}");
}

#[tokio::test]
async fn one_that_is_pending_is_called_again_and_then_passes() {
    let project = Project::with_fault("pending").set("hooks.CodeDeployHook_smoke.config.attempts", 3);
    let project = project.set("hooks.CodeDeployHook_smoke.config.delay_seconds", 600);
    let events = project.rehearse().start().finish().await.expect(0).await.events();
    let states: Vec<(u64, &str)> = events
        .iter()
        .filter(|event| event.kind() == "hook")
        .map(|event| (event.number("attempt"), event.text("state")))
        .collect();
    let expected =
        [(1, "invoked"), (1, "pending"), (2, "invoked"), (2, "pending"), (3, "invoked"), (3, "succeeded")];
    assert_eq!(states, expected);
    let hooks: Vec<i64> = events.iter().filter(|e| e.kind() == "hook").map(|event| event.millis()).collect();
    assert_eq!(hooks[5] - hooks[0], 2 * 600_000, "its delays are the deployment's time");
}
