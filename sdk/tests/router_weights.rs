//! Requests are divided exactly as the weights say, and the counters tell the same story as the targets.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use crate::router_support::{Client, Target, get, nobody, router};
use greenlight::local::router::{Router, TargetGroup, Weights};

async fn blue_green() -> (Router, Target, Target) {
    let (blue, green) = (Target::named("blue").await, Target::named("green").await);
    let router = router().await;
    router.set_targets(TargetGroup::Blue, &[blue.address]);
    router.set_targets(TargetGroup::Green, &[green.address]);
    (router, blue, green)
}

async fn greens_of(router: &Router, requests: usize) -> usize {
    let mut client = Client::connect(router.production_addr()).await;
    let mut greens = 0;
    for _ in 0..requests {
        let (status, body) = client.get("/").await.unwrap();
        assert_eq!(status, 200);
        greens += usize::from(body == "green");
    }
    greens
}

#[tokio::test]
async fn every_share_is_exact() {
    let (router, _blue, _green) = blue_green().await;
    for percent in [1.0, 10.0, 25.0, 33.0, 50.0, 90.0, 99.0] {
        router.set_production_weights(Weights::new(100.0 - percent, percent).unwrap());
        assert_eq!(greens_of(&router, 200).await as f64, 2.0 * percent);
    }
}

#[tokio::test]
async fn a_share_is_exact_over_many_clients_at_once() {
    let (router, _blue, _green) = blue_green().await;
    router.set_production_weights(Weights::new(90.0, 10.0).unwrap());
    let clients = (0..10).map(|_| greens_of(&router, 50));
    let greens: usize = futures_util::future::join_all(clients).await.into_iter().sum();
    assert_eq!(greens, 50);
}

#[tokio::test]
async fn a_group_of_weight_zero_gets_nothing() {
    let (router, blue, green) = blue_green().await;
    assert_eq!(greens_of(&router, 300).await, 0, "before anything was set, all goes to blue");
    assert_eq!(green.connections(), 0);
    assert_eq!(router.stats().production.green.first_request, None);

    router.set_production_weights(Weights::GREEN);
    let (blue_before, connections_before) = (router.stats().production.blue.requests, blue.connections());
    assert_eq!(greens_of(&router, 300).await, 300);
    assert_eq!(router.stats().production.blue.requests, blue_before);
    assert_eq!(blue.connections(), connections_before);
}

#[tokio::test]
async fn the_test_listener_goes_its_own_way() {
    let (router, _blue, _green) = blue_green().await;
    let test = router.test_addr().unwrap();
    assert_eq!(get(test, "/").await.0, 503);

    router.set_test_target(Some(TargetGroup::Green));
    assert_eq!(get(test, "/").await, (200, "green".to_owned()));
    assert_eq!(get(router.production_addr(), "/").await, (200, "blue".to_owned()));

    router.set_test_target(Some(TargetGroup::Blue));
    assert_eq!(get(test, "/").await, (200, "blue".to_owned()));
}

#[tokio::test]
async fn the_counters_tell_listeners_groups_and_failures_apart() {
    let (router, _blue, _green) = blue_green().await;
    let started = std::time::Instant::now();
    router.set_test_target(Some(TargetGroup::Green));
    for _ in 0..3 {
        get(router.production_addr(), "/").await;
    }
    get(router.test_addr().unwrap(), "/").await;
    router.set_targets(TargetGroup::Green, &[nobody().await]);
    get(router.test_addr().unwrap(), "/").await;
    router.set_test_target(None);
    get(router.test_addr().unwrap(), "/").await;

    let stats = router.stats();
    assert!(stats.test.green.first_request.unwrap() > stats.production.blue.first_request.unwrap());
    assert!(stats.production.group(TargetGroup::Blue).first_request.unwrap() >= started);
    assert_eq!(
        stats.to_string(),
        "production: blue 3 requests (0 failed), green 0 requests (0 failed), unrouted 0; \
         test: blue 0 requests (0 failed), green 2 requests (1 failed), unrouted 1"
    );
}

#[tokio::test]
async fn the_targets_of_a_group_take_turns() {
    let (one, two) = (Target::named("one").await, Target::named("two").await);
    let router = router().await;
    router.set_targets(TargetGroup::Blue, &[one.address, two.address]);
    let mut client = Client::connect(router.production_addr()).await;
    let mut ones = 0;
    for _ in 0..20 {
        ones += usize::from(client.get("/").await.unwrap().1 == "one");
    }
    assert_eq!(ones, 10);
    assert_eq!(router.targets(TargetGroup::Blue), [one.address, two.address]);
}
