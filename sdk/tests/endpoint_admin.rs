//! The calls that move the clock and set alarms, over a real socket.

use greenlight::core::Timestamp;
use greenlight::local::LocalClock;
use http::Request;
use serde_json::{Value, json};

use crate::endpoint_support::{Client, application, endpoint, endpoint_with};

async fn call(client: &Client, method: &str, path: &str, body: Value) -> (u16, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let request = Request::builder().method(method).uri(path);
    let answer = client.exchange(request, body).await;
    assert_eq!(answer.headers["content-type"], "application/json");
    (answer.status, answer.json())
}

#[tokio::test]
async fn an_hour_passes_in_a_moment() {
    let start = Timestamp::from_millis(1_543_431_361_022);
    let endpoint = endpoint_with(|builder| builder.with_clock(LocalClock::manual_from(start))).await;
    let client = Client::new(&endpoint);
    let now = json!({ "now": "2018-11-28T18:56:01.022Z", "epochSeconds": 1_543_431_361.022 });
    assert_eq!(call(&client, "GET", "/greenlight/clock", Value::Null).await, (200, now));
    let later = json!({ "now": "2018-11-28T20:26:01.022Z", "epochSeconds": 1_543_436_761.022 });
    let advance = json!({ "advance": "1h 30min" });
    assert_eq!(call(&client, "POST", "/greenlight/clock", advance).await, (200, later.clone()));
    assert_eq!(call(&client, "GET", "/greenlight/clock", Value::Null).await, (200, later));
    application(&client, "shop").await;
    let got = client.done("GetApplication", json!({ "applicationName": "shop" })).await;
    assert_eq!(got["application"]["createTime"], 1_543_436_761.022, "milliseconds and all");
}

#[tokio::test]
async fn alarms_are_set_and_cleared_by_name() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    let list = || call(&client, "GET", "/greenlight/alarms", Value::Null);
    assert_eq!(list().await, (200, json!({ "alarms": [] })));
    for (path, name, active) in [
        ("too%20many%20errors", "too many errors", true),
        ("a/b", "a/b", true),
        ("%C3%A4", "ä", true),
        ("never-set", "never-set", false),
    ] {
        let told =
            call(&client, "PUT", &format!("/greenlight/alarms/{path}"), json!({ "active": active })).await;
        assert_eq!(told, (200, json!({ "name": name, "active": active })));
    }
    assert_eq!(list().await, (200, json!({ "alarms": ["a/b", "too many errors", "ä"] })));
    call(&client, "PUT", "/greenlight/alarms/a/b", json!({ "active": false })).await;
    assert_eq!(list().await, (200, json!({ "alarms": ["too many errors", "ä"] })));
}

#[tokio::test]
async fn what_is_wrong_with_a_call_is_told_with_what_to_do() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    let long = format!("/greenlight/alarms/{}", "x".repeat(256));
    for (method, path, body, status, told) in [
        (
            "POST",
            "/greenlight/clock",
            json!({ "advance": "soon" }),
            400,
            "\"soon\" is not a duration: expected number at 0; write it as in \"1h 30min\" or \"90s\"",
        ),
        (
            "POST",
            "/greenlight/clock",
            json!({ "advance": "20years" }),
            400,
            "\"20years\" is too long a step; the longest is 10years",
        ),
        (
            "POST",
            "/greenlight/clock",
            json!({ "advance": 5 }),
            400,
            "the body cannot be read: invalid type: integer `5`, expected a string at line 1 column 12",
        ),
        (
            "POST",
            "/greenlight/clock",
            json!({}),
            400,
            "the body cannot be read: missing field `advance` at line 1 column 2",
        ),
        ("PUT", "/greenlight/clock", json!({}), 405, "PUT is not a method of this path; use GET, POST"),
        ("PUT", "/greenlight/alarms", json!({}), 405, "PUT is not a method of this path; use GET"),
        ("GET", "/greenlight/alarms/errors", Value::Null, 405, "GET is not a method of this path; use PUT"),
        (
            "PUT",
            "/greenlight/alarms/errors",
            json!({ "on": true }),
            400,
            "the body cannot be read: unknown field `on`, expected `active` at line 1 column 5",
        ),
        (
            "PUT",
            "/greenlight/alarms/",
            json!({ "active": true }),
            400,
            "an alarm's name must have 1 to 255 characters",
        ),
        ("PUT", &long, json!({ "active": true }), 400, "an alarm's name must have 1 to 255 characters"),
        (
            "PUT",
            "/greenlight/alarms/%FF",
            json!({ "active": true }),
            400,
            "the name in the path is not UTF-8",
        ),
        (
            "GET",
            "/greenlight/time",
            Value::Null,
            404,
            "there is nothing at /greenlight/time; use /greenlight/clock, /greenlight/alarms or /greenlight/alarms/NAME",
        ),
    ] {
        let (seen, answer) = call(&client, method, path, body).await;
        assert_eq!((seen, answer["error"].as_str().unwrap()), (status, told), "{method} {path}");
    }
    assert_eq!(call(&client, "GET", "/greenlight/alarms", Value::Null).await.1, json!({ "alarms": [] }));
}
