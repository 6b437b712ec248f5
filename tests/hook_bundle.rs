//! `greenlight hook pack` makes what AWS Lambda takes of plugins alone, and `greenlight hook inspect` says what it may do.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::path::PathBuf;

use greenlight_tests::programs::{head_of_a_host, rust_smoke};
use greenlight_tests::{Ended, Greenlight};
use serde_json::Value;
use snapbox::{assert_data_eq, str};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const SUITE: &str = r#"concurrency = 2

[[plugins]]
name = "smoke"
plugin = "smoke.wasm"
events = ["AfterAllowTestTraffic"]
timeout = "60s"
retries = { attempts = 2 }
grants = ["{test}", "https://*.example.com", "http://billing.internal:8080 via 10.0.0.0/8"]
config = { path = "/health", token = "s3cret" }

[[plugins]]
name = "smoke-again"
plugin = "smoke.wasm"
required = false
on-fault = "pass"
"#;

/// A folder with a suite, the demo's plugin, and programs that pass for Lambda hosts by their heads.
struct Hooks(TempDir);

impl Hooks {
    fn new() -> Self {
        let hooks = Self(TempDir::new().unwrap());
        fs::write(hooks.file("greenlight.toml"), SUITE).unwrap();
        fs::copy(rust_smoke(), hooks.file("smoke.wasm")).unwrap();
        for arch in ["x86_64", "arm64"] {
            fs::write(hooks.file(&format!("host-{arch}")), head_of_a_host(arch)).unwrap();
        }
        hooks
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    async fn call(&self, arguments: &str) -> Ended {
        Greenlight::new().args("hook").args(arguments).in_folder(self.0.path()).run().await
    }

    async fn packed(&self, arch: &str) -> Value {
        let arguments = format!("pack --target {arch} --host host-{arch} --output {arch}.zip --format json");
        let ended = self.call(&arguments).await.expect(0).await;
        assert_eq!(ended.stderr, "");
        serde_json::from_str(&ended.stdout).unwrap()
    }

    /// What standard error says of a call that is refused.
    async fn refused(&self, arguments: &str) -> String {
        let ended = self.call(arguments).await.expect(2).await;
        assert_eq!(ended.stdout, "");
        ended.stderr
    }

    async fn inspected(&self, arguments: &str, status: i32) -> String {
        let ended = self.call(&format!("inspect {arguments}")).await.expect(status).await;
        assert_eq!(ended.stderr, "");
        masked(&ended.stdout)
    }
}

/// Digests, and with them sizes, depend on the compilers.
fn masked(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let words = line.split(' ').map(|word| {
            let bare = word.trim_start_matches("sha256:").trim_end_matches(',');
            if bare.parse::<f64>().is_ok() && bare.contains('.') && !line.contains("of memory") {
                return word.replace(bare, "[SIZE]");
            }
            if bare.len() == 64 && bare.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                word.replace(bare, "[DIGEST]")
            } else {
                word.to_owned()
            }
        });
        lines.push(words.collect::<Vec<_>>().join(" "));
    }
    lines.join("\n") + "\n"
}

#[tokio::test]
async fn a_bundle_is_packed_for_both_processors_from_plugins_alone() {
    let hooks = Hooks::new();
    for arch in ["x86_64", "arm64"] {
        let packed = hooks.packed(arch).await;
        let names: Vec<_> = packed["files"].as_array().unwrap().iter().map(|file| &file["name"]).collect();
        assert_eq!(names, ["bootstrap", "greenlight.toml", "plugins/smoke.cwasm"], "one plugin, one file");
        assert_eq!((&packed["architecture"], &packed["file"]), (&arch.into(), &format!("{arch}.zip").into()));
        let bytes = fs::read(hooks.file(&format!("{arch}.zip"))).unwrap();
        assert_eq!(packed["bytes"], bytes.len());
        let again = hooks.packed(arch).await;
        assert_eq!(packed["sha256"], again["sha256"]);
    }
    let left: Vec<_> =
        fs::read_dir(hooks.0.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 6, "{left:?}");
}

#[tokio::test]
async fn people_are_told_what_was_packed_and_how_to_deploy_it() {
    let hooks = Hooks::new();
    let ended = hooks.call("pack . --target arm64 --host host-arm64").await.expect(0).await;
    assert!(hooks.file("greenlight-hook-arm64.zip").is_file());
    assert_data_eq!(
        masked(&ended.stdout),
        str![[r#"
packed greenlight-hook-arm64.zip for arm64: [SIZE] KiB, [SIZE] KiB unzipped
  bootstrap              [SIZE] KiB
  greenlight.toml         [SIZE] KiB
  plugins/smoke.cwasm   [SIZE] KiB
sha256 [DIGEST]
deploy it with the runtime provided.al2023, any handler, and the architecture arm64

"#]]
    );
}

#[tokio::test]
async fn a_bundle_is_explained_plugin_by_plugin() {
    let hooks = Hooks::new();
    hooks.packed("arm64").await;
    assert_data_eq!(
        hooks.inspected("arm64.zip", 0).await,
        str![[r#"
arm64.zip: a bundle for arm64 with 2 plugins, [SIZE] KiB
  digest        sha256:[DIGEST]
  Lambda host   [SIZE] KiB
  at once       2 of its plugins

smoke (required: it must pass)
  runs at       AfterAllowTestTraffic
  a fault       counts as failed
  may reach     the test listener of the deployment
                every host below example.com, by https
                http://billing.internal:8080, also at private addresses in 10.0.0.0/8
  may use       1m in all, 10s of it computing; 64.0 MiB of memory; 10000 requests, 8.0 MiB each response; 256.0 KiB of logs
  is run again  2 times unless it passes, 1s later and at most 30s apart
  config keys   path, token
  can do        reads what is known of the deployment
                records checks, metrics and log lines
                sends HTTP requests, only to what is granted
                reads its own configuration
                asks for environment and arguments, and finds none
  imports       greenlight:hook/deployment@0.1.0
                greenlight:hook/report@0.1.0
                greenlight:hook/http@0.1.0
                wasi:config/store@0.2.0-rc.1
                wasi:io/poll@0.2.6
                wasi:io/error@0.2.6
                wasi:io/streams@0.2.6
                wasi:cli/environment@0.2.6
                wasi:cli/exit@0.2.6
                wasi:cli/stdin@0.2.6
                wasi:cli/stdout@0.2.6
                wasi:cli/stderr@0.2.6
                wasi:cli/terminal-input@0.2.6
                wasi:cli/terminal-output@0.2.6
                wasi:cli/terminal-stdin@0.2.6
                wasi:cli/terminal-stdout@0.2.6
                wasi:cli/terminal-stderr@0.2.6
  component     sha256:[DIGEST]
  engine        [DIGEST]
  native code   [SIZE] KiB for aarch64-unknown-linux-gnu, wasmtime 48
                sha256:[DIGEST]

smoke-again (advisory: it is only reported)
  runs at       every lifecycle event
  a fault       counts as passed, because on-fault is "pass"
  may reach     nothing
  may use       30s in all, 10s of it computing; 64.0 MiB of memory; 10000 requests, 8.0 MiB each response; 256.0 KiB of logs
  config keys   none
  can do        reads what is known of the deployment
                records checks, metrics and log lines
                sends HTTP requests, only to what is granted
                reads its own configuration
                asks for environment and arguments, and finds none
  imports       greenlight:hook/deployment@0.1.0
                greenlight:hook/report@0.1.0
                greenlight:hook/http@0.1.0
                wasi:config/store@0.2.0-rc.1
                wasi:io/poll@0.2.6
                wasi:io/error@0.2.6
                wasi:io/streams@0.2.6
                wasi:cli/environment@0.2.6
                wasi:cli/exit@0.2.6
                wasi:cli/stdin@0.2.6
                wasi:cli/stdout@0.2.6
                wasi:cli/stderr@0.2.6
                wasi:cli/terminal-input@0.2.6
                wasi:cli/terminal-output@0.2.6
                wasi:cli/terminal-stdin@0.2.6
                wasi:cli/terminal-stdout@0.2.6
                wasi:cli/terminal-stderr@0.2.6
  component     sha256:[DIGEST]
  engine        [DIGEST]
  native code   [SIZE] KiB for aarch64-unknown-linux-gnu, wasmtime 48
                sha256:[DIGEST]

"#]]
    );
}

#[tokio::test]
async fn programs_get_the_same_as_one_object_without_the_values_of_the_configuration() {
    let hooks = Hooks::new();
    hooks.packed("x86_64").await;
    let ended = hooks.call("inspect x86_64.zip --format json").await.expect(0).await;
    assert!(!ended.stdout.contains("s3cret"));
    let found: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&found["kind"], &found["architecture"]), (&"bundle".into(), &"x86_64".into()));
    let smoke = &found["plugins"][0];
    assert_eq!((&smoke["required"], &smoke["on-fault"]), (&true.into(), &"fail".into()));
    assert_eq!(smoke["limits"]["timeout"], 60.0);
    assert_eq!(smoke["config-keys"], serde_json::json!(["path", "token"]));
    assert_eq!(smoke["grants"][0], "{test}");
    assert_eq!(smoke["problem"], Value::Null);
    assert_eq!(smoke["sha256"], smoke["packed"]["digest"]);
    assert!(smoke["uses"].as_array().unwrap().contains(&"http".into()), "{smoke}");
}

#[tokio::test]
async fn a_plugin_alone_is_explained() {
    let hooks = Hooks::new();
    assert_data_eq!(
        hooks.inspected("smoke.wasm", 0).await,
        str![[r#"
smoke.wasm: a validation test, [SIZE] KiB
  digest        sha256:[DIGEST]
  built with    wit-component [..]
  may reach     nothing, unless a suite or a project grants it
  can do        reads what is known of the deployment
                records checks, metrics and log lines
                sends HTTP requests, only to what is granted
                reads its own configuration
                asks for environment and arguments, and finds none
  imports       greenlight:hook/deployment@0.1.0
                greenlight:hook/report@0.1.0
                greenlight:hook/http@0.1.0
                wasi:config/store@0.2.0-rc.1
                wasi:io/poll@0.2.6
                wasi:io/error@0.2.6
                wasi:io/streams@0.2.6
                wasi:cli/environment@0.2.6
                wasi:cli/exit@0.2.6
                wasi:cli/stdin@0.2.6
                wasi:cli/stdout@0.2.6
                wasi:cli/stderr@0.2.6
                wasi:cli/terminal-input@0.2.6
                wasi:cli/terminal-output@0.2.6
                wasi:cli/terminal-stdin@0.2.6
                wasi:cli/terminal-stdout@0.2.6
                wasi:cli/terminal-stderr@0.2.6

"#]]
    );
}

#[tokio::test]
async fn a_bundle_of_which_a_host_would_refuse_a_plugin_is_no_success() {
    let hooks = Hooks::new();
    hooks.packed("arm64").await;
    let whole = fs::read(hooks.file("arm64.zip")).unwrap();
    let mut archive = ZipArchive::new(Cursor::new(&whole)).unwrap();
    let mut changed = ZipWriter::new(fs::File::create(hooks.file("changed.zip")).unwrap());
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        let name = file.name().unwrap().into_owned();
        if name == "plugins/smoke.cwasm" {
            *bytes.last_mut().unwrap() ^= 1;
        }
        changed.start_file(name, SimpleFileOptions::default()).unwrap();
        changed.write_all(&bytes).unwrap();
    }
    changed.finish().unwrap();
    let told = hooks.inspected("changed.zip", 2).await;
    let problems: Vec<_> = told.lines().filter(|line| line.contains("PROBLEM")).collect();
    // Both entries of the suite have this one file.
    assert_eq!(problems.len(), 2, "{told}");
    assert_data_eq!(
        problems[0],
        str![
            "  PROBLEM       its file is not what was packed, the digests differ; repack it with `greenlight hook pack`"
        ]
    );

    fs::write(hooks.file("cut.zip"), &whole[..whole.len() - 100]).unwrap();
    let refused = hooks.refused("inspect cut.zip").await;
    assert!(refused.starts_with("greenlight: cut.zip: this is no zip, or a damaged one: "), "{refused}");
}

#[tokio::test]
async fn native_code_alone_tells_what_it_was_compiled_for() {
    let hooks = Hooks::new();
    hooks.packed("arm64").await;
    let whole = fs::read(hooks.file("arm64.zip")).unwrap();
    let mut archive = ZipArchive::new(Cursor::new(&whole)).unwrap();
    let mut code = Vec::new();
    archive.by_name("plugins/smoke.cwasm").unwrap().read_to_end(&mut code).unwrap();
    fs::write(hooks.file("smoke.cwasm"), code).unwrap();
    assert_data_eq!(
        hooks.inspected("smoke.cwasm", 0).await,
        str![[r#"
smoke.cwasm: native code of a plugin, [SIZE] KiB
  digest        sha256:[DIGEST]
  target        aarch64-unknown-linux-gnu
  engine        wasmtime 48
  may reach     what the suite says that it is packed in; inspect the bundle

"#]]
    );
}

#[tokio::test]
async fn what_is_no_plugin_is_told_for_what_it_is() {
    let hooks = Hooks::new();
    assert_data_eq!(
        hooks.refused("inspect greenlight.toml").await,
        str![[r#"
greenlight: greenlight.toml: plugin "greenlight" is not WebAssembly but text; give the .wasm file that the build of the plugin made

"#]]
    );
    assert_data_eq!(
        hooks.refused("inspect host-arm64").await,
        str![[r#"
greenlight: host-arm64: plugin "host-arm64" is not WebAssembly but a Linux program or library; give the .wasm file that the build of the plugin made

"#]]
    );
    let gone = hooks.refused("inspect gone.zip").await;
    assert!(gone.starts_with("greenlight: cannot read gone.zip: "), "{gone}");
    assert!(gone.ends_with("; name a bundle, a .wasm or a .cwasm\n"), "{gone}");
}

#[tokio::test]
async fn what_cannot_be_packed_is_told_with_the_fix_and_nothing_is_written() {
    let hooks = Hooks::new();
    assert_data_eq!(
        hooks.refused("pack --target arm64 --host host-x86_64").await,
        str![[r#"
greenlight: the Lambda host host-x86_64 is a Linux program for x86_64, not a Linux program for arm64; give the one that `cargo xtask lambda-host --target arm64` makes

"#]]
    );
    let mut older = fs::read(hooks.file("host-arm64")).unwrap();
    let mark = older.len() - 65;
    older[mark..mark + 4].copy_from_slice(b"0000");
    fs::write(hooks.file("older"), older).unwrap();
    let refused = hooks.refused("pack --target arm64 --host older").await;
    assert!(refused.starts_with("greenlight: the Lambda host older has another engine, 0000"), "{refused}");
    assert!(
        refused.ends_with(
            "; give the host of the same release, or make it with `cargo xtask lambda-host --target arm64`\n"
        ),
        "{refused}"
    );
    assert_data_eq!(
        hooks.refused("pack nowhere.toml --target arm64 --host host-arm64").await,
        str![[r#"
greenlight: cannot read the suite nowhere.toml: No such file or directory (os error 2); name a greenlight.toml, or a folder with one

"#]]
    );
    fs::write(hooks.file("greenlight.toml"), SUITE.replace("timeout", "time-out")).unwrap();
    assert_data_eq!(
        hooks.refused("pack --target arm64 --host host-arm64").await,
        str![[r#"
greenlight: ./greenlight.toml:7:1: unknown field `time-out`, expected one of `name`, `plugin`, `events`, `required`, `on-fault`, `timeout`, `cpu`, `memory`, `log-bytes`, `response-bytes`, `requests`, `retries`, `grants`, `config`, `packed`

"#]]
    );
    fs::write(hooks.file("greenlight.toml"), SUITE.replace("smoke.wasm", "gone.wasm")).unwrap();
    assert_data_eq!(
        hooks.refused("pack --target arm64 --host host-arm64").await,
        str![[r#"
greenlight: plugin "smoke" is missing: there is no file ./gone.wasm; build it, or correct the path

"#]]
    );
    let usage = hooks.refused("pack --target riscv64").await;
    assert!(usage.contains("\"riscv64\" is no target; write x86_64 or arm64"), "{usage}");
    assert!(!hooks.file("greenlight-hook-arm64.zip").exists());
}
