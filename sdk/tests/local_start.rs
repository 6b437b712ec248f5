//! Starting: safe to repeat, one at a time, and each deployment begins where the one before ended.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;

use crate::local_support::{
    APPLICATION, GROUP, Held, Hook, Services, answers, appspec_of, follow, in_virtual_time, play, request,
    start, until,
};
use crate::router_support::Target;
use greenlight::local::task_set::TaskSetSpec;
use greenlight::local::{Local, LocalBuilder};
use greenlight_core::error::StartError;
use greenlight_core::{
    DeploymentConfig, DeploymentPipeline as _, DeploymentRequest, EventKind, Rollback, TrafficRouting,
};

#[tokio::test(flavor = "multi_thread")]
async fn starting_the_same_revision_again_adopts_the_deployment_under_way() {
    let services = Services::start().await;
    let (mut held, hook) = Held::new();
    let builder = in_virtual_time(services.group()).with_hook("judge", hook);
    let local = Arc::new(builder.build().await.unwrap());
    let plan = local.plan(&request(&[("AfterInstall", "judge")])).await.unwrap();
    let starts = (0..10).map(|_| {
        let (local, plan) = (Arc::clone(&local), plan.clone());
        tokio::spawn(async move { local.start(plan).await.unwrap() })
    });
    let mut ids = Vec::new();
    for started in starts.collect::<Vec<_>>() {
        ids.push(started.await.unwrap());
    }
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    held.called().await;
    assert_eq!(local.start(plan.clone()).await.unwrap(), ids[0]);
    held.release();
    follow(&local, &ids[0]).await;

    let next = local.start(plan).await.unwrap();
    assert_ne!(next, ids[0], "what has ended is not adopted");
    held.called().await;
    held.release();
    assert_eq!(follow(&local, &next).await.outcome.to_string(), "succeeded, green serves");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_revision_has_to_wait_for_the_deployment_under_way() {
    let services = Services::start().await;
    let (mut held, hook) = Held::new();
    let local = in_virtual_time(services.group()).with_hook("judge", hook).build().await.unwrap();
    let id = start(&local, &request(&[("AfterInstall", "judge")])).await;
    held.called().await;
    let refused = local.start(local.plan(&request(&[])).await.unwrap()).await.unwrap_err();
    assert!(matches!(&refused, StartError::AlreadyActive { active, .. } if *active == id), "{refused:?}");
    assert_eq!(
        refused.to_string(),
        format!(
            "deployment group \"shop-web\" already has the active deployment {id}; wait for it or stop it"
        )
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_under_way_is_not_adopted_for_the_revision_that_failed() {
    let services = Services::start().await;
    let (mut held, hook) = Held::new();
    let mut group = services.group();
    group.behaviour.hooks_in_rollback = true;
    let local = Local::builder().with_group(group).with_hook("judge", hook).build().await.unwrap();
    let plan = local.plan(&request(&[("AfterInstall", "judge")])).await.unwrap();
    let id = local.start(plan.clone()).await.unwrap();
    held.called().await;
    local.stop(&id, Rollback::Always).await.unwrap();
    let in_rollback = held.called().await;
    assert_ne!(in_rollback.execution.deployment, id);
    let refused = local.start(plan).await.unwrap_err();
    let rollback = in_rollback.execution.deployment;
    assert!(
        matches!(&refused, StartError::AlreadyActive { active, .. } if *active == rollback),
        "{refused:?}"
    );
}

/// Three services of which each is a task definition; the first one serves at the beginning.
struct Releases {
    services: Vec<Target>,
}

impl Releases {
    async fn start() -> Self {
        let services =
            vec![Target::named("one").await, Target::named("two").await, Target::named("three").await];
        Self { services }
    }

    fn pipeline(&self, config: DeploymentConfig) -> LocalBuilder {
        let spec = |number: usize| TaskSetSpec::address("web", self.services[number - 1].address);
        let group = greenlight::local::LocalGroup::new(APPLICATION, GROUP, spec(1), spec(2))
            .with_task_definition("web:1", spec(1))
            .with_task_definition("web:2", spec(2))
            .with_task_definition("web:3", spec(3))
            .with_deployment_config(config);
        Local::builder().with_group(group)
    }
}

fn release(number: usize, hooks: &[(&str, &str)]) -> DeploymentRequest {
    DeploymentRequest::new(APPLICATION, GROUP, appspec_of(&format!("web:{number}"), hooks))
}

async fn both(local: &Local) -> String {
    let (production, test) = answers(local).await;
    format!("{production} and {}", test.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_green_of_one_deployment_is_the_blue_of_the_next() {
    let releases = Releases::start().await;
    let (mut held, hook) = Held::new();
    let builder = releases.pipeline(DeploymentConfig::all_at_once()).with_hook("judge", hook);
    let local = builder.build().await.unwrap();
    let mut before = "one and one";
    for (number, serves) in [(2, "two and two"), (3, "three and three"), (1, "one and one")] {
        let id = start(&local, &release(number, &[("AfterInstall", "judge")])).await;
        held.called().await;
        assert_eq!(both(&local).await, before, "nothing has changed for anybody yet");
        held.release();
        before = serves;
        let played = follow(&local, &id).await;
        assert_eq!(played.outcome.to_string(), "succeeded, green serves");
        assert_eq!(both(&local).await, serves);
        let left = &played.deployment.task_sets;
        assert_eq!(left.len(), 1, "{left:?}");
        assert_eq!(left[0].address, Some(releases.services[number - 1].address));
        assert_eq!((left[0].label.as_str(), left[0].status.as_str()), ("green", "PRIMARY"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_copes_with_what_a_failed_one_left_behind() {
    for (event, left) in [
        ("BeforeInstall", "one and one"),
        ("AfterInstall", "one and one"),
        ("AfterAllowTestTraffic", "one and two"),
        ("AfterAllowTraffic", "two and two"),
    ] {
        let releases = Releases::start().await;
        let builder = releases.pipeline(DeploymentConfig::all_at_once());
        let local = builder.with_hook("judge", Hook::fails("no")).build().await.unwrap();
        assert!(!play(&local, &release(2, &[(event, "judge")])).await.outcome.rolled_back);
        assert_eq!(both(&local).await, left, "after a failure at {event}");
        let next = play(&local, &release(3, &[])).await;
        assert_eq!(next.outcome.to_string(), "succeeded, green serves");
        assert_eq!(both(&local).await, "three and three", "after a failure at {event}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_that_follows_a_half_shifted_one_first_gives_all_traffic_to_the_primary() {
    let releases = Releases::start().await;
    let (mut held, hook) = Held::new();
    let canary = DeploymentConfig::custom("Most", TrafficRouting::canary(99, 60).unwrap());
    let local = releases.pipeline(canary).with_hook("judge", hook).build().await.unwrap();
    let id = start(&local, &release(2, &[])).await;
    until(&local, &id, |kind| matches!(kind, EventKind::Traffic { .. })).await;
    local.stop(&id, Rollback::Never).await.unwrap();
    follow(&local, &id).await;

    let next = start(&local, &release(3, &[("AfterInstall", "judge")])).await;
    let call = held.called().await;
    assert_eq!(call.green.get(), 0);
    for _ in 0..20 {
        assert_eq!(both(&local).await, "one and one");
    }
    local.stop(&next, Rollback::Always).await.unwrap();
    let back = follow(&local, &next).await.outcome.to_string();
    assert!(back.starts_with("stopped and rolled back, blue serves"), "{back}");
    assert_eq!(both(&local).await, "one and one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_can_be_repeated_after_its_rollback() {
    let releases = Releases::start().await;
    let builder = releases.pipeline(DeploymentConfig::all_at_once());
    let fails_once = std::sync::atomic::AtomicBool::new(true);
    let calls = crate::local_support::Calls::default();
    let hook = calls.answered(move |_| {
        if fails_once.swap(false, std::sync::atomic::Ordering::SeqCst) {
            greenlight::local::HookAnswer::Failed { reason: "not yet".to_owned() }
        } else {
            greenlight::local::HookAnswer::Succeeded
        }
    });
    let local = builder.with_hook("judge", hook).build().await.unwrap();
    let request = release(2, &[("AfterAllowTraffic", "judge")])
        .with_auto_rollback(greenlight_core::AutoRollback::always());
    assert_eq!(
        play(&local, &request).await.outcome.to_string(),
        "failed and rolled back, blue serves: not yet"
    );
    assert_eq!(both(&local).await, "one and one");
    assert_eq!(play(&local, &request).await.outcome.to_string(), "succeeded, green serves");
    assert_eq!(both(&local).await, "two and two");
}
