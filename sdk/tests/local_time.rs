//! The time of a local deployment: exact to the millisecond under a virtual clock, and never early under a scaled one.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::time::Duration;

use crate::local_support::{
    Calls, Hook, Services, assert_text, in_virtual_time, lines, play, request, seconds, start,
};
use crate::router_support::get;
use greenlight::local::{HookAnswer, Local, LocalClock};
use greenlight_core::lifecycle::{ReadyAction, ReadyWait, Termination};
use greenlight_core::{Clock as _, DeploymentConfig, EventKind, TrafficRouting};

const MINUTE: Duration = Duration::from_secs(60);

fn config(routing: TrafficRouting) -> DeploymentConfig {
    DeploymentConfig::custom("Own", routing)
}

/// The lines of a deployment that are about traffic, waits and ends.
fn waits(all: &[String]) -> String {
    let kept = ["traffic ", "wait until", "ready until", "ended", "Stopped"];
    let kept = |line: &&String| kept.iter().any(|word| line.contains(word)) && !line.contains("test traffic");
    all.iter().filter(kept).cloned().collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ten_hour_linear_shift_steps_at_exact_times() {
    let services = Services::start().await;
    let linear = config(TrafficRouting::linear(20, 150).unwrap());
    let group = services.group().with_deployment_config(linear);
    let local = in_virtual_time(group).build().await.unwrap();
    let played = play(&local, &request(&[])).await;
    let expected = "\
0 traffic 80% 20%
9000 traffic 60% 40%
18000 traffic 40% 60%
27000 traffic 20% 80%
36000 traffic 0% 100%
36000 termination wait until 36000
36000 blue Stopped
36000 ended Succeeded";
    assert_text(&waits(&lines(&played.events)), expected);
    assert_eq!(seconds(played.deployment.completed.unwrap()), 36_000.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_and_the_termination_wait_take_their_time() {
    let services = Services::start().await;
    let canary = config(TrafficRouting::canary(10, 15).unwrap());
    let group =
        services.group().with_deployment_config(canary).with_termination(Termination::Terminate(5 * MINUTE));
    let local = in_virtual_time(group).build().await.unwrap();
    let played = play(&local, &request(&[])).await;
    let expected = "\
0 traffic 90% 10%
900 traffic 0% 100%
900 termination wait until 1200
1200 blue Stopped
1200 ended Succeeded";
    assert_text(&waits(&lines(&played.events)), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ready_wait_that_nobody_ends_stops_the_deployment_at_its_minute() {
    let services = Services::start().await;
    let ready = ReadyWait { action: ReadyAction::StopDeployment, wait: 10 * MINUTE };
    let local = in_virtual_time(services.group().with_ready_wait(ready)).build().await.unwrap();
    let played = play(&local, &request(&[])).await;
    assert_text(&waits(&lines(&played.events)), "0 ready until 600\n600 ended Stopped");
    let error = played.deployment.error.unwrap();
    assert_eq!(
        format!("{}: {}", error.code, error.message),
        "TIMEOUT: The deployment timed out while waiting for a notification to continue. This time out period is \
         10 minutes."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ready_wait_can_be_ended_by_the_pipeline_itself() {
    let services = Services::start().await;
    let ready = ReadyWait { action: ReadyAction::StopDeployment, wait: 10 * MINUTE };
    let group = services.group().with_ready_wait(ready).with_continue_when_ready();
    let local = in_virtual_time(group).build().await.unwrap();
    let all = lines(&play(&local, &request(&[])).await.events);
    assert_eq!(all.last().unwrap(), "0 finished: succeeded, green serves");
    assert_eq!(all.iter().filter(|line| line.contains("ready until 600")).count(), 1, "{all:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_that_never_reports_fails_the_deployment_after_exactly_an_hour() {
    let services = Services::start().await;
    let local =
        in_virtual_time(services.group()).with_hook("judge", Hook::will_report()).build().await.unwrap();
    let played = play(&local, &request(&[("BeforeAllowTraffic", "judge")])).await;
    let all = lines(&played.events);
    let from = all.iter().position(|line| line.contains("BeforeAllowTraffic InProgress")).unwrap();
    let expected = "\
0 BeforeAllowTraffic InProgress
0 hook judge Invoked 1
3600 hook judge Cancelled
3600 BeforeAllowTraffic Failed
3600 AllowTraffic Skipped
3600 AfterAllowTraffic Skipped
3600 ended Failed
3600 finished: failed and not rolled back, blue serves: the hook function judge did not report within one hour";
    assert_text(&all[from..].join("\n"), expected);
    let error = played.deployment.error.unwrap();
    assert_eq!(error.code.as_str(), "HOOK_EXECUTION_FAILURE");
    assert!(error.message.contains("expects a status callback within one hour"), "{}", error.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pending_hook_is_called_again_after_its_delay_with_what_it_handed_over() {
    let services = Services::start().await;
    let calls = Calls::default();
    let hook = calls.answered(|call| match call.attempt {
        attempt @ (1 | 2) => HookAnswer::Pending {
            delay: 10 * MINUTE * attempt,
            state: format!("{}after {attempt}; ", call.state.clone().unwrap_or_default()),
        },
        _ => HookAnswer::Succeeded,
    });
    let local = in_virtual_time(services.group()).with_hook("judge", hook).build().await.unwrap();
    let played = play(&local, &request(&[("AfterInstall", "judge")])).await;

    let all = lines(&played.events);
    let of_hook: Vec<_> = all.iter().filter(|line| line.contains("hook")).cloned().collect();
    let expected = "\
0 hook judge Invoked 1
0 hook judge Pending: asked to be called again in 600 s
600 hook judge Invoked 2
600 hook judge Pending: asked to be called again in 1200 s
1800 hook judge Invoked 3
1800 hook judge Succeeded";
    assert_text(&of_hook.join("\n"), expected);
    let told: Vec<_> = calls.all().iter().map(|call| (call.attempt, call.state.clone())).collect();
    let state = |text: &str| Some(text.to_owned());
    assert_eq!(told, [(1, None), (2, state("after 1; ")), (3, state("after 1; after 2; "))]);
    let ids: Vec<_> = calls.all().iter().map(|call| call.execution.clone()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "every attempt is the same execution");
}

#[tokio::test(flavor = "multi_thread")]
async fn pending_answers_do_not_prolong_the_hour() {
    let services = Services::start().await;
    let calls = Calls::default();
    let hook = calls.answered(|_| HookAnswer::Pending { delay: 25 * MINUTE, state: String::new() });
    let local = in_virtual_time(services.group()).with_hook("judge", hook).build().await.unwrap();
    let all = lines(&play(&local, &request(&[("BeforeInstall", "judge")])).await.events);
    let invoked: Vec<_> = all.iter().filter(|line| line.contains("Invoked")).cloned().collect();
    assert_eq!(invoked, ["0 hook judge Invoked 1", "1500 hook judge Invoked 2", "3000 hook judge Invoked 3"]);
    assert!(all.contains(&"3600 ended Failed".to_owned()), "{all:?}");
    assert_eq!(calls.all().len(), 3, "nothing is called after the end");
}

#[tokio::test(flavor = "multi_thread")]
async fn virtual_time_stands_still_while_a_hook_of_any_group_runs() {
    let services = Services::start().await;
    let linear = config(TrafficRouting::linear(10, 1).unwrap());
    let other = services.group_named("other").with_deployment_config(linear);
    let clock = LocalClock::virtual_from(greenlight_core::Timestamp::EPOCH);
    let (own, blue) = (clock.clone(), services.blue.address);
    let hook = Hook::new(move |_| {
        let clock = own.clone();
        async move {
            let before = clock.now();
            for _ in 0..50 {
                get(blue, "/").await;
            }
            match clock.now() == before {
                true => HookAnswer::Succeeded,
                false => HookAnswer::Failed { reason: format!("from {before} to {}", clock.now()) },
            }
        }
    });
    let builder = Local::builder().with_clock(clock).with_group(services.group()).with_group(other);
    let local = builder.with_hook("judge", hook).build().await.unwrap();
    let plain = greenlight_core::DeploymentRequest::new("shop", "other", crate::local_support::appspec(&[]));
    let stepping = start(&local, &plain).await;
    let hooks = [("BeforeInstall", "judge"), ("AfterInstall", "judge"), ("AfterAllowTraffic", "judge")];
    let judged = play(&local, &request(&hooks)).await;
    assert_eq!(judged.outcome.to_string(), "succeeded, green serves");
    let stepped = crate::local_support::follow(&local, &stepping).await;
    let began = stepped.deployment.started.unwrap();
    assert_eq!(stepped.deployment.completed.unwrap().since(began), 9 * MINUTE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scaled_clock_is_never_early_and_its_events_are_in_order() {
    let services = Services::start().await;
    let linear = config(TrafficRouting::linear(10, 1).unwrap());
    let group = services.group().with_deployment_config(linear);
    let builder = Local::builder().with_clock(LocalClock::scaled(6000)).with_group(group);
    let played = play(&builder.build().await.unwrap(), &request(&[])).await;

    let steps: Vec<_> = played
        .events
        .iter()
        .filter(|event| matches!(event.kind, EventKind::Traffic { .. }))
        .map(|event| event.time)
        .collect();
    assert_eq!(steps.len(), 10);
    for (number, step) in steps.iter().enumerate() {
        assert!(step.since(steps[0]) + MINUTE / 2 >= MINUTE * u32::try_from(number).unwrap(), "{steps:?}");
    }
    assert!(steps[9].since(steps[0]) >= 9 * MINUTE - MINUTE / 2, "{steps:?}");
    assert!(played.events.is_sorted_by_key(|event| event.time), "{:#?}", lines(&played.events));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_events_of_a_deadline_are_in_order_under_a_scaled_clock_too() {
    let services = Services::start().await;
    let builder = Local::builder().with_clock(LocalClock::scaled(100_000)).with_group(services.group());
    let local = builder.with_hook("judge", Hook::will_report()).build().await.unwrap();
    let played = play(&local, &request(&[("AfterAllowTestTraffic", "judge")])).await;
    assert_eq!(played.deployment.status.as_str(), "Failed");
    assert!(played.events.is_sorted_by_key(|event| event.time), "{:#?}", lines(&played.events));
}
