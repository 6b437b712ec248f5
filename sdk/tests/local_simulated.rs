//! A group with nothing behind it: whole deployments without a process or a socket.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::time::Duration;

use crate::local_support::{APPLICATION, GROUP, Hook, follow, in_virtual_time, request, start};
use greenlight::local::{HookAnswer, Local, LocalClock, LocalGroup};
use greenlight_core::error::PlanError;
use greenlight_core::{
    AutoRollback, AutoRollbackEvent, DeploymentPipeline as _, DeploymentRequest, TaskSetStatus, Timestamp,
};

const INSTALL: Duration = Duration::from_secs(70);

#[tokio::test]
async fn a_replacement_is_healthy_after_the_install_time_of_the_pipelines_clock() {
    let local = in_virtual_time(LocalGroup::simulated(APPLICATION, GROUP, INSTALL)).build().await.unwrap();
    let id = start(&local, &request(&[])).await;
    assert_eq!(follow(&local, &id).await.outcome.to_string(), "succeeded, green serves");
    let deployment = local.describe(&id).await.unwrap();
    let install = &deployment.lifecycle_events[1];
    let took = install.ended.unwrap().since(install.started.unwrap());
    assert_eq!((install.name.as_str(), took), ("Install", INSTALL));
    assert_eq!(deployment.completed, Some(Timestamp::EPOCH + INSTALL));
    assert_eq!(deployment.task_sets.len(), 1, "{:?}", deployment.task_sets);
    assert_eq!(deployment.task_sets[0].status, TaskSetStatus::Primary);
    assert_eq!(deployment.task_sets[0].address, None);
}

#[tokio::test]
async fn its_hooks_are_told_where_nothing_listens_and_may_fail_it() {
    let group = LocalGroup::simulated(APPLICATION, GROUP, INSTALL)
        .with_service("eu", "web")
        .with_auto_rollback(AutoRollback::on([AutoRollbackEvent::DeploymentFailure]));
    let judge = Hook::new(|call| {
        assert_eq!((call.test_url, call.production_url), (None, None));
        assert_eq!(call.service, "eu:web");
        async { HookAnswer::Failed { reason: "too slow".to_owned() } }
    });
    let local = in_virtual_time(group).with_hook("judge", judge).build().await.unwrap();
    let id = start(&local, &request(&[("AfterAllowTestTraffic", "judge")])).await;
    let outcome = follow(&local, &id).await.outcome;
    assert!(outcome.rolled_back, "{outcome}");
    assert_eq!(outcome.reason.as_deref(), Some("too slow"));
    assert!(local.listeners(APPLICATION, GROUP).is_none());
}

#[tokio::test]
async fn one_that_is_not_there_is_told_with_those_that_are() {
    let builder = Local::builder()
        .with_clock(LocalClock::virtual_from(Timestamp::EPOCH))
        .with_group(LocalGroup::simulated("shop", "one", INSTALL))
        .with_group(LocalGroup::simulated("shop", "two", INSTALL));
    let local = builder.build().await.unwrap();
    let request = DeploymentRequest::new("shop", "three", "version: 0.0");
    let PlanError::NotFound { name, hint, .. } = local.plan(&request).await.unwrap_err() else {
        panic!("another error");
    };
    assert_eq!((name.as_str(), hint.as_str()), ("shop/three", "there are shop/one, shop/two"));
}
