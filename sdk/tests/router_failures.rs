//! What a client gets when a target does not do its part.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::router_support::{
    Client, Target, empty, eventually, get, nobody, raw_target, read_head, router, router_to, router_with,
    soon,
};
use greenlight::local::router::TargetGroup;
use http::Request;
use http_body_util::{BodyExt as _, Full};
use tokio::io::AsyncWriteExt as _;

/// Status, error code and sentence of the answer to a GET.
async fn refused(address: std::net::SocketAddr) -> (u16, String, String) {
    let mut client = Client::connect(address).await;
    let response = client.send(Request::get("/").body(empty()).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let code = response.headers()["x-greenlight-error"].to_str().unwrap().to_owned();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, code, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_target_that_refuses_is_a_502() {
    let target = nobody().await;
    let router = router_to(target).await;
    let (status, code, sentence) = refused(router.production_addr()).await;
    assert_eq!((status, code.as_str()), (502, "target-unreachable"));
    assert_eq!(
        sentence.replace(&target.to_string(), "TARGET"),
        "greenlight router: the blue target TARGET cannot be connected to (Connection refused (os error 111)); \
         is its process still running?\n"
    );
}

#[tokio::test]
async fn no_targets_and_no_group_are_a_503() {
    let router = router().await;
    let (status, code, sentence) = refused(router.production_addr()).await;
    assert_eq!((status, code.as_str()), (503, "no-targets"));
    assert_eq!(sentence, "greenlight router: the blue target group has no targets\n");

    let (status, code, sentence) = refused(router.test_addr().unwrap()).await;
    assert_eq!((status, code.as_str()), (503, "no-target-group"));
    assert_eq!(sentence, "greenlight router: this listener forwards to no target group at the moment\n");
}

#[tokio::test]
async fn a_target_that_does_not_answer_is_a_504() {
    let target = Target::new(|_| std::future::pending()).await;
    let router = router_with(|config| config.with_idle_timeout(Duration::from_millis(200))).await;
    router.set_targets(TargetGroup::Blue, &[target.address]);
    let (status, code, sentence) = refused(router.production_addr()).await;
    assert_eq!((status, code.as_str()), (504, "target-silent"));
    assert!(sentence.ends_with(" did not answer within 200ms\n"), "{sentence}");
    assert_eq!(router.stats().production.blue.failures, 1);
    assert_eq!(router.in_flight(TargetGroup::Blue), 0);
}

#[tokio::test]
async fn a_target_that_takes_no_connection_is_a_504() {
    // A listener whose queue is full drops what else arrives, so that nobody ever answers.
    let listener = tokio::net::TcpSocket::new_v4().unwrap();
    listener.bind(crate::router_support::local(0)).unwrap();
    let listener = listener.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let fill = (0..8)
        .map(|_| tokio::time::timeout(Duration::from_millis(300), tokio::net::TcpStream::connect(address)));
    let filled = futures_util::future::join_all(fill).await;
    assert!(filled.iter().any(Result::is_err), "the queue is full");

    let router = router_with(|config| config.with_connect_timeout(Duration::from_millis(200))).await;
    router.set_targets(TargetGroup::Blue, &[address]);
    let (status, code, sentence) = refused(router.production_addr()).await;
    assert_eq!((status, code.as_str()), (504, "target-connect-timeout"));
    assert!(sentence.ends_with(" did not accept a connection within 200ms\n"), "{sentence}");
}

#[tokio::test]
async fn a_target_that_talks_nonsense_is_a_502() {
    let target = raw_target(|_, mut stream| async move {
        read_head(&mut stream).await;
        stream.write_all(b"220 mail.example.com ESMTP\r\n\r\n").await.unwrap();
    })
    .await;
    let router = router_to(target).await;
    let (status, code, sentence) = refused(router.production_addr()).await;
    assert_eq!((status, code.as_str()), (502, "target-broken"));
    assert!(sentence.contains(" did not send a valid response (invalid HTTP version parsed"), "{sentence}");
}

#[tokio::test]
async fn a_target_that_dies_in_its_response_breaks_the_response() {
    for response in [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ] {
        let target = raw_target(move |_, mut stream| async move {
            read_head(&mut stream).await;
            stream.write_all(response.as_bytes()).await.unwrap();
        })
        .await;
        let router = router_to(target).await;
        let mut client = Client::connect(router.production_addr()).await;
        let mut response = client.send(Request::get("/").body(empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.frame().await.unwrap().unwrap().into_data().unwrap(), "half");
        let rest = soon("the break", response.frame()).await;
        assert!(rest.unwrap().is_err(), "half a response must not look like a whole one");
        eventually("the failure is counted", || router.stats().production.blue.failures == 1).await;
        assert_eq!(router.in_flight(TargetGroup::Blue), 0);
    }
}

#[tokio::test]
async fn a_target_that_falls_silent_in_its_response_breaks_the_response() {
    let target = raw_target(|_, mut stream| async move {
        read_head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf").await.unwrap();
        std::future::pending().await
    })
    .await;
    let router = router_with(|config| config.with_idle_timeout(Duration::from_millis(200))).await;
    router.set_targets(TargetGroup::Blue, &[target]);
    let mut client = Client::connect(router.production_addr()).await;
    assert!(soon("the break", client.get("/")).await.is_err());
    eventually("the failure is counted", || router.stats().production.blue.failures == 1).await;
}

#[tokio::test]
async fn a_target_that_refuses_is_passed_over_for_another_one() {
    let target = Target::named("alive").await;
    let router = router().await;
    router.set_targets(TargetGroup::Blue, &[nobody().await, target.address, nobody().await]);
    for _ in 0..9 {
        assert_eq!(get(router.production_addr(), "/").await, (200, "alive".to_owned()));
    }
    assert_eq!(router.stats().production.blue.failures, 0);
}

/// Answers the first request of each connection, then reads the second one and closes without an answer: what a
/// server does that decides to close while a request is under way.
async fn closing_target() -> (std::net::SocketAddr, Arc<AtomicUsize>) {
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&requests);
    let target = raw_target(move |_, mut stream| {
        let counter = Arc::clone(&counter);
        async move {
            for number in 0..2 {
                if read_head(&mut stream).await.is_empty() {
                    return;
                }
                counter.fetch_add(1, Ordering::SeqCst);
                if number == 0 {
                    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await.unwrap();
                }
            }
        }
    })
    .await;
    (target, requests)
}

#[tokio::test]
async fn a_request_that_may_be_repeated_survives_a_kept_connection_that_closes() {
    let (target, requests) = closing_target().await;
    let router = router_to(target).await;
    for _ in 0..10 {
        assert_eq!(get(router.production_addr(), "/").await, (200, "ok".to_owned()));
    }
    assert!(requests.load(Ordering::SeqCst) > 10, "some were sent twice");
    assert_eq!(router.stats().production.blue.failures, 0);
}

#[tokio::test]
async fn a_request_that_must_not_be_repeated_is_sent_once() {
    let (target, requests) = closing_target().await;
    let router = router_to(target).await;
    assert_eq!(get(router.production_addr(), "/").await.0, 200);
    let mut client = Client::connect(router.production_addr()).await;
    let order = Request::post("/orders").body(Full::new("one".into()).boxed()).unwrap();
    assert_eq!(client.send(order).await.unwrap().status(), 502);
    assert_eq!(requests.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_connection_that_the_target_has_closed_is_not_used_again() {
    let target = raw_target(|_, mut stream| async move {
        read_head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await.unwrap();
        // Closed without a word, although HTTP/1.1 promises to stay.
    })
    .await;
    let router = router_to(target).await;
    let mut client = Client::connect(router.production_addr()).await;
    for _ in 0..200 {
        let order = Request::post("/orders").body(Full::new("one".into()).boxed()).unwrap();
        let response = client.send(order).await.unwrap();
        assert_eq!(response.status(), 200);
        response.into_body().collect().await.unwrap();
    }
}

#[tokio::test]
async fn kept_connections_are_reused() {
    let target = Target::named("kept").await;
    let router = router_to(target.address).await;
    for _ in 0..50 {
        get(router.production_addr(), "/").await;
    }
    assert_eq!(target.connections(), 1);
}
