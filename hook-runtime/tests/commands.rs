//! Programs that know nothing of Greenlight are validation tests by their exit status.

use std::time::Duration;

use greenlight_hook_runtime::{
    Cause, Hook, HookContext, HookReport, HookRun, HookStatus, Limits, LogSource, Phase, Verdict, Weights,
};
use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

use crate::support::{component_of_text, run, runtime};

/// A program for WASI preview 1 of which `body` is `_start`. `$out` and `$err` write so many bytes from an address on;
/// `$echo` copies standard input to standard output.
pub(crate) fn program(data: &str, body: &str) -> Vec<u8> {
    wat::parse_str(format!(
        r#"(module
            (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (memory (export "memory") 2)
            {data}
            (func $say (param $to i32) (param $at i32) (param $length i32)
                (i32.store (i32.const 65536) (local.get $at))
                (i32.store (i32.const 65540) (local.get $length))
                (drop (call $write (local.get $to) (i32.const 65536) (i32.const 1) (i32.const 65544))))
            (func $out (param i32 i32) (call $say (i32.const 1) (local.get 0) (local.get 1)))
            (func $err (param i32 i32) (call $say (i32.const 2) (local.get 0) (local.get 1)))
            (func $echo
                (loop $more
                    (i32.store (i32.const 65536) (i32.const 70000))
                    (i32.store (i32.const 65540) (i32.const 4000))
                    (drop (call $read (i32.const 0) (i32.const 65536) (i32.const 1) (i32.const 65544)))
                    (if (i32.load (i32.const 65544)) (then
                        (call $out (i32.const 70000) (i32.load (i32.const 65544)))
                        (br $more)))))
            (func (export "_start") {body}))"#
    ))
    .unwrap()
}

fn says(text: &str, body: &str) -> Hook {
    let data = format!("(data (i32.const 0) \"{text}\")");
    runtime().load("probe", &program(&data, body)).unwrap()
}

fn exits(status: i32) -> Hook {
    says("", &format!("(call $exit (i32.const {status}))"))
}

async fn report(hook: &Hook) -> HookReport {
    hook.run(run()).await
}

#[tokio::test]
async fn a_hello_world_passes_and_its_lines_are_kept() {
    let hook = says("hello\\nworld", "(call $out (i32.const 0) (i32.const 11))");
    assert!(hook.is_command());
    let report = report(&hook).await;
    assert_eq!(report.status(), HookStatus::Passed, "{report}");
    let lines: Vec<_> = report.logs.iter().map(|line| (line.source, line.text.as_str())).collect();
    assert_eq!(lines, [(LogSource::Stdout, "hello"), (LogSource::Stdout, "world")]);
}

#[tokio::test]
async fn status_0_passes_and_others_fail_with_their_number() {
    assert_eq!(report(&exits(0)).await.status(), HookStatus::Passed);
    for (status, sentence) in [
        (1, "the command ended with status 1 and wrote nothing to standard error"),
        (3, "the command ended with status 3 and wrote nothing to standard error"),
    ] {
        let report = report(&exits(status)).await;
        assert_eq!(report.status(), HookStatus::Failed, "{report}");
        assert_eq!(report.reason(), sentence);
    }
}

#[tokio::test]
async fn the_last_line_of_standard_error_is_the_reason() {
    let body = "(call $err (i32.const 0) (i32.const 25)) (call $exit (i32.const 2))";
    let report = report(&says("checking\\n/cart says 500.\\n\\n", body)).await;
    assert_data_eq!(report.reason(), str!["/cart says 500"]);
    assert!(report.logs.iter().all(|line| line.source == LogSource::Stderr));
}

#[tokio::test]
async fn status_75_asks_to_be_called_again() {
    let plain = report(&exits(75)).await;
    let waits = |seconds, state: &str| Verdict::Pending {
        delay: Duration::from_secs(seconds),
        state: state.to_owned(),
    };
    assert_eq!(plain.verdict(), Some(&waits(30, "")), "{plain}");
    let text = r#"warming up\n{\"delay-seconds\": 5, \"state\": \"seen \\u0007 3\"}\n"#;
    let length = r#"warming up_{"delay-seconds": 5, "state": "seen \u0007 3"}_"#.len();
    let body = format!("(call $out (i32.const 0) (i32.const {length})) (call $exit (i32.const 75))");
    let with_state = report(&says(&text.replace("\\\\u", "\\\\u"), &body)).await;
    assert_eq!(with_state.verdict(), Some(&waits(5, "seen \u{7} 3")), "{with_state}");
}

#[tokio::test]
async fn a_state_beyond_its_limit_is_told_as_that() {
    let text = r#"{\"state\": \"0123456789\"}"#;
    let body = "(call $out (i32.const 0) (i32.const 23)) (call $exit (i32.const 75))";
    let limits = Limits::default().with_state_bytes(4);
    let report = says(text, body).run(run().with_limits(limits)).await;
    let fault = report.fault().unwrap_or_else(|| panic!("{report}"));
    assert_eq!((fault.phase, &fault.cause), (Phase::Run, &Cause::State { bytes: 10, limit: 4 }));
}

#[tokio::test]
async fn the_event_comes_on_standard_input() {
    let mut context = HookContext::new("d-1", "AfterAllowTestTraffic");
    context.test_url = Some("http://10.0.0.7:9000/".into());
    context.production_weights = Some(Weights { blue: 90.0, green: 10.0 });
    context.state = Some("seen 3".into());
    context.attempt = 2;
    context.attributes.insert("replicas".into(), "2".into());
    let run = HookRun::new(context).with_config([("path", "/health")]);
    let report = says("", "(call $echo)").run(run).await;
    assert_eq!(report.logs.len(), 1, "{report}");
    let mut event: Value = serde_json::from_str(&report.logs[0].text).unwrap();
    let remaining = event.as_object_mut().unwrap().remove("remaining-ms").unwrap().as_u64().unwrap();
    assert!((1..=30_000).contains(&remaining), "{remaining}");
    let expected = json!({
        "id": "d-1", "lifecycle-event": "AfterAllowTestTraffic", "application": null, "group": null,
        "service": null, "test-url": "http://10.0.0.7:9000", "production-url": null,
        "production-weights": {"blue": 90.0, "green": 10.0}, "revision": null, "attempt": 2,
        "state": "seen 3", "attributes": {"replicas": "2"}, "config": {"path": "/health"},
    });
    assert_eq!(event, expected);
}

#[tokio::test]
async fn a_crash_and_an_endless_loop_are_faults() {
    let crashed = report(&says("", "(unreachable)")).await;
    assert_eq!(crashed.fault().map(|fault| fault.phase), Some(Phase::Run), "{crashed}");
    let limits = Limits::default().with_cpu(Duration::from_millis(50));
    let endless = says("", "(loop $l (br $l))").run(run().with_limits(limits)).await;
    assert!(matches!(endless.fault().unwrap().cause, Cause::Cpu { .. }), "{endless}");
    assert_data_eq!(
        endless.reason(),
        str![[
            r#"plugin "probe" computed for more than 50 ms in its run; look for an endless loop, or raise its cpu limit"#
        ]]
    );
}

#[tokio::test]
async fn a_program_without_enough_memory_is_told_so_whatever_its_status() {
    let body = "(drop (memory.grow (i32.const 30000))) (call $exit (i32.const 134))";
    let report = report(&says("", body)).await;
    assert!(matches!(report.fault().unwrap().cause, Cause::Memory { .. }), "{report}");
}

#[tokio::test]
async fn a_component_with_a_main_function_is_a_command_too() {
    let wit = "package wasi:cli@0.2.3; interface run { run: func() -> result; } world w { export run; }";
    for (result, expected) in [(0, HookStatus::Passed), (1, HookStatus::Failed)] {
        let module =
            format!(r#"(module (func (export "wasi:cli/run@0.2.3#run") (result i32) (i32.const {result})))"#);
        let hook = runtime().load("probe", &component_of_text(wit, &module)).unwrap();
        assert_eq!(report(&hook).await.status(), expected);
    }
}

#[cfg(feature = "pack")]
#[tokio::test]
async fn a_command_runs_from_native_code() {
    use greenlight_hook_runtime::Target;

    let wasm = program("", "(call $exit (i32.const 75))");
    let compiled = runtime().precompile("probe", &wasm, Target::host().unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("probe.cwasm");
    std::fs::write(&path, &compiled.code).unwrap();
    let hook = runtime().map(&path, &compiled.packed).unwrap();
    assert!(hook.is_command());
    assert_eq!(report(&hook).await.status(), HookStatus::Pending);
}
