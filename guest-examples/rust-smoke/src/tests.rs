//! What the plugin says of good and of broken releases.

use std::cell::Cell;
use std::time::Duration;

use greenlight_hook::http::{Error, Request, Response};
use greenlight_hook::testing::{Recorded, Rehearsal};
use greenlight_hook::{Outcome, Verdict};

use crate::validate;

const MS: Duration = Duration::from_millis(1);

fn good(request: &Request) -> Response {
    let body =
        if request.url().ends_with("/version") { r#"{"version": "2", "service": "demo"}"# } else { "ok" };
    Response::new(200).with_body(body).with_elapsed(12 * MS)
}

fn rehearsal() -> Rehearsal {
    Rehearsal::new().test_url("http://green.test").config("expected_version", "2").respond(|r| Ok(good(r)))
}

/// The release answers `/version` in its own way.
fn version(answer: impl Fn(u32) -> Result<Response, Error> + 'static) -> Recorded {
    let count = Cell::new(0);
    let rehearsal = rehearsal().config("warm_up", "0").respond(move |request| {
        if !request.url().ends_with("/version") {
            return Ok(good(request));
        }
        count.set(count.get() + 1);
        answer(count.get())
    });
    rehearsal.run(validate)
}

fn reason(recorded: &Recorded) -> &str {
    match &recorded.verdict {
        Verdict::Fail { reason } => reason,
        other => panic!("expected a failure, got {other}"),
    }
}

#[test]
fn a_good_release_passes_with_four_checks() {
    let recorded = rehearsal().run(validate);
    assert_eq!(recorded.verdict, Verdict::Pass);
    let checks: Vec<_> =
        recorded.checks.iter().map(|c| (c.name.as_str(), c.outcome, c.detail.as_str())).collect();
    assert_eq!(
        checks,
        [
            ("health", Outcome::Pass, "GET /health answered 200 in 10 of 10 requests"),
            ("version", Outcome::Pass, "GET /version answered 200 in 10 of 10 requests"),
            ("body", Outcome::Pass, "version 2 in 10 of 10 bodies"),
            (
                "latency",
                Outcome::Pass,
                "GET /health took 12 ms at p95 of 10 requests, at most 250 ms allowed"
            ),
        ]
    );
    assert_eq!(recorded.requests.len(), 22, "ten judged requests and one to warm up, for each of two paths");
    assert_eq!(recorded.metrics[1].name, "latency p95 /version");
}

#[test]
fn a_wrong_status_now_and_then_is_counted() {
    let recorded = version(|n| Ok(if n % 4 == 0 { Response::new(500) } else { good(&version_request()) }));
    assert_eq!(reason(&recorded), "version: GET /version answered 500 in 2 of 10 requests, expected 200");
}

#[test]
fn with_no_good_answer_the_body_is_not_judged() {
    let recorded = version(|_| Ok(Response::new(500)));
    assert_eq!(reason(&recorded), "version: GET /version answered 500 in 10 of 10 requests, expected 200");
    assert_eq!(recorded.checks[2].outcome, Outcome::Skip);
}

#[test]
fn the_old_version_is_told_from_the_expected_one() {
    let recorded = version(|_| Ok(Response::new(200).with_body(r#"{"version": "1"}"#)));
    assert_eq!(
        reason(&recorded),
        "body: GET /version answered `version` = `1`, expected `2`, in 10 of 10 bodies"
    );
}

#[test]
fn a_body_that_is_no_json_is_shown() {
    let recorded = version(|_| Ok(Response::new(200).with_body("<html>")));
    assert_eq!(
        reason(&recorded),
        "body: GET /version answered a body that is not JSON (expected value at line 1 column 1; it begins \
         `<html>`), in 10 of 10 bodies"
    );
}

#[test]
fn further_fields_are_compared() {
    let pass = rehearsal().config("expected_fields", "service=demo").run(validate);
    assert_eq!(pass.verdict, Verdict::Pass);
    let fail = rehearsal().config("expected_fields", "service=demo, region=eu").run(validate);
    assert!(
        reason(&fail).starts_with("body: GET /version answered a body without `region`"),
        "{}",
        reason(&fail)
    );
}

#[test]
fn without_an_expected_version_all_answers_must_agree() {
    let count = Cell::new(0);
    let recorded = Rehearsal::new()
        .test_url("http://green.test")
        .respond(move |_| {
            count.set(count.get() + 1);
            Ok(Response::new(200).with_body(format!(r#"{{"version": {}}}"#, count.get() % 2)))
        })
        .run(validate);
    assert_eq!(
        reason(&recorded),
        "body: GET /version answered `version` = `0`, expected `1`, in 5 of 10 bodies"
    );
}

#[test]
fn slow_answers_fail_by_the_path_that_is_slow() {
    let recorded = version(|_| Ok(good(&version_request()).with_elapsed(412 * MS)));
    assert_eq!(
        reason(&recorded),
        "latency: GET /version took 412 ms at p95 of 10 requests, expected 250 ms or less"
    );
}

#[test]
fn a_release_that_does_not_answer_is_not_asked_for_ever() {
    let recorded = version(|_| Err(Error::Connection("connection refused".to_owned())));
    assert_eq!(
        reason(&recorded),
        "version: GET /version failed in 3 of 3 requests (GET http://green.test/version: connection refused)"
    );
}

#[test]
fn a_missing_grant_is_said_once() {
    let recorded = Rehearsal::new()
        .test_url("http://green.test")
        .respond(|request| {
            Err(Error::Denied(format!("no grant covers {request}; add \"{{test}}\" to grants.http")))
        })
        .run(validate);
    assert_eq!(
        reason(&recorded),
        "no grant covers GET http://green.test/health; add \"{test}\" to grants.http"
    );
    assert_eq!(recorded.requests.len(), 1);
}

#[test]
fn when_time_runs_out_the_verdict_still_comes() {
    let recorded = rehearsal().remaining(100 * MS).run(validate);
    assert!(
        reason(&recorded).starts_with("health: GET /health was asked 0 of 10 times when time ran out;"),
        "{}",
        reason(&recorded)
    );
}

#[test]
fn a_request_is_given_no_more_time_than_the_hook_has() {
    let recorded = rehearsal()
        .remaining(800 * MS)
        .respond(|request| {
            assert_eq!(request.time_limit(), Some(300 * MS));
            Err(Error::Timeout("too slow".to_owned()))
        })
        .run(validate);
    assert!(
        reason(&recorded).starts_with("health: GET /health was asked 0 of 10 times when time ran out;"),
        "{}",
        reason(&recorded)
    );
}

#[test]
fn a_release_that_does_not_answer_is_not_warmed_up_for_ever() {
    let recorded = rehearsal()
        .config("warm_up", "1000000")
        .respond(|_| Err(Error::Connection("connection refused".to_owned())))
        .run(validate);
    assert_eq!(recorded.requests.len(), 12, "three to warm up and three to judge, for each of two paths");
    assert!(reason(&recorded).starts_with("health: GET /health failed in 3 of 3 requests"));
}

#[test]
fn without_a_test_listener_the_way_out_is_named() {
    let recorded = Rehearsal::new().run(validate);
    assert_eq!(
        reason(&recorded),
        "this deployment has no test listener; add one to the deployment group, or set the config key `listener` \
         to `production`"
    );
    let production = Rehearsal::new()
        .production_url("http://users.test")
        .config("listener", "production")
        .respond(|request| Ok(good(request)))
        .run(validate);
    assert_eq!(production.verdict, Verdict::Pass);
    assert!(production.requests.iter().all(|request| request.url().starts_with("http://users.test/")));
}

#[test]
fn a_misspelt_key_is_refused_with_the_known_ones() {
    let recorded = rehearsal().config("request", "3").run(validate);
    assert_eq!(
        reason(&recorded),
        "config key `request` is not known; known keys: listener, requests, warm_up, timeout, health_path, \
         version_path, expected_status, version_field, expected_version, expected_fields, latency_percentile, \
         max_latency"
    );
}

#[test]
fn values_that_would_test_nothing_are_refused() {
    for (key, text, problem) in [
        ("requests", "0", "config key `requests` is 0, expected 1 or more: with none nothing is tested"),
        (
            "latency_percentile",
            "0",
            "config key `latency_percentile` is `0`, expected more than 0 and at most 100",
        ),
        (
            "latency_percentile",
            "101",
            "config key `latency_percentile` is `101`, expected more than 0 and at most 100",
        ),
        (
            "latency_percentile",
            "NaN",
            "config key `latency_percentile` is `NaN`, expected a number such as `2.5`",
        ),
        ("timeout", "0s", "config key `timeout` is 0, expected more: with none no request is answered"),
        (
            "health_path",
            "health",
            "config key `health_path` is `health`, expected a path that begins with `/`",
        ),
        ("expected_fields", "service", "config key `expected_fields` has `service`, expected `name=value`"),
    ] {
        assert_eq!(reason(&rehearsal().config(key, text).run(validate)), problem);
    }
}

fn version_request() -> Request {
    greenlight_hook::http::get("http://green.test/version")
}
