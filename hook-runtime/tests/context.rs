//! A plugin is told what the host knows of the deployment, and its own settings, as they were given.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

use std::time::Duration;

use crate::support::{component_of, module, run, runtime};
use greenlight_hook_runtime::{Hook, HookRun, HookStatus, Limits, Weights};

/// A plugin that logs the text that a function of `deployment` gives it, or "name" for none.
fn teller(function: &str, optional: bool) -> Hook {
    let imports = format!(
        r#"(import "greenlight:hook/deployment@0.1.0" "{function}" (func $get (param i32)))
           (memory (export "memory") 1)"#
    );
    // The option's case comes first, then the string's address and length.
    let (at, some) =
        if optional { (3004, "(i32.load8_u (i32.const 3000))") } else { (3000, "(i32.const 1)") };
    let body = format!(
        "(call $get (i32.const 3000))
         (if {some}
            (then (call $log (i32.const 2) (i32.load (i32.const {at})) (i32.load offset=4 (i32.const {at}))))
            (else (call $log (i32.const 2) (i32.const 100) (i32.const 4))))
         (global.get $pass)"
    );
    let text = module("", &body).replace("(memory (export \"memory\") 1)", &imports);
    runtime().load("probe", &component_of("hook", &text)).unwrap()
}

async fn told(function: &str, optional: bool, run: HookRun) -> String {
    let report = teller(function, optional).run(run).await;
    assert_eq!(report.status(), HookStatus::Passed, "{report}");
    report.logs[0].text.clone()
}

#[tokio::test]
async fn every_fact_arrives_as_it_was_given() {
    let mut run = run();
    let context = &mut run.context;
    context.application = Some("shop".into());
    context.group = Some("shop-prod".into());
    context.service = Some("cluster:shop".into());
    context.test_url = Some("http://10.0.0.7:9000/".into());
    context.production_url = Some("https://shop.example.com".into());
    context.revision = Some("abc123".into());
    context.state = Some("seen 3".into());
    assert_eq!(told("id", false, run.clone()).await, "d-TEST");
    assert_eq!(told("lifecycle-event", false, run.clone()).await, "AfterAllowTestTraffic");
    for (function, fact) in [
        ("application", "shop"),
        ("group", "shop-prod"),
        ("service", "cluster:shop"),
        ("test-url", "http://10.0.0.7:9000"),
        ("production-url", "https://shop.example.com"),
        ("revision", "abc123"),
        ("state", "seen 3"),
    ] {
        assert_eq!(told(function, true, run.clone()).await, fact, "{function}");
    }
}

#[tokio::test]
async fn unknown_facts_are_absent() {
    for function in ["application", "group", "service", "test-url", "production-url", "revision", "state"] {
        assert_eq!(told(function, true, run()).await, "name", "{function}");
    }
}

#[tokio::test]
async fn numbers_arrive_and_the_time_left_runs_down() {
    let imports = r#"
        (import "greenlight:hook/deployment@0.1.0" "production-weights" (func $weights (param i32)))
        (memory (export "memory") 1)"#;
    let body = "(call $weights (i32.const 3000))
        (call $metric (i32.const 100) (i32.const 4) (f64.load (i32.const 3008)) (i32.const 140) (i32.const 5))
        (call $metric (i32.const 100) (i32.const 4) (f64.load (i32.const 3016)) (i32.const 140) (i32.const 5))
        (call $metric (i32.const 100) (i32.const 4) (f64.convert_i32_u (call $attempt)) (i32.const 140) (i32.const 5))
        (call $metric (i32.const 100) (i32.const 4) (f64.convert_i64_u (call $remaining)) (i32.const 140) (i32.const 5))
        (call $block (call $sleep (i64.const 20000000)))
        (call $metric (i32.const 100) (i32.const 4) (f64.convert_i64_u (call $remaining)) (i32.const 140) (i32.const 5))
        (global.get $pass)";
    let text = module("", body).replace("(memory (export \"memory\") 1)", imports);
    let hook = runtime().load("probe", &component_of("hook", &text)).unwrap();
    let mut run = run().with_limits(Limits::default().with_wall_clock(Duration::from_secs(60)));
    run.context.attempt = 3;
    run.context.production_weights = Some(Weights { blue: 90.0, green: 10.0 });
    let report = hook.run(run).await;
    let values: Vec<f64> = report.metrics.iter().map(|metric| metric.value).collect();
    assert_eq!(values[..3], [90.0, 10.0, 3.0], "{report}");
    assert!(values[3] <= 60_000.0 && values[3] > 30_000.0, "{values:?}");
    assert!(values[4] <= values[3] - 20.0, "{values:?}");
}

#[tokio::test]
async fn settings_are_served_by_name() {
    let imports = r#"
        (import "wasi:config/store@0.2.0-rc.1" "get" (func $config (param i32 i32 i32)))
        (memory (export "memory") 1)"#;
    // result<option<string>, error>: the result's case, the option's, then the string.
    let body = "(call $config (i32.const 100) (i32.const 4) (i32.const 3000))
        (if (i32.load8_u (i32.const 3000)) (then (unreachable)))
        (if (i32.load8_u (i32.const 3004))
            (then (call $log (i32.const 2) (i32.load (i32.const 3008)) (i32.load (i32.const 3012)))))
        (global.get $pass)";
    let text = module("", body).replace("(memory (export \"memory\") 1)", imports);
    let hook = runtime().load("probe", &component_of("hook", &text)).unwrap();
    let report = hook.run(run().with_config([("name", "value of name"), ("other", "x")])).await;
    assert_eq!(report.logs[0].text, "value of name");
    let report = hook.run(run().with_config([("other", "x")])).await;
    assert_eq!((report.status(), report.logs.len()), (HookStatus::Passed, 0));
}
