//! A router opens its ports or says why not, and closes them without cutting anything.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::time::Duration;

use crate::router_support::{
    Client, Target, eventually, get, local, router, router_to, router_with, soon, text,
};
use greenlight::local::router::{Router, RouterConfig, RouterError, TargetGroup};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::sync::Notify;

#[tokio::test]
async fn a_port_in_use_is_named_with_a_fix() {
    let first = router().await;
    let taken = first.production_addr();
    for (config, listener) in
        [(RouterConfig::new(taken), "production"), (RouterConfig::new(local(0)).with_test(taken), "test")]
    {
        let error = Router::bind(config).await.unwrap_err();
        assert!(matches!(error, RouterError::AddressInUse { .. }));
        assert_eq!(
            error.to_string(),
            format!(
                "port {} on 127.0.0.1 is in use ({listener} listener); stop the other process or choose another \
                 port, or 0 for any free one",
                taken.port()
            )
        );
    }
}

#[tokio::test]
async fn an_address_of_another_machine_is_named_with_a_fix() {
    let elsewhere = ([192, 0, 2, 1], 8080).into();
    let error = Router::bind(RouterConfig::new(elsewhere)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot listen on 192.0.2.1:8080 (production listener): Cannot assign requested address (os error 99); \
         choose an address of this machine and a port that this user may open"
    );
}

#[tokio::test]
async fn idle_clients_do_not_hold_up_a_shutdown() {
    let target = Target::named("alive").await;
    let router = router_with(|config| config.with_shutdown_grace(Duration::from_secs(3600))).await;
    router.set_targets(TargetGroup::Blue, &[target.address]);
    let mut used = Client::connect(router.production_addr()).await;
    used.get("/").await.unwrap();
    let mut unused = TcpStream::connect(router.production_addr()).await.unwrap();
    let mut in_test = TcpStream::connect(router.test_addr().unwrap()).await.unwrap();

    soon("shutdown", router.shutdown()).await;
    assert!(used.get("/").await.is_err());
    for stream in [&mut unused, &mut in_test] {
        let mut seen = Vec::new();
        let _ = soon("the end", stream.read_to_end(&mut seen)).await;
        assert!(seen.is_empty());
    }
    assert!(TcpStream::connect(router.production_addr()).await.is_err());
    let again = RouterConfig::new(router.production_addr()).with_test(router.test_addr().unwrap());
    Router::bind(again).await.unwrap();
}

#[tokio::test]
async fn a_shutdown_waits_for_running_requests() {
    let release = std::sync::Arc::new(Notify::new());
    let released = std::sync::Arc::clone(&release);
    let target = Target::new(move |_| {
        let released = std::sync::Arc::clone(&released);
        async move {
            released.notified().await;
            text("finished")
        }
    })
    .await;
    let router = router_to(target.address).await;
    let address = router.production_addr();
    let request = tokio::spawn(async move { get(address, "/").await });
    eventually("the request is in flight", || router.in_flight(TargetGroup::Blue) == 1).await;
    let release_later = async {
        tokio::task::yield_now().await;
        assert!(TcpStream::connect(address).await.is_err(), "no new connections");
        release.notify_one();
    };
    soon("shutdown", futures_util::future::join(router.shutdown(), release_later)).await;
    assert_eq!(request.await.unwrap(), (200, "finished".to_owned()));
}

#[tokio::test]
async fn a_shutdown_has_a_bound() {
    let target = Target::new(|_| std::future::pending()).await;
    let router = router_with(|config| config.with_shutdown_grace(Duration::from_millis(100))).await;
    router.set_targets(TargetGroup::Blue, &[target.address]);
    let mut client = Client::connect(router.production_addr()).await;
    let request = tokio::spawn(async move { client.get("/").await });
    eventually("the request is in flight", || router.in_flight(TargetGroup::Blue) == 1).await;
    soon("shutdown", router.shutdown()).await;
    assert!(request.await.unwrap().is_err());
    assert_eq!(router.in_flight(TargetGroup::Blue), 0);
}

#[tokio::test]
async fn a_dropped_router_closes_everything() {
    let target = Target::new(|_| std::future::pending()).await;
    let router = router_to(target.address).await;
    let address = router.production_addr();
    let mut client = Client::connect(address).await;
    let request = tokio::spawn(async move { client.get("/").await });
    eventually("the request is in flight", || router.in_flight(TargetGroup::Blue) == 1).await;
    drop(router);
    assert!(soon("the break", request).await.unwrap().is_err());
    soon("the port is free", async {
        while Router::bind(RouterConfig::new(address)).await.is_err() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_router_names_itself() {
    let router = router().await;
    let (production, test) = (router.production_addr(), router.test_addr().unwrap());
    assert_eq!(router.to_string(), format!("router on {production} (test {test})"));
}
