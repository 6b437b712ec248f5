//! A thousand watches of one program share one request budget, and all end right.

use std::sync::Arc;
use std::time::Duration;

use greenlight::aws::RequestBudget;
use greenlight::local::LocalClock;
use greenlight_core::{Clock as _, DeploymentPipeline as _, DeploymentPipelineExt as _, Plan, Verdict};
use serde_json::json;

use crate::aws_support::{Proxy, Shop, Weather, request, request_of, start};
use crate::endpoint_deployment_support::waits;
use crate::local_support::Hook;

const WATCHES: usize = 1000;
const BUDGET: u32 = 1200;
const BURST: u32 = 50;

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_watches_keep_to_one_budget_and_all_end_right() {
    let group = json!({ "blueGreenDeploymentConfiguration": waits(0, 10) });
    let set = |builder: greenlight::endpoint::EndpointBuilder| {
        builder.with_hook("good", Hook::passes()).with_hook("bad", Hook::fails("it is 41"))
    };
    let shop = Shop::at(LocalClock::scaled(20), group.clone(), set).await;
    let proxy = Proxy::start(shop.endpoint.addr(), Weather::default()).await;
    let builder = shop.builder(&proxy.url()).await.with_clock(shop.clock.clone());
    let budget = RequestBudget::per_minute(BUDGET).with_burst(BURST);
    let pipeline = Arc::new(builder.with_budget(budget).build());
    let began = shop.clock.now();
    let mut watches = Vec::new();
    for number in 0..WATCHES {
        // One group is there already, and an application has a thousand at most.
        let name = if number == 0 { "web".to_owned() } else { format!("web-{number}") };
        if number > 0 {
            shop.group(&name, group.clone()).await;
        }
        let hook = if number % 10 == 0 { "bad" } else { "good" };
        // Not planned, which would be most of what is asked.
        let mut plan = Plan::new(request_of(&name, 1, &[("AfterAllowTraffic", hook)]));
        plan.appspec = greenlight_core::AppSpec::read(&plan.request.appspec).spec;
        let id = pipeline.start(plan).await.unwrap();
        let pipeline = Arc::clone(&pipeline);
        let watch = tokio::spawn(async move { pipeline.watch(&id).finish().await.unwrap() });
        watches.push((hook, watch));
    }
    for (hook, watch) in watches {
        let outcome = watch.await.unwrap();
        let expected = if hook == "bad" { Verdict::Failed } else { Verdict::Succeeded };
        assert_eq!(outcome.outcome, expected, "{outcome}");
    }
    let took = shop.clock.now().since(began);
    let mut seen = proxy.seen();
    // Whoever starts a deployment looks first at what is there, and waits for nobody.
    let starts = ["ListDeployments", "CreateDeployment"].map(|operation| seen.remove(operation));
    assert_eq!(starts, [Some(WATCHES); 2]);
    let requests: usize = seen.values().sum();
    let allowed = took.mul_f64(f64::from(BUDGET)).as_secs() / 60 + u64::from(BURST);
    assert!(u64::try_from(requests).unwrap() <= allowed, "{requests} requests in {took:?}: {seen:?}");
    assert!(seen["BatchGetDeployments"] > 0, "none were asked after together: {seen:?}");
    assert!(took < Duration::from_secs(3600), "{took:?}: {seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_while_another_waits_for_the_budget_waits_too_and_is_answered() {
    let shop = Shop::at(LocalClock::scaled(600), json!({}), |builder| builder).await;
    let id = start(&shop.at_url(&shop.endpoint.url()).await, &request(1, &[])).await;
    let builder = shop.builder(&shop.endpoint.url()).await.with_clock(shop.clock.clone());
    let slow = builder.with_budget(RequestBudget::per_minute(1).with_burst(1)).build();
    let began = shop.clock.now();
    let (first, second) = tokio::join!(slow.describe(&id), slow.describe(&id));
    assert_eq!(first.unwrap().id, id);
    assert_eq!(second.unwrap().id, id);
    assert!(shop.clock.now().since(began) > Duration::from_secs(60), "nobody waited for the budget");
}
