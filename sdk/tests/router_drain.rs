//! A group is drained when its targets have nothing left to do.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::time::Duration;

use crate::router_support::{Client, Target, channel, empty, eventually, get, router, soon};
use bytes::Bytes;
use greenlight::local::router::{TargetGroup, Weights};
use http::{Request, Response};
use http_body_util::BodyExt as _;
use tokio::io::AsyncReadExt as _;

const LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_group_without_requests_is_drained_at_once() {
    let drained = soon("drain", router().await.drain(TargetGroup::Green, LONG)).await;
    assert_eq!(drained.remaining, 0);
    assert_eq!(drained.to_string(), "green is drained");
}

#[tokio::test]
async fn drain_waits_for_the_end_of_a_streaming_response() {
    let (pieces, body) = channel();
    let body = std::sync::Arc::new(std::sync::Mutex::new(Some(body)));
    let blue = Target::new(move |_| {
        let body = body.lock().unwrap().take().unwrap();
        async move { Response::new(body) }
    })
    .await;
    let green = Target::named("green").await;
    let router = router().await;
    router.set_targets(TargetGroup::Blue, &[blue.address]);
    router.set_targets(TargetGroup::Green, &[green.address]);

    let mut client = Client::connect(router.production_addr()).await;
    let mut response = client.send(Request::get("/").body(empty()).unwrap()).await.unwrap();
    pieces.send(Bytes::from_static(b"first ")).await.unwrap();
    assert_eq!(response.frame().await.unwrap().unwrap().into_data().unwrap(), "first ");

    router.set_production_weights(Weights::GREEN);
    assert_eq!(get(router.production_addr(), "/").await.1, "green");
    let out_of_time = router.drain(TargetGroup::Blue, Duration::from_millis(20)).await;
    assert_eq!(out_of_time.to_string(), "blue still has 1 request in flight");

    let drain = router.drain(TargetGroup::Blue, LONG);
    let finish = async {
        tokio::task::yield_now().await;
        pieces.send(Bytes::from_static(b"last")).await.unwrap();
        drop(pieces);
        response.into_body().collect().await.unwrap().to_bytes()
    };
    let (drained, rest) = soon("drain", futures_util::future::join(drain, finish)).await;
    assert_eq!(drained.remaining, 0);
    assert_eq!(rest, "last", "the response was not cut");
    assert_eq!(router.in_flight(TargetGroup::Blue), 0);
}

#[tokio::test]
async fn a_client_that_goes_away_is_no_longer_in_flight() {
    let blue = Target::new(|_| std::future::pending()).await;
    let router = router().await;
    router.set_targets(TargetGroup::Blue, &[blue.address]);
    let mut client = Client::connect(router.production_addr()).await;
    let request = tokio::spawn(async move { client.get("/").await.map(|_| ()) });
    eventually("the request is in flight", || router.in_flight(TargetGroup::Blue) == 1).await;
    request.abort();
    assert_eq!(soon("drain", router.drain(TargetGroup::Blue, LONG)).await.remaining, 0);
}

#[tokio::test]
async fn a_drained_group_has_no_open_connections() {
    let (closed, mut closings) = tokio::sync::mpsc::unbounded_channel();
    let blue = crate::router_support::raw_target(move |_, mut stream| {
        let closed = closed.clone();
        async move {
            use tokio::io::AsyncWriteExt as _;
            crate::router_support::read_head(&mut stream).await;
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await.unwrap();
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).await.unwrap();
            closed.send(rest).unwrap();
        }
    })
    .await;
    let router = crate::router_support::router_with(|config| config.with_pool_idle_timeout(LONG)).await;
    router.set_targets(TargetGroup::Blue, &[blue]);
    assert_eq!(get(router.production_addr(), "/").await.1, "ok");
    assert!(closings.try_recv().is_err(), "the connection is kept");
    router.set_production_weights(Weights::GREEN);
    let _ = router.drain(TargetGroup::Blue, LONG).await;
    assert_eq!(soon("the connection closes", closings.recv()).await.unwrap(), b"");
}
