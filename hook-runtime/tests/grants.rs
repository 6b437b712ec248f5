//! A plugin reaches what it was granted and nothing else, and a missing grant is the reason that people read.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

use crate::support::{component_of, module, run, runtime};
use greenlight_hook_runtime::{Grants, Hook, HookStatus, Limits, http::HttpGrants};
use snapbox::{assert_data_eq, str};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// A plugin that fetches the test listener's URL, or `url`, passes if the answer has status 200, fails on another
/// status and crashes on an error.
fn fetcher(url: Option<&str>) -> Hook {
    let imports = r#"
        (import "greenlight:hook/http@0.1.0" "fetch"
            (func $fetch (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))
        (import "greenlight:hook/deployment@0.1.0" "test-url" (func $test-url (param i32)))
        (memory (export "memory") 1)"#;
    let (place, data) = match url {
        // The option's case is at 3100, the string's address and length follow.
        None => ("(i32.load (i32.const 3104)) (i32.load (i32.const 3108))".to_owned(), String::new()),
        Some(url) => (
            format!("(i32.const 3200) (i32.const {})", url.len()),
            format!("(data (i32.const 3200) \"{url}\")"),
        ),
    };
    let body = format!(
        "(call $test-url (i32.const 3100))
         (call $fetch (i32.const 160) (i32.const 3) {place} (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
            (i32.const 0) (i32.const 0) (i32.const 3000))
         (if (i32.load8_u (i32.const 3000)) (then (unreachable)))
         (select (global.get $pass) (global.get $fail) (i32.eq (i32.load16_u (i32.const 3008)) (i32.const 200)))"
    );
    let text = module(&format!("{data} (data (i32.const 160) \"GET\")"), &body)
        .replace("(memory (export \"memory\") 1)", imports);
    runtime().load("probe", &component_of("hook", &text)).unwrap()
}

fn granted(grants: &[&str]) -> Grants {
    Grants::none().with_http(HttpGrants::parse(grants).unwrap())
}

/// A server that answers each request with `status`; its address.
async fn server(status: u16) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.unwrap());
            }
            let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    format!("http://{address}/")
}

#[tokio::test]
async fn the_test_listener_is_reached_by_its_role() {
    let mut run = run().with_grants(granted(&["{test}"]));
    run.context.test_url = Some(server(200).await);
    let report = fetcher(None).run(run).await;
    assert_eq!(report.status(), HookStatus::Passed, "{report}");
    assert_eq!(report.requests.len(), 1);
    assert_eq!((report.requests[0].status, report.requests[0].denied), (Some(200), false));
}

#[tokio::test]
async fn without_a_grant_nothing_is_reached_and_the_reason_says_so() {
    let report = fetcher(Some("https://api.example.com/v1")).run(run()).await;
    assert_eq!(report.status(), HookStatus::Faulted);
    assert!(report.requests[0].denied);
    assert_data_eq!(
        report.reason(),
        str![[
            r#"plugin "probe" crashed in validate: wasm `unreachable` instruction executed, in validate; the plugin has an error, the report holds its backtrace and output (no grant covers GET https://api.example.com/v1; add "https://api.example.com" to grants.http)"#
        ]]
    );
}

#[tokio::test]
async fn the_test_listener_needs_its_grant_too() {
    let mut run = run();
    run.context.test_url = Some(server(200).await);
    let report = fetcher(None).run(run).await;
    assert_eq!(report.status(), HookStatus::Faulted);
    assert_data_eq!(
        report.reason(),
        str![[
            r#"plugin "probe" crashed in validate: wasm `unreachable` instruction executed, in validate; the plugin has an error, the report holds its backtrace and output (no grant covers GET http://127.0.0.1:[..]/; add "{test}" to grants.http)"#
        ]]
    );
}

#[tokio::test]
async fn a_failure_without_a_denied_request_says_nothing_of_grants() {
    let mut run = run().with_grants(granted(&["{test}"]));
    run.context.test_url = Some(server(500).await);
    let report = fetcher(None).run(run).await;
    assert_eq!(report.reason(), "bad");
}

#[tokio::test]
async fn the_number_of_requests_is_bounded() {
    let mut limits = Limits::default();
    limits.http.max_requests = 0;
    let mut run = run().with_grants(granted(&["{test}"])).with_limits(limits);
    run.context.test_url = Some(server(200).await);
    let report = fetcher(None).run(run).await;
    assert_eq!(report.status(), HookStatus::Faulted);
    assert_eq!(report.requests[0].error.as_ref().unwrap().kind, "limit");
}
