//! A stop in every phase of a deployment, with each wish for a rollback, and what it leaves.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::time::Duration;

use crate::local_support::{Hook, Services, answers, assert_text, follow, request, start, until};
use crate::router_support::nobody;
use greenlight::local::task_set::TaskSetSpec;
use greenlight::local::{Local, LocalGroup};
use greenlight_core::lifecycle::{ReadyAction, ReadyWait, Termination};
use greenlight_core::{
    AutoRollback, AutoRollbackEvent, DeploymentConfig, DeploymentPipeline as _, EventKind, HookState,
    LifecycleEventName, LifecycleEventStatus, Rollback, StopOutcome, TrafficRouting,
};

const HOUR: Duration = Duration::from_secs(3600);

/// Something that a deployment does for an hour, unless it is stopped.
#[derive(Clone, Copy, Debug)]
enum Phase {
    Hook(&'static str),
    Install,
    Ready,
    Shift,
    TerminationWait,
}

const PHASES: [Phase; 7] = [
    Phase::Hook("BeforeInstall"),
    Phase::Install,
    Phase::Hook("AfterInstall"),
    Phase::Ready,
    Phase::Shift,
    Phase::Hook("AfterAllowTraffic"),
    Phase::TerminationWait,
];

/// A deployment that stays in a phase, stopped there: what the stop said, how it ended, who answers afterwards.
async fn stop_in(phase: Phase, configured: AutoRollback, wish: Rollback) -> String {
    let services = Services::start().await;
    let group = services.group().with_auto_rollback(configured);
    let group: LocalGroup = match phase {
        Phase::Hook(_) => group,
        Phase::Install => {
            let mut group = group;
            group.green = TaskSetSpec::address("green", nobody().await).with_start_grace(HOUR);
            group
        }
        Phase::Ready => group.with_ready_wait(ReadyWait { action: ReadyAction::StopDeployment, wait: HOUR }),
        Phase::Shift => {
            let canary = TrafficRouting::canary(1, 60).unwrap();
            group.with_deployment_config(DeploymentConfig::custom("Canary1", canary))
        }
        Phase::TerminationWait => group.with_termination(Termination::Terminate(HOUR)),
    };
    let hooks = match phase {
        Phase::Hook(event) => vec![(event, "judge")],
        _ => Vec::new(),
    };
    let judge = Hook::will_report();
    let local = Local::builder().with_group(group).with_hook("judge", judge).build().await.unwrap();
    let id = start(&local, &request(&hooks)).await;
    until(&local, &id, |kind| is_in(phase, kind)).await;
    let stopped = local.stop(&id, wish).await.unwrap();
    let played = follow(&local, &id).await;
    assert_eq!(
        matches!(stopped, StopOutcome::Stopped { rolling_back: true }),
        played.outcome.rollback.is_some(),
        "{stopped:?}"
    );
    let (production, test) = answers(&local).await;
    let rolled_back = if played.outcome.rolled_back { "rolled back" } else { "not rolled back" };
    let serves = played.outcome.serving.as_str();
    format!("{phase:?}: {rolled_back}, {serves} serves, production {production}, test {}", test.unwrap())
}

fn is_in(phase: Phase, kind: &EventKind) -> bool {
    match (phase, kind) {
        (Phase::Hook(_), EventKind::Hook { state: HookState::Invoked, .. })
        | (Phase::Ready, EventKind::Ready { .. })
        | (Phase::Shift, EventKind::Traffic { .. })
        | (Phase::TerminationWait, EventKind::TerminationWait { .. }) => true,
        (Phase::Install, EventKind::LifecycleEvent { name, to, .. }) => {
            *name == LifecycleEventName::Install && *to == LifecycleEventStatus::InProgress
        }
        _ => false,
    }
}

async fn table(configured: AutoRollback, wish: Rollback) -> String {
    let mut rows = Vec::new();
    for phase in PHASES {
        rows.push(stop_in(phase, configured.clone(), wish).await);
    }
    rows.join("\n")
}

const ROLLED_BACK: &str = "\
Hook(\"BeforeInstall\"): not rolled back, blue serves, production blue, test blue
Install: rolled back, blue serves, production blue, test blue
Hook(\"AfterInstall\"): rolled back, blue serves, production blue, test blue
Ready: rolled back, blue serves, production blue, test blue
Shift: rolled back, blue serves, production blue, test blue
Hook(\"AfterAllowTraffic\"): rolled back, blue serves, production blue, test blue
TerminationWait: rolled back, blue serves, production blue, test blue";

/// A canary of 1 % is too small to be met by one request.
const LEFT: &str = "\
Hook(\"BeforeInstall\"): not rolled back, blue serves, production blue, test blue
Install: not rolled back, blue serves, production blue, test blue
Hook(\"AfterInstall\"): not rolled back, blue serves, production blue, test blue
Ready: not rolled back, blue serves, production blue, test green
Shift: not rolled back, blue serves, production blue, test green
Hook(\"AfterAllowTraffic\"): not rolled back, green serves, production green, test green
TerminationWait: not rolled back, green serves, production green, test green";

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_with_rollback_brings_the_original_back_from_every_phase() {
    assert_text(&table(AutoRollback::disabled(), Rollback::Always).await, ROLLED_BACK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_without_rollback_leaves_everything_where_it_is() {
    assert_text(&table(AutoRollback::always(), Rollback::Never).await, LEFT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_as_configured_rolls_back_if_the_group_says_so_for_stops() {
    let on_request = AutoRollback::on([AutoRollbackEvent::StopOnRequest]);
    assert_text(&table(on_request, Rollback::AsConfigured).await, ROLLED_BACK);
    let on_others = AutoRollback::on([AutoRollbackEvent::DeploymentFailure, AutoRollbackEvent::StopOnAlarm]);
    assert_text(&table(on_others, Rollback::AsConfigured).await, LEFT);
}
