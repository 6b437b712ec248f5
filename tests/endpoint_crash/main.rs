//! Killed at any moment and started again, the endpoint loses nothing that it acknowledged, does nothing twice, and
//! brings every deployment to its end.
//!
//! Clients drive deployments of all kinds in many groups at once; the endpoint is killed (SIGKILL) at random moments and
//! started again on its folder. What clients were told is remembered, and held against what they are told later. The
//! seed of a run is printed; `GREENLIGHT_CRASH_SEED` runs it again, as far as the machine's own timing allows.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod groups;
mod observed;
mod record;
mod stages;
mod worker;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use greenlight_tests::codedeploy::codedeploy;
use greenlight_tests::{Endpoint, FakeService};
use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::Value;
use tokio::sync::Semaphore;

use groups::GROUPS;
use record::Record;
use worker::Worker;

const KILLS: usize = 200;

/// How many kills there are to one new deployment of a group. Some groups are done in no time, and thousands of their
/// deployments would show no more than hundreds.
const KILLS_PER_DEPLOYMENT: usize = 10;

/// The longest that the endpoint lives in one process. Much happens in that time, and much is in progress at any
/// moment of it.
const LIFE: Duration = Duration::from_millis(100);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_kills_lose_nothing_repeat_nothing_and_every_deployment_ends() {
    let seed =
        std::env::var("GREENLIGHT_CRASH_SEED").map_or_else(|_| rand::random(), |seed| seed.parse().unwrap());
    println!("GREENLIGHT_CRASH_SEED={seed}");
    let mut random = SmallRng::seed_from_u64(seed);

    let record = Arc::new(Record::default());
    let lambda = lambda(Arc::clone(&record)).await;
    let mut endpoint = Endpoint::new("real").env("AWS_ENDPOINT_URL_LAMBDA", &lambda.url());
    endpoint.start().await;
    let client = codedeploy(endpoint.url());
    groups::create(&client).await;

    let going_on = Arc::new(AtomicBool::new(true));
    let permits: Vec<Arc<Semaphore>> = GROUPS.iter().map(|_| Arc::new(Semaphore::new(1))).collect();
    let workers: Vec<_> = GROUPS
        .iter()
        .zip(&permits)
        .map(|(group, permits)| {
            let random = SmallRng::seed_from_u64(random.random());
            let worker = Worker::new(group, client.clone(), Arc::clone(&record), Arc::clone(permits), random);
            tokio::spawn(worker.run(Arc::clone(&going_on)))
        })
        .collect();
    let clock =
        tokio::spawn(worker::move_clock(endpoint.url().to_owned(), random.random(), Arc::clone(&going_on)));

    for kill in 0..KILLS {
        for (group, permits) in permits.iter().enumerate() {
            let is_its_turn = kill % KILLS_PER_DEPLOYMENT == group % KILLS_PER_DEPLOYMENT;
            if is_its_turn && permits.available_permits() == 0 {
                permits.add_permits(1);
            }
        }
        // This is no wait for anything: it is the moment of the kill that is random.
        tokio::time::sleep(random.random_range(Duration::ZERO..LIFE)).await;
        record.count_stages();
        endpoint.kill().await;
        endpoint.start().await;
        record.hold_against(&client).await;
    }

    going_on.store(false, Ordering::Relaxed);
    for worker in workers {
        worker.await.expect("a client met what cannot be");
    }
    clock.await.unwrap();
    // Nobody continues anything, reports a hook or moves the clock any more: time alone ends what is left.
    endpoint.kill().await;
    endpoint.set_clock("virtual");
    endpoint.start().await;
    record.until_all_have_ended(&client).await;
    println!("{KILLS} kills\n{record}");
    record.expect_all_stages();
}

/// A Lambda that takes every invocation. Its functions are the clients, which report when they like.
async fn lambda(record: Arc<Record>) -> FakeService {
    FakeService::start(move |asked| {
        record.invoked(&asked.body);
        (202, Value::Null)
    })
    .await
}
