//! A file of cases is read as it is meant, and what is wrong with one is told by line and column, with the fix.

use std::time::Duration;

use greenlight_hook_runtime::{
    CheckOutcome,
    testing::{Cases, ExpectedVerdict, Listener},
};
use snapbox::{assert_data_eq, str};

const CASE: &str = "[[cases]]\nname = \"a\"\n";

fn refused(text: &str) -> String {
    Cases::parse(text).unwrap_err().to_string()
}

/// What is said of a file with one case and these further lines of it.
fn refused_case(lines: &str) -> String {
    refused(&format!("{CASE}{lines}"))
}

/// What is said of a route with these keys.
fn refused_route(keys: &str) -> String {
    refused_case(&format!("routes = [{{ path = \"/\", {keys} }}]\n"))
}

#[test]
fn a_case_needs_only_a_name() {
    let cases = Cases::parse(CASE).unwrap();
    let case = &cases.cases[0];
    assert_eq!((case.name.as_str(), case.expect.verdict), ("a", ExpectedVerdict::Pass));
    assert_eq!((case.context.lifecycle_event.as_str(), case.context.attempt), ("AfterAllowTestTraffic", 1));
    assert_eq!((case.limits.wall_clock, case.limits.memory), (Duration::from_secs(30), 64 << 20));
    assert_eq!(case.grants.http.to_string(), "{test}; {production}");
    assert_eq!((case.service.test, case.service.production), (Listener::Answers, Listener::Answers));
    assert!(cases.plugin.is_none());
}

#[test]
fn every_key_is_read_and_a_case_comes_before_what_all_share() {
    let cases = Cases::parse(
        r#"
        plugin = "smoke.wasm"
        [service]
        listeners = ["test"]
        routes = [{ path = "/shared" }]
        [defaults]
        event = "BeforeAllowTraffic"
        deployment = { id = "d-1", application = "shop", group = "web", service = "c:s", revision = "ab", weights = { blue = 90, green = 10 }, attributes = { region = "eu" } }
        config = { a = 1, b = true }
        grants = ["https://status.example.com"]
        limits = { timeout = "5s", requests = 9 }
        [[cases]]
        name = "own"
        event = "AfterAllowTraffic"
        attempt = 3
        state = "carried"
        config = { b = "own" }
        grants = ["https://api.example.com"]
        limits = { cpu = "2s", memory = "32MiB", response-bytes = "1KiB", total-response-bytes = "2KiB", request-bytes = 7, log-bytes = 8 }
        listeners = ["production"]
        refuse = ["production"]
        [[cases.routes]]
        listener = "production"
        method = "POST"
        path = "/own/*"
        status = 503
        headers = { retry-after = "1" }
        body = "busy"
        delay = "20ms"
        drip = { bytes = 1, every = "1ms" }
        times = 2
        then = [{ json = { ok = true } }, { fail = "hang" }]
        repeat = "cycle"
        [cases.expect]
        verdict = "fail"
        reason = "busy"
        checks = { health = "fail" }
        requests = ["POST /own/1"]
        in-order = true
        attempts = 2
        "#,
    )
    .unwrap();
    let case = &cases.cases[0];
    assert_eq!(cases.plugin.as_deref(), Some(std::path::Path::new("smoke.wasm")));
    assert_eq!((case.context.lifecycle_event.as_str(), case.context.attempt), ("AfterAllowTraffic", 3));
    assert_eq!(
        (case.context.deployment_id.as_str(), case.context.state.as_deref()),
        ("d-1", Some("carried"))
    );
    assert_eq!((case.config["a"].as_str(), case.config["b"].as_str()), ("1", "own"));
    assert_eq!(
        case.grants.http.to_string(),
        "{test}; {production}; https://status.example.com; https://api.example.com"
    );
    assert_eq!((case.limits.wall_clock, case.limits.cpu), (Duration::from_secs(5), Duration::from_secs(2)));
    assert_eq!((case.limits.http.max_requests, case.limits.http.max_request_bytes), (9, 7));
    assert_eq!((case.service.test, case.service.production), (Listener::Absent, Listener::Refuses));
    let routes: Vec<_> = case.service.routes.iter().map(ToString::to_string).collect();
    assert_eq!(routes, ["POST /own/*: 503 after 20 ms, then 200, then hang", "* /shared: 200"]);
    assert_eq!((case.expect.checks["health"], case.expect.in_order), (CheckOutcome::Fail, true));
    assert_eq!(
        (case.expect.requests[0].to_string().as_str(), case.expect.attempts),
        ("POST /own/1", Some(2))
    );
    assert_eq!(cases.most_memory(), 32 << 20);
}

#[test]
fn a_file_without_cases_is_told_how_to_begin() {
    assert_data_eq!(
        refused(""),
        str!["greenlight-test.toml:1:1: the file has no cases; add a [[cases]] table with a name for each"]
    );
    assert_data_eq!(
        refused("[[cases]]\nevent = \"BeforeInstall\"\n"),
        str!["greenlight-test.toml:1:1: missing field `name`; say what the case shows"]
    );
    assert_data_eq!(
        refused("[[cases]]\nname = \" \"\n"),
        str!["greenlight-test.toml:2:8: the name of a case is empty; say what the case shows"]
    );
    assert_data_eq!(
        refused(&format!("{CASE}{CASE}")),
        str![[r#"greenlight-test.toml:4:8: two cases are called "a"; rename one of them"#]]
    );
}

#[test]
fn a_key_that_does_not_exist_is_refused_with_those_that_do() {
    assert_data_eq!(
        refused_case("events = []\n"),
        str![
            "greenlight-test.toml:3:1: unknown field `events`, expected one of `name`, `event`, `attempt`, `state`, `deployment`, `config`, `grants`, `limits`, `listeners`, `refuse`, `routes`, `expect`"
        ]
    );
    assert_data_eq!(
        refused_case("limits = { wall-clock = \"5s\" }\n"),
        str![
            "greenlight-test.toml:3:12: unknown field `wall-clock`, expected one of `timeout`, `cpu`, `memory`, `requests`, `response-bytes`, `total-response-bytes`, `request-bytes`, `log-bytes`"
        ]
    );
    assert_data_eq!(
        refused_case("expect = { outcome = \"pass\" }\n"),
        str![
            "greenlight-test.toml:3:12: unknown field `outcome`, expected one of `verdict`, `reason`, `checks`, `requests`, `in-order`, `attempts`"
        ]
    );
}

#[test]
fn values_that_make_no_sense_are_refused_with_the_fix() {
    assert_data_eq!(refused_case("attempt = 0\n"), str!["greenlight-test.toml:3:11: attempt counts from 1"]);
    assert_data_eq!(
        refused_case("limits = { timeout = \"0s\" }\n"),
        str!["greenlight-test.toml:3:22: timeout is zero; give the plugin some time"]
    );
    assert_data_eq!(
        refused_case("limits = { memory = \"1KiB\" }\n"),
        str![
            "greenlight-test.toml:3:21: memory is at least 64KiB, one page of WebAssembly, and at most 4GiB"
        ]
    );
    assert_data_eq!(
        refused_case("expect = { reason = \"\" }\n"),
        str![
            "greenlight-test.toml:3:21: every reason contains an empty text; write a part of it, or take it out"
        ]
    );
    assert_data_eq!(
        refused_case("expect = { in-order = true }\n"),
        str!["greenlight-test.toml:3:23: there are no `requests` to be in order; list them, or take it out"]
    );
    assert_data_eq!(
        refused_case("listeners = [\"test\"]\nrefuse = [\"production\"]\n"),
        str![
            "greenlight-test.toml:4:11: this listener is not among `listeners`; add it there, or take it out here"
        ]
    );
    assert!(refused_case("event = \"Install\"\n").contains("Install runs no hooks; choose from"));
    assert!(
        refused_case("expect = { requests = [\"/health\"] }\n")
            .contains("\"/health\" is no request; write method and path, such as \"GET /health\"")
    );
}

#[test]
fn routes_that_cannot_answer_are_refused_with_the_fix() {
    assert_data_eq!(
        refused_route("status = 101"),
        str!["greenlight-test.toml:3:34: 101 is no final HTTP status; write one from 200 to 599"]
    );
    assert_data_eq!(
        refused_route("fail = \"refuse\""),
        str![[
            r#"greenlight-test.toml:3:32: a connection is refused before anyone knows its path; write `refuse = ["test"]` beside the routes"#
        ]]
    );
    assert_data_eq!(
        refused_route("body = \"a\", json = 1"),
        str!["greenlight-test.toml:3:44: an answer has one body; keep one of `body`, `json` and `file`"]
    );
    assert_data_eq!(
        refused_route("headers = { content-length = \"1\" }"),
        str!["greenlight-test.toml:3:35: the header content-length follows from the body; take it out"]
    );
    assert_data_eq!(
        refused_route("drip = { bytes = 0, every = \"1s\" }"),
        str!["greenlight-test.toml:3:32: drip sends no bytes; give it 1 or more at a time"]
    );
    assert!(
        refused_route("file = \"no-such.json\"").contains(
            "greenlight-test.toml:3:32: cannot read no-such.json: No such file or directory (os error 2); give `file` \
             the path of a file, relative to this one"
        )
    );
    assert!(refused_route("method = \"get\"").contains("\"get\" is no HTTP method; write one in capitals"));
    assert!(refused_case("routes = [{ path = \"health\" }]\n").contains("does not begin with \"/\""));
}

#[test]
fn a_file_that_is_not_there_is_told_with_the_option() {
    assert_data_eq!(
        Cases::read("no/such.toml").unwrap_err().to_string(),
        str![
            "cannot read the cases no/such.toml: No such file or directory (os error 2); name the file with --cases, or put a greenlight-test.toml beside the plugin"
        ]
    );
}

#[test]
fn the_manuals_example_is_a_file_of_cases() {
    let manual = include_str!("../../sdk/cli/README.md");
    let section = manual.split_once("\n### The cases\n").unwrap().1;
    let text = section.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let cases = Cases::parse(text).unwrap();
    assert_eq!(cases.cases[0].expect.verdict, ExpectedVerdict::Fail);
    assert_eq!(cases.cases[0].service.routes.len(), 2);
}
