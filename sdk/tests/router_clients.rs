//! Clients that misbehave are turned away, and the others do not notice.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::time::Duration;

use crate::router_support::{Target, exchange, get, router_to, router_with, soon};
use greenlight::local::router::TargetGroup;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[tokio::test]
async fn a_malformed_request_is_answered_with_400_and_the_listener_lives() {
    let target = Target::named("alive").await;
    let router = router_to(target.address).await;
    for malformed in [
        "nonsense\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        "\x16\x03\x01\x02",
    ] {
        let seen = soon("the answer", exchange(router.production_addr(), malformed)).await;
        assert!(seen.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{malformed:?} gave {seen:?}");
        assert_eq!(get(router.production_addr(), "/").await, (200, "alive".to_owned()));
    }
    assert_eq!(router.stats().production.blue.failures, 0);
}

#[tokio::test]
async fn a_host_that_is_not_one_gets_a_sentence() {
    let router = router_to(Target::named("alive").await.address).await;
    let seen = exchange(router.production_addr(), "GET / HTTP/1.1\r\nConnection: close\r\n\r\n").await;
    assert!(seen.contains("x-greenlight-error: bad-host\r\n"), "{seen}");
    assert!(seen.ends_with("greenlight router: the request must have exactly one Host header\n"), "{seen}");
}

#[tokio::test]
async fn connect_is_not_allowed() {
    let router = router_to(Target::named("alive").await.address).await;
    let request =
        "CONNECT mail.example.com:25 HTTP/1.1\r\nHost: mail.example.com:25\r\nConnection: close\r\n\r\n";
    let seen = exchange(router.production_addr(), request).await;
    assert!(seen.starts_with("HTTP/1.1 405 Method Not Allowed\r\n"), "{seen}");
    assert!(seen.contains("x-greenlight-error: connect-method\r\n"), "{seen}");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_a_431() {
    let target = Target::named("alive").await;
    let router = router_with(|config| config.with_max_head_bytes(16 * 1024)).await;
    router.set_targets(TargetGroup::Blue, &[target.address]);
    let head = |bytes: usize| {
        format!("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Large: {}\r\n\r\n", "x".repeat(bytes))
    };
    assert!(exchange(router.production_addr(), &head(12 * 1024)).await.starts_with("HTTP/1.1 200 OK\r\n"));

    let mut stream = TcpStream::connect(router.production_addr()).await.unwrap();
    let _ = stream.write_all(head(20 * 1024).as_bytes()).await;
    let mut seen = [0; 12];
    soon("the answer", stream.read_exact(&mut seen)).await.unwrap();
    assert_eq!(&seen, b"HTTP/1.1 431");
    assert_eq!(get(router.production_addr(), "/").await.0, 200);
}

#[tokio::test]
async fn a_client_that_never_finishes_its_head_is_disconnected() {
    let router = router_with(|config| config.with_idle_timeout(Duration::from_millis(200))).await;
    for start in ["", "GET / HTTP/1.1\r\nHost: a\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"] {
        let mut stream = TcpStream::connect(router.production_addr()).await.unwrap();
        stream.write_all(start.as_bytes()).await.unwrap();
        let mut seen = Vec::new();
        soon("the end", stream.read_to_end(&mut seen)).await.unwrap();
    }
}

#[tokio::test]
async fn slow_clients_do_not_slow_the_others() {
    let target = Target::named("alive").await;
    let router = router_to(target.address).await;
    let mut slow = Vec::new();
    for _ in 0..200 {
        let mut stream = TcpStream::connect(router.production_addr()).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n").await.unwrap();
        slow.push(stream);
    }
    assert_eq!(soon("the answer", get(router.production_addr(), "/")).await.0, 200);
    for mut stream in slow {
        stream.write_all(b"Connection: close\r\n\r\n").await.unwrap();
        let mut seen = String::new();
        soon("the answer", stream.read_to_string(&mut seen)).await.unwrap();
        assert!(seen.starts_with("HTTP/1.1 200 OK\r\n"), "{seen}");
    }
}
