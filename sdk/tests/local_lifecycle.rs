//! A whole deployment: its events in order, its hooks with their context, and where requests go meanwhile.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};

use crate::local_support::{
    Calls, Hook, Services, address_of, appspec, assert_text, in_virtual_time, lines, play, request,
};
use crate::router_support::get;
use greenlight::local::HookAnswer;
use greenlight_core::{DeploymentConfig, DeploymentStatus, HookEvent, TrafficRouting};

const ALL_HOOKS: [(&str, &str); 5] = [
    ("BeforeInstall", "judge"),
    ("AfterInstall", "judge"),
    ("AfterAllowTestTraffic", "judge"),
    ("BeforeAllowTraffic", "judge"),
    ("AfterAllowTraffic", "judge"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_goes_through_eight_events_in_order() {
    let services = Services::start().await;
    let canary = DeploymentConfig::custom("Canary25", TrafficRouting::canary(25, 5).unwrap());
    let group = services.group().with_deployment_config(canary);
    let local = in_virtual_time(group).with_hook("judge", Hook::passes()).build().await.unwrap();
    let played = play(&local, &request(&ALL_HOOKS)).await;
    let expected = "\
0 started, Canary25
0 BeforeInstall InProgress
0 hook judge Invoked 1
0 hook judge Succeeded
0 BeforeInstall Succeeded
0 Install InProgress
0 green Starting
0 green Healthy
0 Install Succeeded
0 AfterInstall InProgress
0 hook judge Invoked 1
0 hook judge Succeeded
0 AfterInstall Succeeded
0 AllowTestTraffic InProgress
0 test traffic to green
0 AllowTestTraffic Succeeded
0 AfterAllowTestTraffic InProgress
0 hook judge Invoked 1
0 hook judge Succeeded
0 AfterAllowTestTraffic Succeeded
0 BeforeAllowTraffic InProgress
0 hook judge Invoked 1
0 hook judge Succeeded
0 BeforeAllowTraffic Succeeded
0 AllowTraffic InProgress
0 traffic 75% 25%
300 traffic 0% 100%
300 AllowTraffic Succeeded
300 AfterAllowTraffic InProgress
300 hook judge Invoked 1
300 hook judge Succeeded
300 AfterAllowTraffic Succeeded
300 termination wait until 300
300 blue Draining
300 blue Stopped
300 ended Succeeded
300 finished: succeeded, green serves";
    assert_text(&lines(&played.events).join("\n"), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_test_listener_there_are_six_events_and_one_hook_never_runs() {
    let services = Services::start().await;
    let mut group = services.group();
    group.test_listener = None;
    let calls = Calls::default();
    let hook = calls.answered(|_| HookAnswer::Succeeded);
    let local = in_virtual_time(group).with_hook("judge", hook).build().await.unwrap();
    let played = play(&local, &request(&ALL_HOOKS)).await;

    let events: Vec<_> = played.deployment.lifecycle_events.iter().map(|event| event.name.as_str()).collect();
    let six = [
        "BeforeInstall",
        "Install",
        "AfterInstall",
        "BeforeAllowTraffic",
        "AllowTraffic",
        "AfterAllowTraffic",
    ];
    assert_eq!(events, six);
    let hooks: Vec<_> = calls.all().iter().map(|call| call.event).collect();
    assert!(hooks.len() == 4 && !hooks.contains(&HookEvent::AfterAllowTestTraffic), "{hooks:?}");
    assert!(calls.all().iter().all(|call| call.test_url.is_none()));
    assert_eq!(played.deployment.status, DeploymentStatus::Succeeded);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_is_called_once_at_each_event_with_the_whole_context() {
    let services = Services::start().await;
    let calls = Calls::default();
    let hook = calls.answered(|_| HookAnswer::Succeeded);
    let group = services.group().with_service("live", "web");
    let local = in_virtual_time(group).with_hook("judge", hook).build().await.unwrap();
    let played = play(&local, &request(&ALL_HOOKS)).await;

    let calls = calls.all();
    let events: Vec<_> = calls.iter().map(|call| call.event.as_str()).collect();
    assert_eq!(events, ALL_HOOKS.map(|(event, _)| event));
    let listeners = local.listeners("shop", "shop-web").unwrap();
    for call in &calls {
        assert_eq!(call.execution.deployment, played.id);
        assert_eq!((call.application.as_str(), call.deployment_group.as_str()), ("shop", "shop-web"));
        assert_eq!(call.service, "live:web");
        assert_eq!(call.test_url, listeners.test.map(|address| format!("http://{address}")));
        assert_eq!(call.production_url, Some(format!("http://{}", listeners.production)));
        assert_eq!(call.revision, greenlight_core::appspec::sha256(&appspec(&ALL_HOOKS)));
        assert_eq!((call.attempt, call.state.as_deref()), (1, None));
    }
    let mut executions: Vec<_> = calls.iter().map(|call| call.execution.execution.as_str()).collect();
    executions.sort_unstable();
    executions.dedup();
    assert_eq!(executions.len(), 5, "each hook has an execution id of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_finds_each_listener_where_its_event_promises() {
    let services = Services::start().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let hook = Hook::new(move |call| {
        let log = Arc::clone(&log);
        async move {
            let (_, test) = get(address_of(call.test_url.as_ref().unwrap()), "/").await;
            let (_, production) = get(address_of(call.production_url.as_deref().unwrap()), "/").await;
            let row = format!("{}: test {test}, production {production}, {}", call.event, call.green);
            log.lock().unwrap().push(row);
            HookAnswer::Succeeded
        }
    });
    let local = in_virtual_time(services.group()).with_hook("judge", hook).build().await.unwrap();
    play(&local, &request(&ALL_HOOKS)).await;
    let expected = "\
BeforeInstall: test blue, production blue, 0%
AfterInstall: test blue, production blue, 0%
AfterAllowTestTraffic: test green, production blue, 0%
BeforeAllowTraffic: test green, production blue, 0%
AfterAllowTraffic: test green, production green, 100%";
    assert_text(&seen.lock().unwrap().join("\n"), expected);
}
