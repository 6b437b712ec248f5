//! The same four faults in every language: an uncaught error, an endless loop, no more memory, a server that nobody granted. Each ends
//! with a reason in which a person who writes that language finds the message and the line.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use greenlight_tests::Greenlight;
use greenlight_tests::programs::{guest_faults, root, toolchains};
use serde_json::Value;
use snapbox::{assert_data_eq, str};
use tempfile::TempDir;

/// The longest that a toolchain may take, with everything else that the machine does meanwhile.
const COMPILING: Duration = Duration::from_secs(300);

/// The four, under limits that are met soon. What the verdicts are, the tests say.
const CASES: &str = r#"
[defaults]
limits = { timeout = "100s", cpu = "2s", memory = "64MiB" }
config = { url = "https://denied.example.com/" }

[[cases]]
name = "error"
config = { behaviour = "panic" }

[[cases]]
name = "loop"
config = { behaviour = "loop" }

[[cases]]
name = "memory"
config = { behaviour = "memory" }

[[cases]]
name = "denied"
config = { behaviour = "DENIED" }
"#;

/// Builds the language's faults; a name that all have makes the reasons comparable.
async fn build(language: &str, folder: &TempDir) -> PathBuf {
    let plugin = folder.path().join("faults.wasm");
    let call =
        Greenlight::new().args("hook build").arg(root().join(format!("tests/guests/{language}-faults")));
    let call = call.arg("--output").arg(&plugin).arg("--toolchains").arg(toolchains());
    call.with_deadline(COMPILING).run().await.expect(0).await;
    plugin
}

/// How each case ended and why, a line each. The page for the language's authors shows the reasons.
async fn reasons(language: &str, plugin: &Path, cases: &str) -> String {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("cases.toml");
    fs::write(&file, cases).unwrap();
    let call =
        Greenlight::new().args("hook test").arg(plugin).arg("--cases").arg(&file).args("--format json");
    let ended = call.with_deadline(COMPILING).run().await.expect(3).await;
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let cases = report["cases"].as_array().unwrap().iter();
    let page = root().join("guest-examples").join(format!("{language}.md"));
    let page = fs::read_to_string(page).unwrap();
    let lines = cases.map(|case| {
        let reason = text(&case["reason"]);
        let shown = page.lines().any(|line| without_size(line) == without_size(&reason));
        assert!(shown, "{language}.md does not show: {reason}");
        format!("{} ends in {}: {}\n", text(&case["name"]), text(&case["verdict"]), reason)
    });
    lines.collect()
}

/// Without how much memory was asked for, which is the business of the language's allocator.
fn without_size(reason: &str) -> String {
    match reason.split_once("asked for ") {
        Some((before, after)) => {
            format!("{before}asked for{}", after.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.'))
        }
        None => reason.to_owned(),
    }
}

async fn faults_in(language: &str) -> String {
    let folder = TempDir::new().unwrap();
    let plugin = build(language, &folder).await;
    reasons(language, &plugin, &CASES.replace("DENIED", "denied")).await
}

#[tokio::test]
async fn faults_in_rust_are_told_in_its_words() {
    let cases = CASES.replace("DENIED", "fetch");
    assert_data_eq!(
        reasons("rust", &guest_faults(), &cases).await,
        str![[r#"
error ends in fault: plugin "guest_faults" panicked in validate: tests/guests/faults/src/panic.rs:7:5: as it was told, with 2 replicas
loop ends in fault: plugin "guest_faults" computed for more than 2 s in validate; look for an endless loop, or raise its cpu limit
memory ends in fault: plugin "guest_faults" ran out of memory in validate: it asked for [..] MiB and may have 64 MiB; let the plugin hold less, or raise its memory limit
denied ends in fail: no grant covers GET https://denied.example.com/; add "https://denied.example.com" to grants.http

"#]]
    );
}

#[tokio::test]
async fn faults_in_a_c_plugin_are_told_in_its_words() {
    assert_data_eq!(
        faults_in("c").await,
        str![[r#"
error ends in fault: plugin "faults" panicked in validate: Assertion failed: items_in_stock > 0 (faults.c: exports_greenlight_hook_validator_validate: 52)
loop ends in fault: plugin "faults" computed for more than 2 s in validate; look for an endless loop, or raise its cpu limit
memory ends in fault: plugin "faults" ran out of memory in validate: it asked for [..] MiB and may have 64 MiB; let the plugin hold less, or raise its memory limit
denied ends in fail: no grant covers GET https://denied.example.com/; add "https://denied.example.com" to grants.http

"#]]
    );
}

#[tokio::test]
async fn faults_in_a_go_plugin_are_told_in_its_words() {
    assert_data_eq!(
        faults_in("go").await,
        str![[r#"
error ends in fault: plugin "faults" panicked in validate: go-faults/main.go:18: runtime error: index out of range [5] with length 0
loop ends in fault: plugin "faults" computed for more than 2 s in validate; look for an endless loop, or raise its cpu limit
memory ends in fault: plugin "faults" ran out of memory in validate: it asked for [..] MiB and may have 64 MiB; let the plugin hold less, or raise its memory limit
denied ends in fail: no grant covers GET https://denied.example.com/; add "https://denied.example.com" to grants.http

"#]]
    );
}

#[tokio::test]
async fn faults_in_a_javascript_plugin_are_told_in_its_words() {
    assert_data_eq!(
        faults_in("javascript").await,
        str![[r#"
error ends in fault: plugin "faults" panicked in validate: hook.js:6:3: can't access property "length", cart.items is undefined
loop ends in fault: plugin "faults" computed for more than 2 s in validate; look for an endless loop, or raise its cpu limit
memory ends in fault: plugin "faults" ran out of memory in validate: it asked for [..] MiB and may have 64 MiB; let the plugin hold less, or raise its memory limit
denied ends in fault: plugin "faults" panicked in validate: NetworkError when attempting to fetch resource (no grant covers GET https://denied.example.com/; add "https://denied.example.com" to grants.http)

"#]]
    );
}

#[tokio::test]
async fn faults_in_a_python_plugin_are_told_in_its_words() {
    assert_data_eq!(
        faults_in("python").await,
        str![[r#"
error ends in fault: plugin "faults" panicked in validate: app.py:9: KeyError: 'items'
loop ends in fault: plugin "faults" computed for more than 2 s in validate; look for an endless loop, or raise its cpu limit
memory ends in fault: plugin "faults" ran out of memory in validate: it asked for [..] MiB and may have 64 MiB; let the plugin hold less, or raise its memory limit
denied ends in fault: plugin "faults" panicked in validate: app.py:22: componentize_py_types.Err: Error_Denied(value='no grant covers GET https://denied.example.com/; add "https://denied.example.com" to grants.http')

"#]]
    );
}

#[tokio::test]
async fn faults_in_an_assemblyscript_plugin_are_told_in_its_words() {
    assert_data_eq!(
        faults_in("assemblyscript").await,
        str![[r#"
error ends in fail: abort: Index out of range in ~lib/array.ts:114:42
loop ends in fault: plugin "faults" computed for more than 2 s in its run; look for an endless loop, or raise its cpu limit
memory ends in fault: plugin "faults" ran out of memory in its run: it asked for [..] MiB and may have 64 MiB; let the plugin hold less, or raise its memory limit
denied ends in fail: cannot read /etc/hosts: a plugin has no files

"#]]
    );
}

#[tokio::test]
async fn faults_in_a_zig_plugin_are_told_in_its_words() {
    assert_data_eq!(
        faults_in("zig").await,
        str![[r#"
error ends in fault: plugin "faults" panicked in its run: no items in stock
loop ends in fault: plugin "faults" computed for more than 2 s in its run; look for an endless loop, or raise its cpu limit
memory ends in fault: plugin "faults" ran out of memory in its run: it asked for [..] MiB and may have 64 MiB; let the plugin hold less, or raise its memory limit
denied ends in fail: error: NetworkDown

"#]]
    );
}
