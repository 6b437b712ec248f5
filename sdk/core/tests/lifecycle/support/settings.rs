//! Settings, ids and times in few words.

use std::collections::BTreeMap;
use std::time::Duration;

use greenlight_core::lifecycle::{HookSettings, ReadyAction, ReadyWait, Settings};
use greenlight_core::{AutoRollback, DeploymentId, HookEvent, HookExecutionId, Timestamp, TrafficRouting};

pub(crate) const FORWARD: &str = "d-FORWARD01";
pub(crate) const ROLLBACK: &str = "d-ROLLBACK1";

/// A deployment with a test listener and all traffic at once; no hooks, no waits, no rollback.
pub(crate) fn plain() -> Settings {
    Settings::forward(id(FORWARD), TrafficRouting::AllAtOnce)
}

/// A deployment of a Lambda function with all traffic at once; no hooks, no rollback.
pub(crate) fn plain_lambda() -> Settings {
    Settings::lambda(id(FORWARD), TrafficRouting::AllAtOnce)
}

/// [`plain`], rolled back whatever happens.
pub(crate) fn with_rollback() -> Settings {
    rolled_back(plain())
}

/// `settings`, rolled back whatever happens.
pub(crate) fn rolled_back(mut settings: Settings) -> Settings {
    settings.auto_rollback = AutoRollback::always();
    settings.rollback_id = Some(id(ROLLBACK));
    settings
}

/// `settings` with one hook at each of `events`.
pub(crate) fn with_hooks(mut settings: Settings, events: &[HookEvent]) -> Settings {
    settings.hooks = hooks(events, "");
    settings
}

/// One hook at each of `events`; `suffix` keeps the ids of two sets of hooks apart.
pub(crate) fn hooks(events: &[HookEvent], suffix: &str) -> BTreeMap<HookEvent, HookSettings> {
    let hook = |event: &HookEvent| HookSettings {
        function: format!("validate-{event}").parse().unwrap(),
        execution: execution(*event, suffix),
    };
    events.iter().map(|event| (*event, hook(event))).collect()
}

/// The id under which the hook at `event` reports.
pub(crate) fn execution(event: HookEvent, suffix: &str) -> HookExecutionId {
    HookExecutionId::new(format!("{event}{suffix}-execution"))
}

/// A ready wait of this length that stops the deployment.
pub(crate) fn stop_after(wait: Duration) -> ReadyWait {
    ReadyWait { action: ReadyAction::StopDeployment, wait }
}

pub(crate) fn id(text: &str) -> DeploymentId {
    text.parse().unwrap()
}

pub(crate) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

/// The time `seconds` after the deployment was accepted.
pub(crate) fn at(seconds: u64) -> Timestamp {
    Timestamp::EPOCH + Duration::from_secs(seconds)
}
