//! `greenlight hook test` says of a plugin what was expected of it, to people, programs and CI systems; `greenlight hook
//! bench` says what it costs.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::path::PathBuf;
use std::process::{Output, Stdio};

use greenlight_tests::programs::{greenlight, guest_faults, root, rust_smoke};
use greenlight_tests::{Ended, Greenlight, within};
use roxmltree::Document;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::process::Command;

const CASES: &str = r#"
[[service.routes]]
path = "/"
body = "ok"

[[cases]]
name = "it asks & passes"
config = { behaviour = "fetch" }

[[cases]]
name = "a host that nobody granted"
config = { behaviour = "fetch", url = "https://status.example.com/" }
expect = { verdict = "pass" }

[[cases]]
name = "a path that no route covers"
config = { behaviour = "fetch" }
listeners = ["test"]
routes = [{ path = "/", status = 503 }]
expect = { verdict = "fail" }
"#;

/// A folder with a plugin that does what its configuration says, and these cases.
struct Tests(TempDir);

impl Tests {
    fn new(cases: &str) -> Self {
        let tests = Self(TempDir::new().unwrap());
        fs::copy(guest_faults(), tests.file("faults.wasm")).unwrap();
        fs::write(tests.file("greenlight-test.toml"), cases).unwrap();
        tests
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Calls `hook` with a service that takes connections and never answers, and interrupts it when the plugin has asked.
    async fn interrupted_while_it_asks(&self, arguments: &str) -> Output {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut command = Command::new(greenlight());
        command.arg("hook").args(arguments.split(' ')).arg("--url");
        command.arg(format!("http://{}", silent.local_addr().unwrap())).current_dir(self.0.path());
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let connection = within("the plugin asks", silent.accept()).await.unwrap();
        let id = Pid::from_raw(i32::try_from(child.id().unwrap()).unwrap()).unwrap();
        kill_process(id, Signal::INT).unwrap();
        let output = within("it ends", child.wait_with_output()).await.unwrap();
        drop(connection);
        output
    }

    async fn call(&self, arguments: &str) -> Ended {
        Greenlight::new().args("hook").args(arguments).in_folder(self.0.path()).run().await
    }

    /// What standard error says of a call that is refused.
    async fn refused(&self, arguments: &str) -> String {
        let ended = self.call(arguments).await.expect(2).await;
        assert_eq!(ended.stdout, "");
        ended.stderr
    }
}

fn json(ended: &Ended) -> Value {
    serde_json::from_str(&ended.stdout).unwrap()
}

#[tokio::test]
async fn the_cases_of_the_smoke_test_are_as_expected() {
    let file = root().join("guest-examples/rust-smoke/greenlight-test.toml");
    let call = Greenlight::new().args("hook test --jobs 2 --format json --cases").arg(file).arg(rust_smoke());
    let ended = call.run().await.expect(0).await;
    let tested = json(&ended);
    assert_eq!((&tested["as_expected"], &tested["not_as_expected"]), (&4.into(), &0.into()), "{tested}");
    let verdicts: Vec<_> = tested["cases"].as_array().unwrap().iter().map(|case| &case["verdict"]).collect();
    assert_eq!(verdicts, ["pass", "fail", "fail", "fail"]);
}

#[tokio::test]
async fn people_see_what_differs_every_request_and_what_was_used() {
    let ended = Tests::new(CASES).call("test faults.wasm").await.expect(3).await;
    assert_eq!(ended.stderr, "");
    for said in [
        ", 3 cases of greenlight-test.toml\n",
        "\nok      it asks & passes (pass, ",
        "\nFAILED  a host that nobody granted (fail, ",
        "\n  EXPECTED  verdict: expected pass, got fail: ",
        "GET https://status.example.com/ DENIED no grant covers GET https://status.example.com/; add \
         \"https://status.example.com\" to grants.http",
        " 200 2 bytes in ",
        "FAILED   status: ",
        "\n  used      time      ",
        " of 30 s\n",
        "\n            requests  1 of 10000, ",
        "\n            received  2 bytes of 64 MiB\n",
    ] {
        assert!(ended.stdout.contains(said), "{said:?} is not in:\n{}", ended.stdout);
    }
    assert_eq!(ended.last_line(), "3 cases: 2 as expected, 1 not: a host that nobody granted");
}

#[tokio::test]
async fn a_request_that_no_route_covers_is_marked() {
    let cases =
        "[[cases]]\nname = \"a\"\nconfig = { behaviour = \"fetch\" }\nexpect = { verdict = \"fail\" }\n";
    let ended = Tests::new(cases).call("test faults.wasm").await.expect(0).await;
    assert!(
        ended.stdout.contains(" 404 ") && ended.stdout.contains("(no route covers it)\n"),
        "{}",
        ended.stdout
    );
}

#[tokio::test]
async fn programs_get_everything_with_units_in_the_names() {
    let ended = Tests::new(CASES).call("test faults.wasm --format json").await.expect(3).await;
    let tested = json(&ended);
    assert_eq!((&tested["plugin"], &tested["not_run"]), (&"faults".into(), &Value::Array(vec![])));
    let denied = &tested["cases"][1];
    assert_eq!((&denied["as_expected"], &denied["mismatches"][0]["of"]), (&false.into(), &"verdict".into()));
    assert_eq!(denied["attempts"][0]["requests"][0]["denied"], true);
    assert_eq!(
        (&denied["limits"]["cpu_ms"], &denied["limits"]["memory_bytes"]),
        (&10000.0.into(), &(64 << 20).into())
    );
    let http = &tested["cases"][0]["attempts"][0]["http"];
    assert_eq!((&http["requests"], &http["response_bytes"]), (&1.into(), &2.into()));
}

#[tokio::test]
async fn ci_systems_get_a_suite_with_a_case_for_each() {
    let tests = Tests::new(CASES);
    tests.call("test faults.wasm --junit results.xml").await.expect(3).await;
    let text = fs::read_to_string(tests.file("results.xml")).unwrap();
    let document = Document::parse(&text).unwrap();
    let suites = document.root_element();
    assert_eq!(
        (suites.tag_name().name(), suites.attribute("tests"), suites.attribute("failures")),
        ("testsuites", Some("3"), Some("1"))
    );
    let suite = suites.children().find(|node| node.has_tag_name("testsuite")).unwrap();
    assert_eq!((suite.attribute("name"), suite.attribute("errors")), (Some("faults"), Some("0")));
    let cases: Vec<_> = suite.children().filter(|node| node.has_tag_name("testcase")).collect();
    let names: Vec<_> = cases.iter().map(|case| case.attribute("name").unwrap()).collect();
    assert_eq!(names, ["it asks & passes", "a host that nobody granted", "a path that no route covers"]);
    for case in &cases {
        assert_eq!(case.attribute("classname"), Some("faults"));
        assert!(case.attribute("time").unwrap().parse::<f64>().unwrap() >= 0.0);
        assert!(case.children().any(|node| node.has_tag_name("system-out")));
    }
    let failures: Vec<_> = cases
        .iter()
        .map(|case| case.children().filter(|node| node.has_tag_name("failure")).count())
        .collect();
    assert_eq!(failures, [0, 1, 0]);
    let failure = cases[1].children().find(|node| node.has_tag_name("failure")).unwrap();
    assert!(failure.attribute("message").unwrap().starts_with("verdict: expected pass, got fail: "));
}

#[tokio::test]
async fn one_case_is_chosen_by_name_and_an_unknown_one_is_refused() {
    let tests = Tests::new(CASES);
    let arguments = ["hook", "test", "faults.wasm", "--case", "it asks & passes"];
    let call = arguments.iter().fold(Greenlight::new(), |call, argument| call.arg(argument));
    let ended = call.in_folder(tests.0.path()).run().await.expect(0).await;
    assert_eq!(ended.last_line(), "1 case: 1 as expected");
    assert_eq!(
        tests.refused("test faults.wasm --case other").await,
        "greenlight: there is no case \"other\" in greenlight-test.toml; it has \"it asks & passes\", \"a host that nobody \
         granted\", \"a path that no route covers\"\n"
    );
}

#[tokio::test]
async fn what_cannot_be_tested_is_said_in_one_sentence() {
    let tests = Tests::new(CASES);
    assert_eq!(
        tests.refused("test").await,
        "greenlight: greenlight-test.toml names no plugin; name the .wasm file, or write `plugin = \"FILE.wasm\"` at its \
         top\n"
    );
    assert!(
        tests
            .refused("test faults.wasm --url nowhere")
            .await
            .starts_with("greenlight: --url \"nowhere\" cannot be used: ")
    );
    assert!(
        tests
            .refused("test faults.wasm --junit no/such.xml")
            .await
            .contains("give --junit a place that can be written to")
    );
    fs::write(tests.file("greenlight-test.toml"), "[[cases]]\nnom = \"a\"\n").unwrap();
    assert!(
        tests.refused("test faults.wasm").await.starts_with(
            "greenlight: greenlight-test.toml:2:1: unknown field `nom`, expected one of `name`, "
        )
    );
    fs::remove_file(tests.file("greenlight-test.toml")).unwrap();
    assert_eq!(
        tests.refused("test faults.wasm").await,
        "greenlight: there are no cases: looked for greenlight-test.toml; write one, or name the file with --cases\n"
    );
}

#[tokio::test]
async fn an_interruption_ends_it_with_what_there_is() {
    let cases = "[defaults]\nconfig = { behaviour = \"fetch\" }\n[[cases]]\nname = \"slow\"\n[[cases]]\nname = \"next\"\n";
    let tests = Tests::new(cases);
    let output = tests.interrupted_while_it_asks("test faults.wasm --format json").await;
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(3), b"".as_slice()));
    let tested: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(tested["not_run"], serde_json::json!(["slow", "next"]));
}

#[tokio::test]
async fn a_benchmark_that_is_interrupted_before_its_first_figure_has_none() {
    let tests = Tests::new("[[cases]]\nname = \"slow\"\nconfig = { behaviour = \"fetch\" }\n");
    let output = tests.interrupted_while_it_asks("bench faults.wasm").await;
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(3), b"".as_slice()));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "greenlight: interrupted before a warm run was measured; let it go on for longer\n"
    );
}

#[tokio::test]
async fn a_benchmark_has_its_conditions_and_is_compared_with_a_kept_one() {
    let tests = Tests::new(CASES);
    let first = tests
        .call("bench faults.wasm --runs 40 --warm-up 1 --save kept.json --format json")
        .await
        .expect(0)
        .await;
    let figures = json(&first);
    assert_eq!((&figures["warm"]["runs"], &figures["verdicts"]["pass"]), (&40.into(), &42.into()));
    for (part, key) in [
        ("load", "compile_us"),
        ("load", "native_bytes"),
        ("warm", "calls_per_second"),
        ("warm", "waited_share"),
    ] {
        assert!(figures[part][key].as_f64().unwrap() > 0.0, "{part}.{key} of {figures}");
    }
    assert!(figures["conditions"]["wasmtime"].as_str().unwrap().starts_with("48."));
    let second = tests.call("bench faults.wasm --runs 40 --against kept.json").await.expect(0).await;
    for said in [
        "machine",
        "the fake of the case \"it asks & passes\"",
        "40 runs after 10 to warm up",
        "against faults.wasm (the same plugin)",
    ] {
        assert!(second.stdout.contains(said), "{said:?} is not in:\n{}", second.stdout);
    }
    fs::write(tests.file("kept.json"), "{}").unwrap();
    let told = tests.refused("bench faults.wasm --against kept.json").await;
    assert!(
        told.contains("kept.json is no result of `greenlight hook bench --save`: missing field `form`"),
        "{told}"
    );
}

#[tokio::test]
async fn a_benchmark_of_runs_that_end_otherwise_is_no_success() {
    let tests = Tests::new(&CASES.replace("behaviour = \"fetch\" }", "behaviour = \"panic\" }"));
    let ended = tests.call("bench faults.wasm --runs 1 --warm-up 0").await.expect(3).await;
    assert!(ended.stdout.contains("UNEXPECTED"), "{}", ended.stdout);
}
