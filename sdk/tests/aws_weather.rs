//! Throttling, lost connections and delays are weather: every watch reaches the right end, with its events in order.

use std::sync::Arc;
use std::time::Duration;

use greenlight::aws::RequestBudget;
use greenlight::endpoint::EndpointBuilder;
use greenlight::local::LocalClock;
use greenlight_core::error::QueryError;
use greenlight_core::{Cursor, DeploymentPipeline as _, Outcome, TaskSetLabel, Verdict};
use serde_json::json;

use crate::aws_support::{Proxy, Shop, Weather, follow, request_of, start};
use crate::endpoint_deployment_support::waits;
use crate::local_support::Hook;

/// Deployments that are followed at the same time, of three kinds.
const WATCHES: usize = 24;

fn hooks(builder: EndpointBuilder) -> EndpointBuilder {
    builder.with_hook("good", Hook::passes()).with_hook("bad", Hook::fails("it is 41"))
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_bad_network_every_watch_ends_right_and_in_order() {
    let group = json!({
        "blueGreenDeploymentConfiguration": waits(0, 5),
        "deploymentConfigName": "CodeDeployDefault.ECSCanary10Percent5Minutes",
        "autoRollbackConfiguration": { "enabled": true, "events": ["DEPLOYMENT_FAILURE"] },
    });
    let shop = Shop::at(LocalClock::scaled(60), group.clone(), hooks).await;
    let weather = Weather { throttled: 0.6, dropped: 0.1, delay: Duration::from_millis(40) };
    let proxy = Proxy::start(shop.endpoint.addr(), weather).await;
    let builder = shop.builder(&proxy.url()).await.with_clock(shop.clock.clone());
    let pipeline = Arc::new(builder.with_budget(RequestBudget::per_minute(1200).with_burst(40)).build());
    let mut watches = Vec::new();
    for number in 0..WATCHES {
        let name = format!("web-{number}");
        shop.group(&name, group.clone()).await;
        let hook = if number % 3 == 0 { "bad" } else { "good" };
        let id = start(&pipeline, &request_of(&name, 1, &[("AfterAllowTestTraffic", hook)])).await;
        let pipeline = Arc::clone(&pipeline);
        watches.push((hook, id.clone(), tokio::spawn(async move { follow(&pipeline, &id).await })));
    }
    let clear = shop.at_url(&shop.endpoint.url()).await;
    for (hook, id, watch) in watches {
        let (events, outcome) = watch.await.unwrap();
        let Outcome { outcome: verdict, serving, .. } = outcome;
        match hook {
            "bad" => assert_eq!((verdict, serving), (Verdict::Failed, TaskSetLabel::Blue)),
            _ => assert_eq!((verdict, serving), (Verdict::Succeeded, TaskSetLabel::Green)),
        }
        // What is told at the end by a clear sky is what was told as it happened, in the same order.
        let (told, _) = follow(&clear, &id).await;
        assert_eq!(events, told, "{id}");
    }
    assert!(proxy.seen().values().sum::<usize>() > WATCHES * 6, "{:?}", proxy.seen());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_never_answered_is_given_up_after_a_minute() {
    let shop = Shop::new(json!({})).await;
    let nobody = Proxy::start(shop.endpoint.addr(), Weather { dropped: 2.0, ..Weather::default() }).await;
    let driven = crate::aws_support::Driven::new(shop.clock.clone(), shop.client.clone());
    let pipeline = shop.builder(&nobody.url()).await.with_clock(driven).with_endless_patience().build();
    let id = "d-000000000".parse().unwrap();
    let refused = pipeline.events(&id, &Cursor::start()).await.unwrap_err();
    assert!(matches!(refused, QueryError::Unavailable { .. }), "{refused}");
    let waited = crate::aws_support::second(greenlight_core::Clock::now(&shop.clock));
    assert!((60..100).contains(&waited), "{waited}");
}
