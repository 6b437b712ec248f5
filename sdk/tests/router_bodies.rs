//! Bodies pass as they come, whatever their size and whoever is slow.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::router_support::{
    Client, Target, channel, empty, eventually, raw_target, read_head, router_to, router_with, soon, text,
};
use bytes::Bytes;
use greenlight::local::router::TargetGroup;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const LARGE: usize = 10 * 1024 * 1024;

fn pattern(length: usize) -> Bytes {
    (0..length).map(|index| (index % 251) as u8).collect::<Vec<u8>>().into()
}

/// Sends every frame back as it comes.
async fn echo() -> Target {
    Target::new(|request: Request<Incoming>| async move {
        let (pieces, body) = channel();
        let mut incoming = request.into_body();
        tokio::spawn(async move {
            while let Some(Ok(frame)) = incoming.frame().await {
                if pieces.send(frame.into_data().unwrap()).await.is_err() {
                    break;
                }
            }
        });
        Response::new(body)
    })
    .await
}

#[tokio::test]
async fn ten_mebibytes_pass_in_both_directions() {
    let large = pattern(LARGE);
    let answer = large.clone();
    let target = Target::new(move |request: Request<Incoming>| {
        let answer = answer.clone();
        async move {
            let body = request.into_body().collect().await.unwrap().to_bytes();
            if body == answer { text(answer) } else { text("not what was sent") }
        }
    })
    .await;
    let router = router_to(target.address).await;
    let mut client = Client::connect(router.production_addr()).await;
    for _ in 0..2 {
        let request = Request::post("/").body(Full::new(large.clone()).boxed()).unwrap();
        let response = soon("the answer", client.send(request)).await.unwrap();
        assert_eq!(response.headers()["content-length"], LARGE.to_string().as_str());
        let body = soon("the body", response.into_body().collect()).await.unwrap().to_bytes();
        assert!(body == large, "{} bytes came back", body.len());
    }
    assert_eq!(target.connections(), 1, "the connection is kept");
}

#[tokio::test]
async fn ten_mebibytes_pass_both_ways_at_once() {
    let target = echo().await;
    let router = router_to(target.address).await;
    let mut client = Client::connect(router.production_addr()).await;
    let large = pattern(LARGE);
    let request = Request::post("/").body(Full::new(large.clone()).boxed()).unwrap();
    let response = soon("the answer", client.send(request)).await.unwrap();
    let body = soon("the body", response.into_body().collect()).await.unwrap().to_bytes();
    assert!(body == large, "{} bytes came back", body.len());
    eventually("nothing is in flight", || router.in_flight(TargetGroup::Blue) == 0).await;
}

#[tokio::test]
async fn an_answer_starts_while_the_request_goes_on() {
    let target = echo().await;
    let router = router_to(target.address).await;
    let mut client = Client::connect(router.production_addr()).await;
    let (pieces, body) = channel();
    pieces.send("one".into()).await.unwrap();
    let request = Request::post("/").body(body).unwrap();
    let mut response = soon("the answer", client.send(request)).await.unwrap();
    assert_eq!(soon("one", response.frame()).await.unwrap().unwrap().into_data().unwrap(), "one");
    pieces.send("two".into()).await.unwrap();
    assert_eq!(soon("two", response.frame()).await.unwrap().unwrap().into_data().unwrap(), "two");
    drop(pieces);
    assert!(soon("the end", response.frame()).await.is_none());
}

#[tokio::test]
async fn an_upload_goes_on_while_nobody_reads_the_answer() {
    // The target answers at once with more than all buffers hold, and reads the request meanwhile.
    let (done, mut uploaded) = tokio::sync::mpsc::unbounded_channel();
    let target = Target::new(move |request: Request<Incoming>| {
        let done = done.clone();
        async move {
            tokio::spawn(async move {
                let mut body = request.into_body();
                let mut received = 0;
                while received < LARGE {
                    received += body.frame().await.unwrap().unwrap().into_data().unwrap().len();
                }
                done.send(received).unwrap();
            });
            text(pattern(2 * LARGE))
        }
    })
    .await;
    let router = router_to(target.address).await;
    let stream = TcpStream::connect(router.production_addr()).await.unwrap();
    let (mut from_router, mut to_router) = stream.into_split();
    let head =
        format!("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: {LARGE}\r\nConnection: close\r\n\r\n");
    to_router.write_all(head.as_bytes()).await.unwrap();
    let upload = tokio::spawn(async move {
        to_router.write_all(&pattern(LARGE)).await.unwrap();
        to_router
    });
    assert_eq!(soon("the upload", uploaded.recv()).await, Some(LARGE));
    let mut answer = Vec::new();
    soon("the answer", from_router.read_to_end(&mut answer)).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200") && answer.len() > 2 * LARGE);
    upload.await.unwrap();
}

#[tokio::test]
async fn pieces_are_not_held_back() {
    let (pieces, body) = channel();
    let body = Arc::new(Mutex::new(Some(body)));
    let target = Target::new(move |_| {
        let body = body.lock().unwrap().take().unwrap();
        async move { Response::new(body) }
    })
    .await;
    let router = router_to(target.address).await;
    let mut client = Client::connect(router.production_addr()).await;
    let mut response = client.send(Request::get("/events").body(empty()).unwrap()).await.unwrap();
    for piece in ["data: 1\n\n", "data: 2\n\n", "data: 3\n\n"] {
        pieces.send(piece.into()).await.unwrap();
        let frame = soon("the piece", response.frame()).await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), piece);
    }
}

#[tokio::test]
async fn a_slow_upload_is_not_silence() {
    let target = Target::new(|request: Request<Incoming>| async move {
        let body = request.into_body().collect().await.unwrap().to_bytes();
        text(body)
    })
    .await;
    let router = router_with(|config| config.with_idle_timeout(Duration::from_secs(1))).await;
    router.set_targets(TargetGroup::Blue, &[target.address]);
    let mut stream = TcpStream::connect(router.production_addr()).await.unwrap();
    let head = "POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 12\r\nConnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    // Longer in all than the idle time-out, shorter from byte to byte.
    for byte in b"twelve bytes" {
        tokio::time::sleep(Duration::from_millis(100)).await;
        stream.write_all(&[*byte]).await.unwrap();
    }
    let mut seen = String::new();
    stream.read_to_string(&mut seen).await.unwrap();
    assert!(seen.starts_with("HTTP/1.1 200") && seen.ends_with("twelve bytes"), "{seen}");
}

#[tokio::test]
async fn a_client_that_stops_reading_does_not_hold_its_target() {
    let target = Target::new(|_| async { text(pattern(4 * LARGE)) }).await;
    let router = router_with(|config| config.with_idle_timeout(Duration::from_millis(300))).await;
    router.set_targets(TargetGroup::Blue, &[target.address]);
    let mut stream = TcpStream::connect(router.production_addr()).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: shop\r\n\r\n").await.unwrap();
    eventually("the request is in flight", || router.in_flight(TargetGroup::Blue) == 1).await;
    let drained = soon("drain", router.drain(TargetGroup::Blue, Duration::from_secs(60))).await;
    assert_eq!(drained.remaining, 0);
}

#[tokio::test]
async fn a_client_that_breaks_off_its_upload_is_not_the_targets_failure() {
    let target = raw_target(|_, mut stream| async move {
        read_head(&mut stream).await;
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
    })
    .await;
    let router = router_to(target).await;
    let mut stream = TcpStream::connect(router.production_addr()).await.unwrap();
    stream.write_all(b"POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 100\r\n\r\nhalf").await.unwrap();
    eventually("the request is in flight", || router.in_flight(TargetGroup::Blue) == 1).await;
    drop(stream);
    eventually("nothing is in flight", || router.in_flight(TargetGroup::Blue) == 0).await;
    assert_eq!(router.stats().production.blue.failures, 0);
}
