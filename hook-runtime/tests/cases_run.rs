//! A case is run through the same runtime as everywhere, a pending plugin is followed, and what differs is told.

use greenlight_hook_runtime::testing::{CaseReport, Cases, Service};

use super::support::guest::faults;

/// What comes of one case of the plugin that does what `behaviour` says.
async fn run(behaviour: &str, lines: &str) -> CaseReport {
    let text = format!(
        "[defaults.config]\nbehaviour = \"{behaviour}\"\n[[service.routes]]\npath = \"/\"\nbody = \"ok\"\n[[cases]]\nname = \
         \"a\"\n{lines}"
    );
    let cases = Cases::parse(&text).unwrap();
    cases.cases[0].run(&faults(), &Service::Fake).await.unwrap()
}

fn told(report: &CaseReport) -> Vec<String> {
    report.mismatches.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn what_ends_as_expected_has_no_mismatch() {
    for (behaviour, expect) in [
        ("pass", "verdict = \"pass\""),
        ("fetch", "requests = [\"GET /\"], in-order = true"),
        ("loop", "verdict = \"fault\", reason = \"50 ms\""),
        ("fail", "verdict = \"fail\""),
    ] {
        let lines = format!("limits = {{ cpu = \"50ms\" }}\nexpect = {{ {expect} }}\n");
        assert_eq!(told(&run(behaviour, &lines).await), Vec::<String>::new(), "{behaviour}");
    }
}

#[tokio::test]
async fn a_pending_plugin_is_called_again_with_its_state_and_nobody_waits() {
    let lines = "config = { attempts = 3, delay_seconds = 3600 }\nexpect = { attempts = 3 }\n";
    let report = run("pending", lines).await;
    assert_eq!(told(&report), Vec::<String>::new());
    assert_eq!(report.waited.as_secs(), 2 * 3600);
    assert_eq!(report.last.checks[0].detail, "attempt 3, carried `1,2,`");
    assert!(report.elapsed.as_secs() < 600);
}

#[tokio::test]
async fn a_plugin_that_must_stay_pending_is_not_called_again() {
    let report = run("pending", "config = { attempts = 9 }\nexpect = { verdict = \"pending\" }\n").await;
    assert_eq!((told(&report), report.earlier.len()), (Vec::new(), 0));
    let report = run("pending", "attempt = 2\nstate = \"1,\"\nexpect = { verdict = \"pending\" }\n").await;
    assert!(told(&report)[0].starts_with("verdict: expected pending, got pass"), "{:?}", told(&report));
}

#[tokio::test]
async fn everything_that_differs_is_told() {
    let expect = r#"
        [cases.expect]
        verdict = "fail"
        reason = "out of stock"
        checks = { health = "pass" }
        requests = ["GET /health", "POST /"]
        attempts = 2
    "#;
    let report = run("fetch", expect).await;
    assert_eq!(
        told(&report),
        [
            "verdict: expected fail, got pass: plugin \"guest_faults\" passed",
            "reason: expected a text with \"out of stock\", got \"plugin \\\"guest_faults\\\" passed\"",
            "attempts: expected 2, got 1",
            "check \"health\": expected pass, got no checks at all",
            "requests: expected GET /health, POST /, got GET /",
        ]
    );
}

#[tokio::test]
async fn requests_that_must_be_all_are_counted() {
    let lines = "config = { requests = 3 }\nexpect = { requests = [\"GET /\"], in-order = true }\n";
    let report = run("fetch", lines).await;
    assert_eq!(told(&report), ["requests: expected only GET /, got GET / (3 times)"]);
    assert_eq!((report.last.http.requests, report.last.http.response_bytes), (3, 6));
    assert!(report.last.http.waited <= report.last.timings.total);
}

#[tokio::test]
async fn a_denied_request_is_in_the_report_with_the_grant_that_is_missing() {
    let lines = r#"
        config = { url = "https://status.example.com/" }
        expect = { verdict = "fail", reason = "add \"https://status.example.com\" to grants.http" }
    "#;
    let report = run("fetch", lines).await;
    assert_eq!(told(&report), Vec::<String>::new());
    assert!(report.last.requests[0].denied);
}

#[tokio::test]
async fn a_service_that_runs_already_takes_the_place_of_the_fake() {
    let other = Cases::parse("[[service.routes]]\npath = \"/\"\nbody = \"other\"\n[[cases]]\nname = \"b\"\n")
        .unwrap();
    let running =
        greenlight_hook_runtime::testing::FakeService::start(other.cases[0].service.clone()).await.unwrap();
    let service = Service::Running { test: running.test_url().unwrap().to_owned(), production: None };
    let text = "[[cases]]\nname = \"a\"\nconfig = { behaviour = \"fetch\", body = \"other\" }\n";
    let report = Cases::parse(text).unwrap().cases[0].run(&faults(), &service).await.unwrap();
    assert_eq!(told(&report), Vec::<String>::new());
    assert_eq!(running.seen().len(), 1);
}
