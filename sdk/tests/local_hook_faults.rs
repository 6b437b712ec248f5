//! Hook functions that panic, are cancelled, or say that they could not be invoked.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::pin::Pin;

use crate::local_support::{Held, Hook, Services, follow, in_virtual_time, lines, play, request, start};
use crate::router_support::soon;
use greenlight::local::{HookAnswer, HookCall, HookFunction, Local};
use greenlight_core::{DeploymentPipeline as _, EventKind, HookState, Rollback};
use tokio::sync::oneshot;

async fn outcome_with(hook: impl HookFunction + 'static) -> String {
    let services = Services::start().await;
    let local = in_virtual_time(services.group()).with_hook("judge", hook).build().await.unwrap();
    play(&local, &request(&[("AfterInstall", "judge")])).await.outcome.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_function_that_panics_fails_the_deployment_with_its_words() {
    let literal = Hook::new(|_| async { panic!("no such host") });
    assert_eq!(
        outcome_with(literal).await,
        "failed and not rolled back, blue serves: the hook function panicked: no such host"
    );
    let formatted = Hook::new(|call: HookCall| async move { panic!("attempt {}", call.attempt) });
    assert_eq!(
        outcome_with(formatted).await,
        "failed and not rolled back, blue serves: the hook function panicked: attempt 1"
    );
    let silent = Hook::new(|_| async { std::panic::panic_any(7) });
    assert_eq!(
        outcome_with(silent).await,
        "failed and not rolled back, blue serves: the hook function panicked; see its output"
    );
}

/// Panics before it gives out a future, as a function that is not `async` can.
#[derive(Debug)]
struct PanicsAtOnce;

impl HookFunction for PanicsAtOnce {
    fn invoke<'a, 'b>(&'a self, _: HookCall) -> Pin<Box<dyn Future<Output = HookAnswer> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        panic!("not even begun")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_before_the_first_wait_is_a_failure_too() {
    assert_eq!(
        outcome_with(PanicsAtOnce).await,
        "failed and not rolled back, blue serves: the hook function panicked: not even begun"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_could_not_be_invoked_fails_the_deployment() {
    let services = Services::start().await;
    let hook =
        Hook::new(|_| async { HookAnswer::NotInvoked { detail: "the module is truncated".to_owned() } });
    let local = in_virtual_time(services.group()).with_hook("judge", hook).build().await.unwrap();
    let played = play(&local, &request(&[("BeforeInstall", "judge")])).await;
    assert_eq!(
        played.outcome.to_string(),
        "failed and not rolled back, blue serves: the module is truncated"
    );
    assert_eq!(played.deployment.error.unwrap().code.as_str(), "IAM_ROLE_PERMISSIONS");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_is_dropped_when_its_deployment_is_stopped() {
    let services = Services::start().await;
    let (dropped, was_dropped) = oneshot::channel::<()>();
    let (began, has_begun) = oneshot::channel::<()>();
    let ends = std::sync::Mutex::new(Some((began, dropped)));
    let hook = Hook::new(move |_| {
        let (began, dropped) = ends.lock().unwrap().take().unwrap();
        async move {
            let _kept = dropped;
            began.send(()).unwrap();
            std::future::pending().await
        }
    });
    let local = Local::builder().with_group(services.group()).with_hook("judge", hook).build().await.unwrap();
    let id = start(&local, &request(&[("AfterInstall", "judge")])).await;
    soon("the call", has_begun).await.unwrap();
    local.stop(&id, Rollback::Never).await.unwrap();
    assert!(soon("the hook's future is dropped", was_dropped).await.is_err());
    let all = lines(&follow(&local, &id).await.events);
    let cancelled = all.iter().filter(|line| line.ends_with("hook judge Cancelled")).count();
    assert_eq!(cancelled, 1, "{all:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_after_a_report_changes_nothing() {
    let services = Services::start().await;
    let (mut held, hook) = Held::new();
    let local = in_virtual_time(services.group()).with_hook("judge", hook).build().await.unwrap();
    let id = start(&local, &request(&[("AfterInstall", "judge"), ("AfterAllowTraffic", "judge")])).await;
    let first = held.called().await;
    local.report(&first.execution, greenlight_core::HookStatus::Succeeded).await.unwrap();
    let second = held.called().await;
    assert_ne!(first.execution, second.execution);
    held.release();
    held.release();
    let played = follow(&local, &id).await;
    assert_eq!(played.outcome.to_string(), "succeeded, green serves");
    let ends = |event: &&greenlight_core::DeploymentEvent| {
        matches!(event.kind, EventKind::Hook { state: HookState::Succeeded, .. })
    };
    assert_eq!(played.events.iter().filter(ends).count(), 2, "{:#?}", lines(&played.events));
}
