//! Connections that change their protocol become tunnels.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::time::Duration;

use crate::router_support::{eventually, exchange, raw_target, read_head, router_to, router_with, soon};
use greenlight::local::router::TargetGroup;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const HANDSHAKE: &str = "GET /chat HTTP/1.1\r\nHost: shop\r\nConnection: keep-alive, Upgrade\r\n\
                         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// Agrees to a change to WebSocket, and sends back every byte from then on.
async fn echo() -> std::net::SocketAddr {
    raw_target(|_, mut stream| async move {
        let head = read_head(&mut stream).await.to_lowercase();
        assert!(head.contains("\r\nupgrade: websocket\r\n"), "{head}");
        assert!(head.contains("\r\nconnection: upgrade\r\n"), "{head}");
        assert!(head.contains("\r\nsec-websocket-key: "), "{head}");
        let agreed = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                      Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nwelcome";
        stream.write_all(agreed.as_bytes()).await.unwrap();
        let (mut from, mut to) = stream.split();
        let _ = tokio::io::copy(&mut from, &mut to).await;
    })
    .await
}

async fn open(address: std::net::SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(HANDSHAKE.as_bytes()).await.unwrap();
    let head = soon("the agreement", read_head(&mut stream)).await.to_lowercase();
    assert!(head.starts_with("http/1.1 101 switching protocols\r\n"), "{head}");
    assert!(
        head.contains("\r\nupgrade: websocket\r\n") && head.contains("\r\nconnection: upgrade\r\n"),
        "{head}"
    );
    assert!(head.contains("\r\nsec-websocket-accept: "), "{head}");
    let mut welcome = [0; 7];
    soon("the welcome", stream.read_exact(&mut welcome)).await.unwrap();
    assert_eq!(&welcome, b"welcome", "bytes that came with the agreement are not lost");
    stream
}

#[tokio::test]
async fn a_websocket_is_tunnelled_until_the_client_closes() {
    let router = router_to(echo().await).await;
    let mut stream = open(router.production_addr()).await;
    for message in [&b"\x81\x05hello"[..], &[0; 100_000][..]] {
        stream.write_all(message).await.unwrap();
        let mut back = vec![0; message.len()];
        soon("the echo", stream.read_exact(&mut back)).await.unwrap();
        assert_eq!(back, message);
    }
    assert_eq!(router.in_flight(TargetGroup::Blue), 1, "a tunnel is in flight");
    drop(stream);
    let drained = soon("drain", router.drain(TargetGroup::Blue, Duration::from_secs(60))).await;
    assert_eq!(drained.remaining, 0);
}

#[tokio::test]
async fn a_silent_tunnel_is_closed_and_a_busy_one_is_not() {
    let router = router_with(|config| config.with_idle_timeout(Duration::from_secs(1))).await;
    router.set_targets(TargetGroup::Blue, &[echo().await]);
    let mut stream = open(router.production_addr()).await;
    for _ in 0..13 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        stream.write_all(b"x").await.unwrap();
        let mut back = [0];
        stream.read_exact(&mut back).await.unwrap();
    }
    let mut rest = Vec::new();
    soon("the end", stream.read_to_end(&mut rest)).await.unwrap();
    eventually("nothing is in flight", || router.in_flight(TargetGroup::Blue) == 0).await;
}

#[tokio::test]
async fn a_target_that_declines_is_heard() {
    let target = raw_target(|_, mut stream| async move {
        read_head(&mut stream).await;
        let declined = "HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno";
        stream.write_all(declined.as_bytes()).await.unwrap();
    })
    .await;
    let router = router_to(target).await;
    let request = HANDSHAKE.replace("keep-alive", "close");
    let seen = soon("the answer", exchange(router.production_addr(), &request)).await;
    assert!(seen.starts_with("HTTP/1.1 426 Upgrade Required\r\n") && seen.ends_with("\r\n\r\nno"), "{seen}");
}

#[tokio::test]
async fn a_tunnel_does_not_outlive_the_router() {
    let router = router_with(|config| config.with_shutdown_grace(Duration::from_millis(100))).await;
    router.set_targets(TargetGroup::Blue, &[echo().await]);
    let mut stream = open(router.production_addr()).await;
    soon("shutdown", router.shutdown()).await;
    let mut rest = Vec::new();
    let _ = soon("the end", stream.read_to_end(&mut rest)).await;
    assert!(rest.is_empty());
}
