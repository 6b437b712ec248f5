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
config = { behaviour = "LOOP" }

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
    call.for_at_most(COMPILING).run().await.expect(0).await;
    plugin
}

/// How each case ended and why, a line each.
async fn reasons(plugin: &Path, cases: &str) -> String {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("cases.toml");
    fs::write(&file, cases).unwrap();
    let call =
        Greenlight::new().args("hook test").arg(plugin).arg("--cases").arg(&file).args("--format json");
    let ended = call.for_at_most(COMPILING).run().await.expect(3).await;
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let cases = report["cases"].as_array().unwrap().iter();
    let lines = cases.map(|case| {
        format!("{} ends in {}: {}\n", text(&case["name"]), text(&case["verdict"]), text(&case["reason"]))
    });
    lines.collect()
}

async fn faults_in(language: &str) -> String {
    let folder = TempDir::new().unwrap();
    let plugin = build(language, &folder).await;
    reasons(&plugin, &CASES.replace("LOOP", "loop").replace("DENIED", "denied")).await
}

#[tokio::test]
async fn faults_in_rust_are_told_in_its_words() {
    let cases = CASES.replace("LOOP", "spin").replace("DENIED", "fetch");
    assert_data_eq!(
        reasons(&guest_faults(), &cases).await,
        str![[r#"
"#]]
    );
}

#[tokio::test]
async fn faults_in_a_c_plugin_are_told_in_its_words() {
    assert_data_eq!(
        faults_in("c").await,
        str![[r#"
"#]]
    );
}

#[tokio::test]
async fn faults_in_a_go_plugin_are_told_in_its_words() {
    assert_data_eq!(
        faults_in("go").await,
        str![[r#"
"#]]
    );
}

#[tokio::test]
async fn faults_in_a_javascript_plugin_are_told_in_its_words() {
    assert_data_eq!(
        faults_in("javascript").await,
        str![[r#"
"#]]
    );
}

#[tokio::test]
async fn faults_in_a_python_plugin_are_told_in_its_words() {
    assert_data_eq!(
        faults_in("python").await,
        str![[r#"
"#]]
    );
}

#[tokio::test]
async fn faults_in_an_assemblyscript_plugin_are_told_in_its_words() {
    assert_data_eq!(
        faults_in("assemblyscript").await,
        str![[r#"
"#]]
    );
}

#[tokio::test]
async fn faults_in_a_zig_plugin_are_told_in_its_words() {
    assert_data_eq!(
        faults_in("zig").await,
        str![[r#"
"#]]
    );
}
