//! A plugin that computes without end is ended wherever it does so, not in `validate` alone.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

use std::time::Duration;

use crate::support::{component, component_of, module, run, runtime};
use greenlight_hook_runtime::{Cause, HookReport, Limits, Phase};

const ENDLESS: &str = "(loop (br 0)) (unreachable)";

async fn spin(bytes: &[u8]) -> HookReport {
    let limits = Limits::default().with_cpu(Duration::from_millis(50));
    let report = runtime().load("probe", bytes).unwrap().run(run().with_limits(limits)).await;
    let fault = report.fault().unwrap_or_else(|| panic!("{report}"));
    assert!(matches!(fault.cause, Cause::Cpu { .. }), "{report}");
    report
}

#[tokio::test]
async fn in_its_start_function() {
    let bytes = component(&format!("(func $boot {ENDLESS}) (start $boot)"), "(global.get $pass)");
    assert_eq!(spin(&bytes).await.fault().unwrap().phase, Phase::Instantiate);
}

#[tokio::test]
async fn in_the_allocator_that_the_host_calls_for_its_results() {
    let text = module("", "(call $id (i32.const 3000)) (global.get $pass)")
        .replace(
            "(memory (export \"memory\") 1)",
            "(import \"greenlight:hook/deployment@0.1.0\" \"id\" (func $id (param i32))) (memory (export \"memory\") 1)",
        )
        .replace("(local.set $at (i32.and", "(loop (br 0)) (local.set $at (i32.and");
    assert_eq!(spin(&component_of("hook", &text)).await.fault().unwrap().phase, Phase::Validate);
}

#[tokio::test]
async fn in_the_clean_up_after_its_verdict() {
    let post =
        "(func (export \"cabi_post_greenlight:hook/validator@0.1.0#validate\") (param i32) (loop (br 0)))";
    assert_eq!(spin(&component(post, "(global.get $pass)")).await.fault().unwrap().phase, Phase::Validate);
}

#[tokio::test]
async fn between_calls_to_the_host() {
    let body = "(loop (drop (call $attempt)) (br 0)) (unreachable)";
    spin(&component("", body)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_at_once_on_two_threads() {
    let bytes = component("", ENDLESS);
    let spinning: Vec<_> = (0..8)
        .map(|_| {
            let bytes = bytes.clone();
            tokio::spawn(async move { spin(&bytes).await })
        })
        .collect();
    for report in spinning {
        report.await.unwrap();
    }
}
