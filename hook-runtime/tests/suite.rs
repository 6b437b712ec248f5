//! A suite is read as it is meant, and what is wrong with one is told by line and column, with the fix.

use std::{path::Path, time::Duration};

use greenlight_hook_runtime::suite::{OnFault, Packed, Suite, SuiteError, SuitePlugin};
use snapbox::{assert_data_eq, str};

const SMALLEST: &str = "[[plugins]]\nname = \"smoke\"\nplugin = \"smoke.wasm\"\n";

/// What is said of a suite with one plugin and these further lines.
fn refused_with(lines: &str) -> String {
    refused(&format!("{SMALLEST}{lines}"))
}

fn refused(text: &str) -> String {
    Suite::parse(text).unwrap_err().to_string()
}

#[test]
fn a_suite_needs_only_a_name_and_a_file_for_each_plugin() {
    let suite = Suite::parse(SMALLEST).unwrap();
    assert_eq!(suite, Suite::new(vec![SuitePlugin::new("smoke", "smoke.wasm")]));
    let [smoke] = &suite.plugins[..] else { panic!("{suite:?}") };
    assert_eq!((suite.concurrency, smoke.required, smoke.on_fault), (4, true, OnFault::Fail));
    assert_eq!((smoke.timeout, smoke.memory, smoke.retries.attempts), (Duration::from_secs(30), 64 << 20, 0));
    assert!(smoke.grants.http.is_empty() && smoke.config.is_empty() && smoke.packed.is_none());
    assert!(smoke.serves("BeforeInstall") && smoke.serves("RECONCILE_SERVICE"));
}

#[test]
fn every_key_is_read_and_written() {
    let (digest, blake3) = ("0123456789abcdef".repeat(4), "fedcba9876543210".repeat(4));
    let text = format!(
        r#"
        concurrency = 2
        [[plugins]]
        name = "latency"
        plugin = "plugins/latency.cwasm"
        events = ["AfterAllowTestTraffic", "POST_PRODUCTION_TRAFFIC_SHIFT"]
        required = false
        on-fault = "pass"
        timeout = "2m"
        cpu = "20s"
        memory = "128MiB"
        log-bytes = "1MiB"
        response-bytes = 1000
        requests = 7
        retries = {{ attempts = 3, first-delay = "500ms", max-delay = "4s" }}
        grants = ["{{test}}", "https://status.example.com:443"]
        config = {{ path = "/health", requests = 20, strict = true }}
        packed = {{ digest = "{digest}", blake3 = "{blake3}", source-digest = "{digest}", engine = "9f", target = "aarch64-unknown-linux-gnu" }}
        "#
    );
    let suite = Suite::parse(&text).unwrap();
    let plugin = &suite.plugins[0];
    let limits = plugin.limits();
    assert_eq!((limits.wall_clock, limits.cpu), (Duration::from_secs(120), Duration::from_secs(20)));
    assert_eq!((limits.memory, limits.log_bytes), (128 << 20, 1 << 20));
    assert_eq!((limits.http.max_response_bytes, limits.http.max_requests), (1000, 7));
    assert!(!plugin.serves("BeforeInstall") && plugin.serves("AfterAllowTraffic"));
    assert_eq!(plugin.grants.http.to_string(), "{test}; https://status.example.com");
    let packed = Packed::new(&digest, &digest, "9f", "aarch64-unknown-linux-gnu").with_blake3(&blake3);
    assert_eq!(plugin.packed, Some(packed));
    assert_eq!(suite.serving("AfterAllowTraffic").count(), 1);

    let written = suite.to_toml();
    assert_eq!(Suite::parse(&written).unwrap(), suite);
    assert_data_eq!(
        written,
        str![[r#"
concurrency = 2

[[plugins]]
name = "latency"
plugin = "plugins/latency.cwasm"
events = ["AfterAllowTestTraffic", "POST_PRODUCTION_TRAFFIC_SHIFT"]
required = false
on-fault = "pass"
timeout = "2m"
cpu = "20s"
memory = "128MiB"
log-bytes = "1MiB"
response-bytes = "1000B"
requests = 7
grants = ["{test}", "https://status.example.com"]

[plugins.retries]
attempts = 3
first-delay = "500ms"
max-delay = "4s"

[plugins.config]
path = "/health"
requests = "20"
strict = "true"

[plugins.packed]
digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
blake3 = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
source-digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
engine = "9f"
target = "aarch64-unknown-linux-gnu"

"#]]
    );
}

#[test]
fn a_suite_is_found_in_its_folder_and_errors_name_the_file() {
    let kept = tempfile::tempdir().unwrap();
    let folder = kept.path();
    std::fs::write(folder.join("greenlight.toml"), SMALLEST).unwrap();
    assert_eq!(Suite::read(folder).unwrap(), Suite::parse(SMALLEST).unwrap());

    std::fs::write(folder.join("greenlight.toml"), "concurrency = 0\n").unwrap();
    let error = Suite::read(folder).unwrap_err();
    assert!(
        matches!(&error, SuiteError::Invalid { path, line: 1, column: 15, .. } if path.starts_with(folder))
    );

    let error = Suite::read(Path::new("no/such/greenlight.toml")).unwrap_err();
    assert!(matches!(error, SuiteError::Unreadable { .. }));
    let told = error.to_string();
    assert!(told.starts_with("cannot read the suite no/such/greenlight.toml: "), "{told}");
    assert!(told.ends_with("; name a greenlight.toml, or a folder with one"), "{told}");
}

#[test]
fn an_unknown_key_is_refused_with_those_that_exist() {
    assert_data_eq!(
        refused_with("time-out = \"60s\"\n"),
        str![
            "greenlight.toml:4:1: unknown field `time-out`, expected one of `name`, `plugin`, `events`, `required`, `on-fault`, `timeout`, `cpu`, `memory`, `log-bytes`, `response-bytes`, `requests`, `retries`, `grants`, `config`, `packed`"
        ]
    );
    assert_data_eq!(
        refused("concurency = 1\n"),
        str![
            "greenlight.toml:1:1: unknown field `concurency`, expected one of `concurrency`, `plugins`, `build`"
        ]
    );
    assert_data_eq!(
        refused_with("retries = { attempt = 1 }\n"),
        str![
            "greenlight.toml:4:13: unknown field `attempt`, expected one of `attempts`, `first-delay`, `max-delay`"
        ]
    );
    assert_data_eq!(
        refused_with("packed = { sha = \"0\" }\n"),
        str![
            "greenlight.toml:4:12: unknown field `sha`, expected one of `digest`, `blake3`, `source-digest`, `engine`, `target`, `imports`"
        ]
    );
}

#[test]
fn the_project_file_of_a_rehearsal_is_recognised() {
    assert_data_eq!(
        refused("appspec = \"appspec.yaml\"\n"),
        str![
            "greenlight.toml:1:1: unknown field `appspec`, expected one of `concurrency`, `plugins`, `build`; this is the project file of a rehearsal, a suite has [[plugins]]"
        ]
    );
}

#[test]
fn a_missing_key_and_bad_toml_are_told_with_their_place() {
    assert_data_eq!(
        refused("[[plugins]]\nname = \"smoke\"\n"),
        str!["greenlight.toml:1:1: missing field `plugin`; every plugin needs a name, and the file to run"]
    );
    assert_data_eq!(
        refused("[[plugins]]\nname = smoke\n"),
        str!["greenlight.toml:2:8: string values must be quoted, expected literal string"]
    );
    assert_data_eq!(
        refused(""),
        str!["greenlight.toml:1:1: the suite has no plugins; add a [[plugins]] table for each"]
    );
}

#[test]
fn values_that_make_no_sense_are_told_with_the_fix() {
    assert_data_eq!(
        refused(&format!("concurrency = 0\n{SMALLEST}")),
        str!["greenlight.toml:1:15: concurrency is a number of plugins from 1 to 64"]
    );
    assert_data_eq!(
        refused(&SMALLEST.replace("\"smoke\"", "\"../smoke\"")),
        str![[
            r#"greenlight.toml:2:8: "../smoke" is no name for a plugin; begin with a letter or a digit, and use only letters, digits, -, _ and ."#
        ]]
    );
    assert_data_eq!(
        refused(&format!("{SMALLEST}{}", SMALLEST.replace("smoke", "Smoke"))),
        str![[r#"greenlight.toml:5:8: two plugins are called "Smoke"; rename one of them"#]]
    );
    assert_data_eq!(
        refused(&SMALLEST.replace("smoke.wasm", "")),
        str!["greenlight.toml:3:10: the path of the plugin is empty; name its .wasm file"]
    );
    assert_data_eq!(
        refused_with("events = [\"Install\"]\n"),
        str![
            "greenlight.toml:4:10: Install runs no hooks; choose from BeforeInstall, AfterInstall, AfterAllowTestTraffic, BeforeAllowTraffic, AfterAllowTraffic of CodeDeploy, or RECONCILE_SERVICE, PRE_SCALE_UP, POST_SCALE_UP, TEST_TRAFFIC_SHIFT, POST_TEST_TRAFFIC_SHIFT, PRE_PRODUCTION_TRAFFIC_SHIFT, PRODUCTION_TRAFFIC_SHIFT, POST_PRODUCTION_TRAFFIC_SHIFT of Amazon ECS"
        ]
    );
    assert_data_eq!(
        refused_with("events = [\"afterInstall\"]\n"),
        str![[r#"greenlight.toml:4:10: "afterInstall" is no lifecycle event; write "AfterInstall""#]]
    );
    assert_data_eq!(
        refused_with("on-fault = \"ignore\"\n"),
        str!["greenlight.toml:4:12: unknown variant `ignore`, expected `fail` or `pass`"]
    );
    assert_data_eq!(
        refused_with("timeout = 60\n"),
        str![[
            r#"greenlight.toml:4:11: "60" is not a duration; write a number and a unit, such as "90s" or "5m""#
        ]]
    );
    assert_data_eq!(
        refused_with("timeout = \"soon\"\n"),
        str![[
            r#"greenlight.toml:4:11: "soon" is not a duration; write a number and a unit, such as "90s" or "5m""#
        ]]
    );
    assert_data_eq!(
        refused_with("timeout = \"0s\"\n"),
        str!["greenlight.toml:4:11: timeout is zero; give the plugin some time"]
    );
    assert_data_eq!(
        refused_with("timeout = \"1h\"\n"),
        str![
            "greenlight.toml:4:11: timeout is longer than the 15 minutes after which AWS Lambda ends a function; a plugin that needs longer answers `pending`"
        ]
    );
    assert_data_eq!(
        refused_with("memory = \"1KiB\"\n"),
        str!["greenlight.toml:4:10: memory is at least 64KiB, one page of WebAssembly, and at most 4GiB"]
    );
    assert_data_eq!(
        refused_with("retries = { first-delay = \"2s\", max-delay = \"1s\" }\n"),
        str!["greenlight.toml:4:11: first-delay is longer than max-delay; swap them"]
    );
    assert_data_eq!(
        refused_with("grants = [\"{test}\", \"https://api.example.com/v1\"]\n"),
        str![[
            r#"greenlight.toml:4:10: grant "https://api.example.com/v1" cannot be read: it has a path, and a grant covers a whole server; write https://api.example.com"#
        ]]
    );
    assert_data_eq!(
        refused_with("grants = [\"http://127.0.0.1:9001\"]\n"),
        str![[
            r#"greenlight.toml:4:10: grant "http://127.0.0.1:9001" is refused: loopback is never granted by address or name; for the deployment's own listeners write {test} or {production}"#
        ]]
    );
    assert_data_eq!(
        refused_with("config = { hosts = [\"a\"] }\n"),
        str!["greenlight.toml:4:20: invalid type: sequence, expected a text, a number, or true or false"]
    );
    assert_data_eq!(
        refused_with("packed = { digest = \"0\", source-digest = \"0\", engine = \"0\", target = \"t\" }\n"),
        str![
            "greenlight.toml:4:21: a digest is 64 lower-case hexadecimal digits; repack with `greenlight hook pack`"
        ]
    );
    assert_data_eq!(
        refused_with("packed = { blake3 = \"0\", engine = \"0\", target = \"t\" }\n"),
        str![
            "greenlight.toml:4:21: a digest is 64 lower-case hexadecimal digits; repack with `greenlight hook pack`"
        ]
    );
}

#[test]
fn how_a_plugin_is_built_is_no_matter_of_the_suite() {
    let plugins = "[[plugins]]\nname = \"a\"\nplugin = \"a.wasm\"\n";
    let suite = Suite::parse(&format!("{plugins}[build]\nlanguage = \"go\"\n")).unwrap();
    assert_eq!(suite, Suite::parse(plugins).unwrap());
}

#[test]
fn the_manuals_example_is_a_suite() {
    let manual = include_str!("../../sdk/cli/README.md");
    let section = manual.split_once("\n### The suite\n").unwrap().1;
    let example = section.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let suite = Suite::parse(example).unwrap();
    assert_eq!((suite.concurrency, suite.plugins[0].requests), (4, 10_000));
    // All keys that a person writes are in it.
    for key in suite.to_toml().lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key) {
        assert!(example.contains(key), "the manual does not mention {key}");
    }
}
