//! One plan starts one deployment, whatever becomes of the answer.

use std::sync::Arc;

use greenlight::aws::CodeDeploy;
use greenlight::local::LocalClock;
use greenlight_core::error::StartError;
use greenlight_core::{
    AutoRollback, DeploymentId, DeploymentPipeline as _, DeploymentStatus, EventKind, Percent,
};
use serde_json::{Value, json};

use crate::aws_support::{Proxy, Shop, Weather, follow, request, start};
use crate::endpoint_deployment_support::{until_status, waits};

const WAITS: fn() -> Value = || json!({ "blueGreenDeploymentConfiguration": waits(60, 0) });

/// All deployments of the group, the newest first.
async fn deployments(shop: &Shop) -> Vec<String> {
    let group = json!({ "applicationName": "shop", "deploymentGroupName": "web" });
    let listed = shop.client.done("ListDeployments", group).await["deployments"].take();
    serde_json::from_value(listed).unwrap()
}

/// A shop in scaled time behind a proxy, and a pipeline that asks there.
async fn behind_a_proxy(group: Value, weather: Weather) -> (Shop, Proxy, CodeDeploy) {
    let shop = Shop::at(LocalClock::scaled(60), group, |builder| builder).await;
    let proxy = Proxy::start(shop.endpoint.addr(), weather).await;
    let pipeline = shop.at_url(&proxy.url()).await;
    (shop, proxy, pipeline)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_leaves_one_deployment_and_it_is_the_one_that_is_watched() {
    let (shop, proxy, pipeline) = behind_a_proxy(WAITS(), Weather::default()).await;
    proxy.lose_next("CreateDeployment");
    let id = start(&pipeline, &request(1, &[])).await;
    assert_eq!(deployments(&shop).await, [id.as_str()]);
    assert_eq!(proxy.seen()["CreateDeployment"], 1, "a request that may have had its effect was repeated");
    pipeline.stop(&id, greenlight_core::Rollback::Never).await.unwrap();
    let (events, _) = follow(&pipeline, &id).await;
    assert!(events.iter().all(|event| event.deployment == id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_of_a_deployment_that_is_over_at_once_starts_no_second_one() {
    let (shop, proxy, pipeline) = behind_a_proxy(json!({}), Weather::default()).await;
    for number in 1..4 {
        proxy.lose_next("CreateDeployment");
        let id = start(&pipeline, &request(number, &[])).await;
        assert_eq!(deployments(&shop).await[0], id.as_str());
    }
    assert_eq!(deployments(&shop).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_of_the_same_text_that_has_just_ended_is_never_taken_for_the_new_one() {
    let (shop, proxy, pipeline) = behind_a_proxy(json!({}), Weather::default()).await;
    let plan = pipeline.plan(&request(1, &[])).await.unwrap();
    let old = pipeline.start(plan.clone()).await.unwrap();
    follow(&pipeline, &old).await;
    // The request never arrives, so that the old one is all that there is; then its answer is lost.
    for (number, lose) in [(2, Proxy::drop_next as fn(&Proxy, &str)), (3, Proxy::lose_next)] {
        lose(&proxy, "CreateDeployment");
        let started = pipeline.start_or_adopt(plan.clone()).await.unwrap();
        let all = deployments(&shop).await;
        assert_eq!((all.len(), all[0].as_str()), (number, started.id.as_str()), "{all:?}");
        assert!(!started.adopted, "{started}");
        let (events, _) = follow(&pipeline, &started.id).await;
        assert!(events.iter().all(|event| event.deployment == started.id));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_was_repeated_on_its_way_is_one_deployment() {
    let (shop, proxy, pipeline) = behind_a_proxy(WAITS(), Weather::default()).await;
    proxy.repeat_next("CreateDeployment");
    let id = start(&pipeline, &request(1, &[])).await;
    assert_eq!(deployments(&shop).await, [id.as_str()]);
    assert_eq!(proxy.seen()["CreateDeployment"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_starts_is_told_whether_the_deployment_is_new() {
    let (_shop, proxy, pipeline) = behind_a_proxy(WAITS(), Weather::default()).await;
    let plan = pipeline.plan(&request(1, &[])).await.unwrap();
    proxy.lose_next("CreateDeployment");
    let first = pipeline.start_or_adopt(plan.clone()).await.unwrap();
    assert!(!first.adopted, "its answer was lost, and it is new all the same");
    let second = pipeline.start_or_adopt(plan).await.unwrap();
    assert_eq!((&second.id, second.adopted), (&first.id, true));
    let told =
        format!("deployment {} was under way already with the same AppSpec, and is taken over", first.id);
    assert_eq!(second.to_string(), told);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_that_ends_just_after_it_was_in_the_way_is_not_taken_over() {
    let (shop, proxy, pipeline) = behind_a_proxy(WAITS(), Weather::default()).await;
    let plan = pipeline.plan(&request(1, &[])).await.unwrap();
    let first = pipeline.start(plan.clone()).await.unwrap();
    // The second is refused because of the first, which is over when it is looked at.
    let (client, id) = (shop.client.clone(), first.to_string());
    proxy.before_next("GetDeployment", async move {
        client.done("StopDeployment", json!({ "deploymentId": id, "autoRollbackEnabled": false })).await;
        until_status(&client, &id, "Stopped").await;
    });
    let second = pipeline.start_or_adopt(plan).await.unwrap();
    assert!(!second.adopted, "{second}");
    assert_eq!(deployments(&shop).await, [second.id.as_str(), first.as_str()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_that_is_taken_over_is_told_as_it_was_started_and_not_as_it_was_planned() {
    let group = json!({
        "blueGreenDeploymentConfiguration": waits(0, 5),
        "deploymentConfigName": "CodeDeployDefault.ECSLinear10PercentEvery1Minutes",
    });
    let shop = Shop::new(group).await;
    let pipeline = shop.driving().await;
    let plan = pipeline.plan(&request(1, &[])).await.unwrap();
    let at_once = request(1, &[]).with_deployment_config("CodeDeployDefault.ECSAllAtOnce");
    let first = start(&shop.driving().await, &at_once).await;
    let second = pipeline.start_or_adopt(plan).await.unwrap();
    assert_eq!((&second.id, second.adopted), (&first, true));
    let (events, _) = follow(&pipeline, &first).await;
    let shares = events.iter().filter_map(|event| match event.kind {
        EventKind::Traffic { green, .. } => Some(green),
        _ => None,
    });
    assert_eq!(shares.collect::<Vec<_>>(), [Percent::ALL]);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_lost_at_random_never_start_two_deployments() {
    let weather = Weather { dropped: 0.5, ..Weather::default() };
    let (shop, _proxy, pipeline) = behind_a_proxy(json!({}), weather).await;
    for number in 1..9 {
        start(&pipeline, &request(number, &[])).await;
        assert_eq!(deployments(&shop).await.len(), usize::try_from(number).unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn starting_the_same_plan_again_finds_the_deployment_under_way() {
    let shop = Shop::at(LocalClock::scaled(60), WAITS(), |builder| builder).await;
    let pipeline = Arc::new(shop.at_url(&shop.endpoint.url()).await);
    let plan = pipeline.plan(&request(1, &[])).await.unwrap();
    let starts = (0..8).map(|_| {
        let (pipeline, plan) = (Arc::clone(&pipeline), plan.clone());
        tokio::spawn(async move { pipeline.start(plan).await.unwrap() })
    });
    let starts: Vec<_> = starts.collect();
    let mut ids: Vec<DeploymentId> = Vec::new();
    for start in starts {
        ids.push(start.await.unwrap());
    }
    ids.dedup();
    assert_eq!(deployments(&shop).await, [ids[0].as_str()]);
    assert_eq!(ids.len(), 1, "{ids:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_deployment_of_the_group_is_named_and_can_be_waited_for() {
    let shop = Shop::at(LocalClock::scaled(60), WAITS(), |builder| builder).await;
    let pipeline = Arc::new(shop.at_url(&shop.endpoint.url()).await);
    let first = start(&pipeline, &request(1, &[])).await;
    let plan = pipeline.plan(&request(2, &[])).await.unwrap();
    // The endpoint is CodeDeploy alone: what other services know could not be asked, which are notes.
    let found =
        plan.findings.iter().filter(|finding| finding.severity != greenlight_core::finding::Severity::Note);
    let codes: Vec<_> = found.map(|finding| finding.code.as_ref()).collect();
    assert_eq!(codes, ["active-deployment"]);
    let refused = pipeline.start(plan.clone()).await.unwrap_err();
    assert!(matches!(&refused, StartError::AlreadyActive { active, .. } if *active == first), "{refused}");

    let turn = tokio::spawn({
        let pipeline = Arc::clone(&pipeline);
        async move { pipeline.start_when_free(plan).await.unwrap() }
    });
    pipeline.stop(&first, greenlight_core::Rollback::Never).await.unwrap();
    let second = turn.await.unwrap();
    assert_ne!(second, first);
    assert!(!pipeline.describe(&second).await.unwrap().status.is_terminal());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_requests_own_settings_reach_the_service() {
    let shop = Shop::at(LocalClock::scaled(60), WAITS(), |builder| builder).await;
    let pipeline = shop.at_url(&shop.endpoint.url()).await;
    let request = request(1, &[])
        .with_deployment_config("CodeDeployDefault.ECSCanary10Percent5Minutes")
        .with_description("release 1")
        .with_auto_rollback(AutoRollback::always());
    let id = start(&pipeline, &request).await;
    let info = crate::endpoint_deployment_support::info(&shop.client, id.as_str()).await;
    assert_eq!(info["deploymentConfigName"], "CodeDeployDefault.ECSCanary10Percent5Minutes");
    assert_eq!(info["description"], "release 1");
    assert_eq!(info["autoRollbackConfiguration"]["events"].as_array().unwrap().len(), 3);
    assert_ne!(pipeline.describe(&id).await.unwrap().status, DeploymentStatus::Failed);
}
