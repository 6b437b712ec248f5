//! Many deployments at once in one pipeline.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::local_support::{Hook, Services, answers_of, appspec, follow, start};
use greenlight::local::{Local, LocalClock};
use greenlight_core::{
    DeploymentConfig, DeploymentPipelineExt as _, DeploymentRequest, EventKind, Timestamp, TrafficRouting,
};

const GROUPS: usize = 200;

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_groups_deploy_at_once_and_every_one_ends_at_its_time() {
    let services = Services::start().await;
    let linear = DeploymentConfig::custom("Linear", TrafficRouting::linear(10, 1).unwrap());
    let mut builder = Local::builder().with_clock(LocalClock::virtual_from(Timestamp::EPOCH));
    for number in 0..GROUPS {
        let group = services.group_named(&format!("group-{number}")).with_deployment_config(linear.clone());
        builder = builder.with_group(group);
    }
    let builder = builder.with_hook("pass", Hook::passes()).with_hook("fail", Hook::fails("no"));
    let local = Arc::new(builder.build().await.unwrap());

    let began = Instant::now();
    let mut running = Vec::new();
    for number in 0..GROUPS {
        let local = Arc::clone(&local);
        running.push(tokio::spawn(async move {
            // Every tenth one fails at its end.
            let judge = if number % 10 == 0 { "fail" } else { "pass" };
            let spec = appspec(&[("AfterInstall", "pass"), ("AfterAllowTraffic", judge)]);
            let request = DeploymentRequest::new("shop", format!("group-{number}"), spec)
                .with_auto_rollback(greenlight_core::AutoRollback::always());
            let id = start(&local, &request).await;
            follow(&local, &id).await
        }));
    }
    for (number, played) in running.into_iter().enumerate() {
        let played = played.await.unwrap();
        let expected = match number % 10 {
            0 => ("failed and rolled back, blue serves: no", "blue"),
            _ => ("succeeded, green serves", "green"),
        };
        assert_eq!(played.outcome.to_string(), expected.0, "group-{number}");
        assert_eq!(answers_of(&local, &format!("group-{number}")).await.0, expected.1);
        let shifted: Vec<_> = played
            .events
            .iter()
            .filter(|event| event.deployment == played.id && matches!(event.kind, EventKind::Traffic { .. }))
            .map(|event| event.time)
            .collect();
        assert_eq!(shifted.len(), 10);
        assert_eq!(shifted[9].since(shifted[0]), Duration::from_secs(540), "group-{number}");
    }
    let each = began.elapsed() / u32::try_from(GROUPS).unwrap();
    println!("{GROUPS} deployments, {each:?} each");
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_of_one_pipeline_do_not_touch_each_other() {
    let services = Services::start().await;
    let builder = Local::builder().with_group(services.group()).with_group(services.group_named("other"));
    let local = builder.build().await.unwrap();
    let request = crate::local_support::request(&[]);
    assert_eq!(local.deploy(&request).await.unwrap().to_string(), "succeeded, green serves");
    assert_eq!(answers_of(&local, "shop-web").await.0, "green");
    assert_eq!(answers_of(&local, "other").await, ("blue".to_owned(), Some("blue".to_owned())));
}
