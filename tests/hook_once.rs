//! `greenlight hook check` says whether a plugin runs here, and `greenlight hook run` runs it once, in whatever form it comes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::path::PathBuf;

use greenlight_tests::programs::rust_smoke;
use greenlight_tests::{Ended, Greenlight, Project, RecordingService};
use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};
use tempfile::TempDir;

/// A program for WASI preview 1 that knows nothing of Greenlight: it writes a line to this file and exits with this status.
fn program(file: i32, line: &str, status: i32) -> Vec<u8> {
    let escaped = line.replace('"', "\\22");
    let length = line.len();
    wat::parse_str(format!(
        r#"(module
            (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (memory (export "memory") 1)
            (data (i32.const 100) "{escaped}")
            (func (export "_start")
                (i32.store (i32.const 0) (i32.const 100))
                (i32.store (i32.const 4) (i32.const {length}))
                (drop (call $write (i32.const {file}) (i32.const 0) (i32.const 1) (i32.const 8)))
                (call $exit (i32.const {status}))))"#
    ))
    .unwrap()
}

struct Folder(TempDir);

impl Folder {
    fn with(name: &str, bytes: &[u8]) -> Self {
        let folder = Self(TempDir::new().unwrap());
        fs::write(folder.file(name), bytes).unwrap();
        folder
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    async fn hook(&self, arguments: &str, status: i32) -> Ended {
        let call = Greenlight::new().args("hook").args(arguments).in_folder(self.0.path());
        call.run().await.expect(status).await
    }

    async fn json(&self, arguments: &str, status: i32) -> Value {
        let ended = self.hook(&format!("{arguments} --format json"), status).await;
        serde_json::from_str(&ended.stdout).unwrap()
    }
}

#[tokio::test]
async fn a_plugin_is_checked_without_being_run() {
    let folder = Folder::with("smoke.wasm", &fs::read(rust_smoke()).unwrap());
    let checked = folder.json("check smoke.wasm", 0).await;
    assert_eq!(checked["form"], "component");
    assert_eq!(checked["problems"], json!([]));
    let plugin = &checked["plugin"];
    assert_eq!((&plugin["contract"], &plugin["needs-grants"]), (&json!("0.1.0"), &json!(true)));
    assert!(plugin["uses"].as_array().unwrap().contains(&json!("http")), "{plugin}");
    let native = plugin["cost"]["native-bytes"].as_u64().unwrap();
    assert!(native > checked["bytes"].as_u64().unwrap(), "{checked}");
    assert!(
        plugin["cost"]["load"].as_f64().unwrap() < plugin["cost"]["compile"].as_f64().unwrap(),
        "{plugin}"
    );
}

#[tokio::test]
async fn a_plain_program_is_told_how_its_verdict_is_read() {
    let folder = Folder::with("hello.wasm", &program(1, "hello", 0));
    let ended = folder.hook("check hello.wasm", 0).await;
    assert_data_eq!(
        ended.stdout,
        str![[r#"
hello.wasm: a plugin that runs here, [..] B
  form          command for WASI preview 1
  verdict       by its exit status: 0 passes, 75 asks to be called again, any other fails
  contract      none: it is told of the deployment on standard input
  can do        tells the time and waits
                asks for files, and finds none
  needs grants  none: it cannot reach the network
  imports       [..]
...
  component     [..]KiB when made one
  native code   [..]KiB for [..]
  costs         [..] to compile once, [..] to load it, on this machine
  digest        sha256:[..]

"#]]
    );
}

#[tokio::test]
async fn problems_are_told_with_their_fix_and_a_status_of_their_own() {
    let browser =
        r#"(module (import "wbg" "__wbindgen_throw" (func (param i32 i32))) (func (export "run")))"#;
    let folder = Folder::with("page.wasm", &wat::parse_str(browser).unwrap());
    let ended = folder.hook("check page.wasm", 3).await;
    assert_data_eq!(
        ended.stdout,
        str![[r#"
page.wasm: has problems, [..] B
  form          none that is accepted
  digest        sha256:[..]
  PROBLEM       plugin "page" imports wbg.__wbindgen_throw, which only JavaScript can serve: it was built with wasm-bindgen for wasm32-unknown-unknown; build it for the target wasm32-wasip2, without wasm-bindgen

"#]]
    );
    let newer = r#"(module (func (export "greenlight:hook/validator@0.2.0#validate")))"#;
    let folder = Folder::with("newer.wasm", &wat::parse_str(newer).unwrap());
    let problems = folder.json("check newer.wasm", 3).await["problems"].clone();
    assert!(problems[0].as_str().unwrap().contains("this host speaks version 0.1.0"), "{problems}");
}

#[tokio::test]
async fn what_is_no_plugin_at_all_is_bad_input() {
    let folder = Folder::with("smoke.wasm", b"#!/bin/sh\n");
    let service = "--url http://127.0.0.1:9";
    for arguments in ["check smoke.wasm".to_owned(), format!("run smoke.wasm {service}")] {
        let ended = folder.hook(&arguments, 2).await;
        assert_data_eq!(
            ended.stderr,
            str![[r#"
greenlight: smoke.wasm: plugin "smoke" is not WebAssembly but text; give the .wasm file that the build of the plugin made

"#]]
        );
    }
    assert!(folder.hook("check missing.wasm", 2).await.stderr.contains("cannot read missing.wasm"));
}

#[tokio::test]
async fn a_plugin_runs_once_against_a_service_on_this_machine() {
    let service = RecordingService::start("2").await;
    let url = format!("http://{}", service.address());
    let folder = Folder::with("smoke.wasm", &fs::read(rust_smoke()).unwrap());
    let settings = "--config expected_version=2 --config max_latency=20s";
    let ended = folder.hook(&format!("run smoke.wasm --url {url} {settings}"), 0).await;
    assert!(!service.paths().is_empty());
    for part in [
        "\n  checks    ok",
        "\n  requests  GET http://127.0.0.1:",
        "\n  used      time ",
        " of 64 MiB\n",
        "\npassed: ",
    ] {
        assert!(ended.stdout.contains(part), "{part:?} in:\n{}", ended.stdout);
    }
    let wrong = folder.json(&format!("run smoke.wasm --url {url} --config expected_version=3"), 3).await;
    assert!(!wrong["requests"].as_array().unwrap().is_empty(), "{wrong}");
}

#[tokio::test]
async fn only_the_servers_of_the_command_line_are_reachable() {
    let other = RecordingService::start("2").await;
    let url = format!("http://{}/", other.address());
    let folder = Folder::with("faults.wasm", &fs::read(greenlight_tests::programs::guest_faults()).unwrap());
    let run = format!("run faults.wasm --url http://127.0.0.1:9 --config behaviour=fetch --config url={url}");
    let denied = folder.json(&run, 3).await;
    assert_eq!(denied["requests"][0]["denied"], true, "{denied}");
    assert_eq!(other.paths(), Vec::<String>::new());
    let grant = folder.hook(&format!("{run} --grant http://127.0.0.1:80"), 2).await;
    assert!(grant.stderr.starts_with("greenlight: --grant: "), "{}", grant.stderr);
}

#[tokio::test]
async fn the_exit_status_tells_the_verdict_of_a_plain_program() {
    let service = "--url http://127.0.0.1:9";
    let hello =
        Folder::with("hook.wasm", &program(1, "hello", 0)).hook(&format!("run hook.wasm {service}"), 0).await;
    assert!(hello.stdout.contains("info stdout: hello"), "{}", hello.stdout);
    let failed = Folder::with("hook.wasm", &program(2, "the cart is empty", 1));
    let failed = failed.hook(&format!("run hook.wasm {service}"), 3).await;
    assert_eq!(failed.last_line(), "failed: the cart is empty");
    let line = r#"{"delay-seconds": 5, "state": "seen 3"}"#;
    let pending = Folder::with("hook.wasm", &program(1, line, 75));
    let pending = pending.hook(&format!("run hook.wasm {service}"), 4).await;
    assert_eq!(pending.last_line(), "its state for the next attempt: seen 3");
}

#[tokio::test]
async fn a_plain_program_is_the_validation_test_of_a_rehearsal() {
    for (wasm, status, last) in [
        (program(1, "hello", 0), 0, None),
        (program(2, "the cart is empty", 1), 3, Some("reason: the cart is empty")),
    ] {
        let project = Project::new().without("hooks.CodeDeployHook_smoke");
        let plugin = project.folder().join("hello.wasm");
        fs::write(&plugin, wasm).unwrap();
        let project = project.hook("CodeDeployHook_smoke", &plugin);
        let ended = project.rehearse().run().await.expect(status).await;
        assert!(last.is_none_or(|last| ended.last_line() == last), "{}", ended.stdout);
    }
}
