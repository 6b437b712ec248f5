//! Reading the logs of a deployment's hooks as they grow.

use std::time::Duration;

use greenlight_core::{HookEvent, LifecycleEvent, LifecycleEventName, LifecycleEventStatus, Timestamp};

use crate::aws::api::{Calls, Kind};
use crate::aws::logs::{HookLogs, LogReader, SETTLES_AFTER, Window};
use crate::aws::seen::{Facts, Seen};

/// The function's clock and that of CodeDeploy need not agree.
const BEFORE: Duration = Duration::from_secs(5);

/// Reads what was written since, for each hook whose log may have more.
pub(super) async fn read(reader: &LogReader, calls: &Calls, seen: &Seen, facts: &Facts, logs: &mut HookLogs) {
    for (event, function) in &facts.hooks {
        let Some(stands) = seen.event(LifecycleEventName::from(*event)) else { continue };
        let Some(began) = stands.started else { continue };
        let log = logs.of_mut(*event);
        if log.settled {
            continue;
        }
        let from = log.last().unwrap_or(began);
        let from = Timestamp::from_millis(from.as_millis().saturating_sub(millis(BEFORE)));
        let deployment = &seen.deployment.id;
        let window = Window { function, deployment, event: *event, from, until: None, that_name_it: true };
        let answer = reader.read(window, &*calls.clock, &calls.jitter).await;
        let now = calls.clock.now();
        let ended = ended(stands).or_else(|| seen.closed.then_some(now));
        match answer {
            Ok(lines) => log.add(lines, ended, now),
            Err(trouble) if matches!(trouble.kind, Kind::Refused | Kind::NotSent) => {
                let group = crate::aws::logs::group(function);
                let why =
                    format!("the log {group} cannot be read: {trouble}; allow logs:FilterLogEvents on it");
                log.give_up(began, &why);
            }
            Err(trouble) => log.out_of_reach(&trouble.message, ended, now),
        }
    }
}

/// After which pause a log has to be looked at again, because the end of its hook is held back for it.
pub(super) fn pause(seen: &Seen, facts: &Facts, logs: &HookLogs, now: Timestamp) -> Option<Duration> {
    let waits = |event: &HookEvent| {
        let ended = ended(seen.event(LifecycleEventName::from(*event))?)?;
        logs.of(*event).filter(|log| !log.settled)?;
        Some((ended + SETTLES_AFTER).since(now).max(Duration::from_secs(1)))
    };
    facts.hooks.keys().filter_map(waits).min()
}

fn ended(event: &LifecycleEvent) -> Option<Timestamp> {
    match event.status {
        LifecycleEventStatus::Pending | LifecycleEventStatus::InProgress => None,
        _ => event.ended.or(event.started),
    }
}

fn millis(time: Duration) -> u64 {
    time.as_millis().try_into().unwrap_or(u64::MAX)
}
