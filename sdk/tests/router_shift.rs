//! Traffic moves between the groups, and no request is lost on the way.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crate::router_support::{Client, Target, router, soon};
use greenlight::local::router::{Router, TargetGroup, Weights};
use http::Request;
use http_body_util::{BodyExt as _, Full};
use tokio::task::JoinHandle;

/// Clients that send one request after the other on kept connections until they are told to stop; each gives the
/// number of requests that were answered. Any failure is a panic.
struct Load {
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    clients: Vec<JoinHandle<()>>,
}

impl Load {
    fn start(router: &Router, clients: usize) -> Self {
        let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let address = router.production_addr();
        let clients = (0..clients)
            .map(|number| {
                let (stop, answered) = (Arc::clone(&stop), Arc::clone(&answered));
                tokio::spawn(async move {
                    let mut client = Client::connect(address).await;
                    while !stop.load(Ordering::Relaxed) {
                        // Every other client posts, so that requests that must not be repeated are among them.
                        if number % 2 == 0 {
                            let (status, body) = client.get("/").await.unwrap();
                            assert_eq!(status, 200, "{body}");
                        } else {
                            let body = Full::new("order".into()).boxed();
                            let response = client.send(Request::post("/").body(body).unwrap()).await.unwrap();
                            assert_eq!(response.status(), 200);
                            response.into_body().collect().await.unwrap();
                        }
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        Self { stop, answered, clients }
    }

    async fn until_answered(&self, requests: usize) {
        soon("requests are answered", async {
            let goal = self.answered.load(Ordering::Relaxed) + requests;
            while self.answered.load(Ordering::Relaxed) < goal {
                // A client that panicked would never reach the goal.
                assert!(self.clients.iter().all(|client| !client.is_finished()), "a client failed");
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        })
        .await;
    }

    async fn stop(self) -> usize {
        self.stop.store(true, Ordering::Relaxed);
        for client in self.clients {
            client.await.unwrap();
        }
        self.answered.load(Ordering::Relaxed)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_fails_while_weights_change_all_the_time() {
    let (blue, green) = (Target::named("blue").await, Target::named("green").await);
    let router = router().await;
    router.set_targets(TargetGroup::Blue, &[blue.address]);
    router.set_targets(TargetGroup::Green, &[green.address]);

    let load = Load::start(&router, 16);
    let mut percent = 0_u32;
    while load.answered.load(Ordering::Relaxed) < 2_000 {
        assert!(load.clients.iter().all(|client| !client.is_finished()), "a client failed");
        percent = (percent + 35) % 105;
        let green = f64::from(percent.min(100));
        router.set_production_weights(Weights::new(100.0 - green, green).unwrap());
        tokio::task::yield_now().await;
    }
    let answered = load.stop().await as u64;

    let production = router.stats().production;
    assert_eq!(production.blue.requests + production.green.requests, answered);
    assert!(production.blue.requests > 0 && production.green.requests > 0, "{production}");
    assert_eq!((production.blue.failures, production.green.failures, production.unrouted), (0, 0, 0));
}

/// A whole deployment after the other: shift, drain, stop the old target, start a new one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_is_lost_when_a_drained_target_is_stopped() {
    let mut serving = Target::named("0").await;
    let router = router().await;
    router.set_targets(TargetGroup::Blue, &[serving.address]);
    let load = Load::start(&router, 8);
    let (mut old, mut new) = (TargetGroup::Blue, TargetGroup::Green);
    for _ in 0..20 {
        let next = Target::named("next").await;
        router.set_targets(new, &[next.address]);
        router.set_production_weights(Weights::new(50.0, 50.0).unwrap());
        load.until_answered(20).await;
        let all = if new == TargetGroup::Green { Weights::GREEN } else { Weights::BLUE };
        router.set_production_weights(all);
        let drained = router.drain(old, Duration::from_secs(20)).await;
        assert_eq!(drained.remaining, 0);
        // Dropping the target closes its listener and breaks all its connections.
        drop(std::mem::replace(&mut serving, next));
        router.set_targets(old, &[]);
        load.until_answered(20).await;
        (old, new) = (new, old);
    }
    load.stop().await;
    let production = router.stats().production;
    assert_eq!((production.blue.failures, production.green.failures, production.unrouted), (0, 0, 0));
}
