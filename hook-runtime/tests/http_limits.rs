//! Outgoing HTTP ends within its limits of size, number and time.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

use std::{
    sync::{Arc, atomic::Ordering::SeqCst},
    time::Duration,
};

use crate::http_support::{
    egress_with,
    server::{Server, ok, read_head},
};
use bytes::Bytes;
use greenlight_hook_runtime::http::{
    Egress, FetchRequest, HttpError, HttpGrants, HttpLimits, LimitKind, Network, Roles, TimeoutKind,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::Semaphore,
    time::Instant,
};

/// A broker for the test listener at `server`, with changed limits.
fn limited(server: &Server, change: impl FnOnce(&mut HttpLimits)) -> Egress {
    let mut limits = HttpLimits::default();
    change(&mut limits);
    let roles = Roles::new().with_test(&server.url()).unwrap();
    egress_with(Network::system().unwrap(), &["{test}"], roles, limits)
}

#[tokio::test]
async fn a_response_over_the_limit_ends_in_an_error_that_names_the_limit() {
    let server = Server::http(|_| ok(vec![b'x'; 1001])).await;
    let egress = limited(&server, |l| l.max_response_bytes = 1000);
    let error = egress.fetch(FetchRequest::get(server.url())).await.unwrap_err();
    assert!(matches!(error, HttpError::Limit { kind: LimitKind::ResponseBody, .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        format!("the response of {} is longer than 1000 bytes, the limit max_response_bytes", server.url())
    );
    assert_eq!(egress.records()[0].error.as_ref().unwrap().sentence, error.to_string());
    let enough = limited(&server, |l| l.max_response_bytes = 1001);
    assert_eq!(enough.fetch(FetchRequest::get(server.url())).await.unwrap().body.len(), 1001);
}

#[tokio::test]
async fn a_response_without_a_length_is_cut_at_the_limit() {
    let server = Server::each(|mut tcp, _| async move {
        read_head(&mut tcp).await;
        tcp.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await.unwrap();
        // For ever, until the other side has had enough.
        while tcp.write_all(&[b'x'; 4096]).await.is_ok() {}
    })
    .await;
    let egress = limited(&server, |l| l.max_response_bytes = 1 << 20);
    let error = egress.fetch(FetchRequest::get(server.url())).await.unwrap_err();
    assert!(matches!(error, HttpError::Limit { kind: LimitKind::ResponseBody, .. }), "{error:?}");
}

#[tokio::test]
async fn the_responses_of_a_run_are_limited_together() {
    let server = Server::http(|_| ok(vec![b'x'; 400])).await;
    let egress = limited(&server, |l| l.max_total_response_bytes = 1000);
    for _ in 0..2 {
        egress.fetch(FetchRequest::get(server.url())).await.unwrap();
    }
    let error = egress.fetch(FetchRequest::get(server.url())).await.unwrap_err();
    assert!(matches!(error, HttpError::Limit { kind: LimitKind::TotalResponseBodies, .. }), "{error:?}");
}

#[tokio::test]
async fn a_request_over_the_limit_does_not_arrive() {
    let server = Server::http(|_| ok("x")).await;
    let egress = limited(&server, |l| l.max_request_bytes = 10);
    let request = |size| FetchRequest {
        method: "PUT".into(),
        body: Bytes::from(vec![b'x'; size]),
        ..FetchRequest::get(server.url())
    };
    assert_eq!(egress.fetch(request(10)).await.unwrap().status, 200);
    let error = egress.fetch(request(11)).await.unwrap_err();
    assert!(matches!(error, HttpError::Limit { kind: LimitKind::RequestBody, .. }), "{error:?}");
}

#[tokio::test]
async fn the_number_of_requests_is_limited_denied_ones_included() {
    let server = Server::http(|_| ok("x")).await;
    let egress = limited(&server, |l| l.max_requests = 2);
    assert!(egress.fetch(FetchRequest::get("http://a.example/")).await.unwrap_err().is_denied());
    egress.fetch(FetchRequest::get(server.url())).await.unwrap();
    for _ in 0..100 {
        let error = egress.fetch(FetchRequest::get(server.url())).await.unwrap_err();
        assert!(matches!(error, HttpError::Limit { kind: LimitKind::Requests, .. }), "{error:?}");
    }
    assert_eq!((server.requests(), egress.requests(), egress.records().len()), (1, 102, 3));
}

#[tokio::test]
async fn a_request_too_many_at_the_same_time_fails_at_once() {
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let server = Server::each(move |mut tcp, requests| {
        let gate = Arc::clone(&held);
        async move {
            read_head(&mut tcp).await;
            requests.fetch_add(1, SeqCst);
            gate.acquire().await.unwrap().forget();
            tcp.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        }
    })
    .await;
    let egress = limited(&server, |l| l.max_concurrent = 1);
    let (url, first) = (server.url(), egress.clone());
    let first = tokio::spawn(async move { first.fetch(FetchRequest::get(url)).await });
    while server.requests() == 0 {
        tokio::task::yield_now().await;
    }
    let error = egress.fetch(FetchRequest::get(server.url())).await.unwrap_err();
    assert!(matches!(error, HttpError::Limit { kind: LimitKind::Concurrent, .. }), "{error:?}");
    gate.add_permits(2);
    assert_eq!(first.await.unwrap().unwrap().status, 200);
    // The place is free again.
    assert_eq!(egress.fetch(FetchRequest::get(server.url())).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_server_that_drips_its_response_ends_at_the_deadline_of_the_run() {
    let server = Server::each(|mut tcp, _| async move {
        read_head(&mut tcp).await;
        tcp.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n").await.unwrap();
        while tcp.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    let (budget, begun) = (Duration::from_millis(300), Instant::now());
    let roles = Roles::new().with_test(&server.url()).unwrap();
    let grants = HttpGrants::parse(["{test}"]).unwrap();
    let egress =
        Egress::new(Network::system().unwrap(), grants, roles, HttpLimits::default(), begun + budget);
    let error = egress.fetch(FetchRequest::get(server.url())).await.unwrap_err();
    assert!(matches!(error, HttpError::Timeout { kind: TimeoutKind::Whole, .. }), "{error:?}");
    assert_eq!(error.to_string(), format!("the run's time ended while it waited for {}", server.url()));
    assert!(begun.elapsed() >= budget);
    let record = egress.records().swap_remove(0);
    assert_eq!((record.status, record.complete), (Some(200), false));
    assert!(record.response_bytes > 0);
}

#[tokio::test]
async fn each_timer_ends_its_own_step() {
    // Accepts, and says nothing.
    let silent = Server::each(|mut tcp, _| async move { drop(tcp.read_to_end(&mut Vec::new()).await) }).await;
    let short = Duration::from_millis(50);

    let egress = limited(&silent, |l| l.first_byte_timeout = short);
    let error = egress.fetch(FetchRequest::get(silent.url())).await.unwrap_err();
    assert!(matches!(error, HttpError::Timeout { kind: TimeoutKind::FirstByte, .. }), "{error:?}");
    assert_eq!(error.to_string(), format!("{} did not begin its response within 50ms", silent.url()));

    let egress = limited(&silent, |_| ());
    let wish = FetchRequest { timeout: Some(short), ..FetchRequest::get(silent.url()) };
    let error = egress.fetch(wish).await.unwrap_err();
    assert!(matches!(error, HttpError::Timeout { kind: TimeoutKind::Whole, .. }), "{error:?}");

    // A TLS handshake that is never answered counts as connecting.
    let mut limits = HttpLimits::default();
    limits.connect_timeout = short;
    let url = format!("https://{}", silent.address);
    let roles = Roles::new().with_test(&url).unwrap();
    let egress = egress_with(Network::system().unwrap(), &["{test}"], roles, limits);
    let error = egress.fetch(FetchRequest::get(&url)).await.unwrap_err();
    assert!(matches!(error, HttpError::Timeout { kind: TimeoutKind::Connect, .. }), "{error:?}");
    assert_eq!(error.to_string(), format!("no connection to {url} within 50ms"));
}
