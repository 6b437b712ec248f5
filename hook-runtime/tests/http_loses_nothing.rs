//! Outgoing HTTP loses nothing: every request of a plugin reaches the server and every response the plugin, also
//! with the plugins and the sender on different threads, where wasmtime's own sender lost up to three of four requests
//! of a plugin on `wstd`. `src/http/sent_body.rs` says why.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

use std::{sync::Arc, time::Duration};

use crate::http_support::{
    egress_to,
    guest::{Ahead, Plugin, Verdict, component},
    server::{Server, ok},
};
use greenlight_hook_runtime::{
    Grants, HookContext, HookRun, Limits, Runtime, RuntimeOptions, Verdict::Pass, http::HttpGrants,
};

const PATIENCE: Duration = Duration::from_secs(600);
const REQUESTS: usize = 1_000;
const BODY: &str = "all is well with the new release";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_plugin_on_wasi_http_gets_every_response() {
    loses_nothing("guest_wasi_http", "GET", 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_plugin_on_wstd_gets_every_response() {
    loses_nothing("guest_wstd_http", "GET", 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_plugins_on_wasi_http_at_once_get_every_response() {
    loses_nothing("guest_wasi_http", "GET", 8).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_plugins_on_wstd_at_once_get_every_response() {
    loses_nothing("guest_wstd_http", "GET", 8).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn plugins_that_send_bodies_get_every_response() {
    loses_nothing("guest_wasi_http", "POST", 4).await;
    loses_nothing("guest_wstd_http", "POST", 4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_response_that_comes_before_the_plugin_finished_its_empty_body_is_not_lost() {
    for guest in ["guest_wasi_http", "guest_wstd_http"] {
        let server = Server::http(|_| ok(BODY)).await;
        let egress = egress_to(&server.url());
        let config = [("url", &*server.url()), ("requests", "20"), ("body", BODY)];
        let verdict = Plugin::built(guest).run_with(Box::new(Ahead(egress)), &config).await;
        assert!(matches!(verdict, Verdict::Pass), "{guest}: {verdict:?}");
        assert_eq!(server.requests(), 20);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refusal_that_comes_before_the_plugin_finished_its_empty_body_keeps_its_reason() {
    let egress = egress_to("http://127.0.0.1:1");
    let config = [("url", "http://127.0.0.1:2/"), ("requests", "1"), ("body", BODY)];
    let verdict = Plugin::built("guest_wstd_http").run_with(Box::new(Ahead(egress.clone())), &config).await;
    let Verdict::Fail(reason) = verdict else { panic!("{verdict:?}") };
    assert!(reason.contains("HttpRequestDenied"), "{reason}");
    assert!(egress.records()[0].denied);
}

/// `hooks` runs at once in one runtime, each of 1,000 requests with a response of exactly `BODY`.
async fn loses_nothing(guest: &str, method: &str, hooks: u32) {
    let server = Server::http(|request| {
        let complete = request.method() == "GET" || request.body().ends_with(b"/health");
        ok(if complete { BODY } else { "the request's body was lost" })
    })
    .await;
    let runtime = Runtime::new(RuntimeOptions::default().with_concurrency(hooks)).unwrap();
    let hook = Arc::new(runtime.load_file(component(guest)).unwrap());
    let run = run_against(&server, method);
    let runs: Vec<_> = (0..hooks)
        .map(|_| {
            let (hook, run) = (Arc::clone(&hook), run.clone());
            tokio::spawn(async move { hook.run(run).await })
        })
        .collect();
    for report in runs {
        let report = report.await.unwrap();
        assert_eq!(report.verdict(), Some(&Pass), "{}", report.reason());
        assert_eq!(report.requests.len(), REQUESTS);
        let lost = report.requests.iter().find(|r| r.status != Some(200) || !r.complete || r.error.is_some());
        assert_eq!(lost, None);
    }
    assert_eq!(server.requests(), usize::try_from(hooks).unwrap() * REQUESTS);
}

/// A run against the test listener alone. Eight thousand exchanges on two busy cores take a while; time is not what
/// these tests are about.
fn run_against(server: &Server, method: &str) -> HookRun {
    let mut context = HookContext::new("d-1NNWZG91L", "AfterAllowTestTraffic");
    context.test_url = Some(server.url());
    let limits = Limits::default().with_wall_clock(PATIENCE).with_cpu(PATIENCE);
    let url = format!("{}/health", server.url());
    HookRun::new(context)
        .with_grants(Grants::none().with_http(HttpGrants::parse(["{test}"]).unwrap()))
        .with_limits(limits)
        .with_config([("url", url.as_str()), ("requests", "1000"), ("body", BODY), ("method", method)])
}
