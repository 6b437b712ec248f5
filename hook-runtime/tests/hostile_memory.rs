//! A plugin cannot fill the host's memory through the things that the host keeps for it.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail the test by a panic")]

use crate::support::{component_of, run, runtime};
use greenlight_hook_runtime::{Hook, HookReport, HookStatus};

/// A plugin that passes when `body` leaves 1, with the functions of `wasi:http/types` that it needs, and 2 MiB of
/// memory of which the second is filled with `M`.
fn plugin(body: &str) -> Hook {
    let module = format!(
        r#"(module
            (import "wasi:http/types@0.2.12" "[constructor]fields" (func $fields (result i32)))
            (import "wasi:http/types@0.2.12" "[method]fields.append" (func $append (param i32 i32 i32 i32 i32 i32)))
            (import "wasi:http/types@0.2.12" "[constructor]outgoing-request" (func $request (param i32) (result i32)))
            (import "wasi:http/types@0.2.12" "[method]outgoing-request.set-method"
                (func $set-method (param i32 i32 i32 i32) (result i32)))
            (import "wasi:random/random@0.2.12" "get-random-bytes" (func $random (param i64 i32)))
            (memory (export "memory") 33)
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 65536))
            (func (export "greenlight:hook/validator@0.1.0#validate") (result i32)
                (memory.fill (i32.const 1048576) (i32.const 77) (i32.const 1048576))
                (i32.store8 (i32.const 1024) (i32.eqz {body}))
                (i32.const 1024))
        )"#
    );
    runtime().load("probe", &component_of("hook", &module)).unwrap()
}

async fn report(body: &str) -> HookReport {
    plugin(body).run(run()).await
}

#[tokio::test]
async fn a_request_keeps_no_method_of_a_megabyte() {
    let set = |bytes: u32| {
        format!(
            "(call $set-method (call $request (call $fields)) (i32.const 9) (i32.const 1048576) (i32.const {bytes}))"
        )
    };
    let refused = report(&set(1_048_576)).await;
    assert_eq!(refused.status(), HookStatus::Passed, "{refused}");
    let taken = report(&format!("(i32.eqz {})", set(10))).await;
    assert_eq!(taken.status(), HookStatus::Passed, "{taken}");
}

#[tokio::test]
async fn headers_keep_no_more_than_servers_take() {
    let append = |bytes: u32| {
        format!(
            "(call $append (call $fields) (i32.const 1048576) (i32.const 1) (i32.const 1048576) (i32.const {bytes}) \
             (i32.const 2048)) (i32.load8_u (i32.const 2048))"
        )
    };
    let refused = report(&format!("(block (result i32) {})", append(40_000))).await;
    assert_eq!(refused.status(), HookStatus::Faulted);
    assert!(refused.reason().contains("total size of fields exceeds limit"), "{refused}");
    let taken = report(&format!("(i32.eqz (block (result i32) {}))", append(20_000))).await;
    assert_eq!(taken.status(), HookStatus::Passed, "{taken}");
}

#[tokio::test]
async fn one_call_brings_no_more_random_bytes_than_may_pass_in_a_call() {
    let ask = |bytes: u32| {
        format!("(block (result i32) (call $random (i64.const {bytes}) (i32.const 2048)) (i32.const 1))")
    };
    let hook = plugin(&ask(100_000));
    let enough = run().with_limits(greenlight_hook_runtime::Limits::default().with_host_call_bytes(100_000));
    assert_eq!(hook.run(enough).await.status(), HookStatus::Passed);
    let short = run().with_limits(greenlight_hook_runtime::Limits::default().with_host_call_bytes(99_999));
    let refused = hook.run(short).await;
    assert_eq!(refused.status(), HookStatus::Faulted);
    assert!(refused.reason().contains("99999"), "{refused}");
}
