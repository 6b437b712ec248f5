//! Reading the logs of a deployment's hooks as they grow.

use std::time::Duration;

use greenlight_core::{HookEvent, LifecycleEvent, LifecycleEventName, LifecycleEventStatus, Timestamp};

use crate::aws::api::{Calls, Kind};
use crate::aws::logs::{HookLogs, LogReader, SETTLES_AFTER, Window};
use crate::aws::seen::{Facts, Seen};

/// The function's clock and that of CodeDeploy need not agree.
const BEFORE: Duration = Duration::from_secs(5);

/// How long all of it may take, and how long an answer may: nothing else of the deployment is learned meanwhile.
const WITHIN: Duration = Duration::from_secs(3);

/// Reads what was written since, for each hook whose log may have more. What there is no time for is read the next time.
pub(super) async fn read(reader: &LogReader, calls: &Calls, seen: &Seen, facts: &Facts, logs: &mut HookLogs) {
    let by = calls.clock.now() + WITHIN;
    // Why no more is read this time.
    let mut over: Option<String> = None;
    for (event, function) in &facts.hooks {
        let Some(stands) = seen.event(LifecycleEventName::from(*event)) else { continue };
        let Some(began) = stands.started else { continue };
        let log = logs.of_mut(*event);
        if log.settled {
            continue;
        }
        let ended = |now| ended(stands).or_else(|| seen.closed.then_some(now));
        if let Some(why) = &over {
            let now = calls.clock.now();
            log.out_of_reach(why, ended(now), now);
            continue;
        }
        let from = log.last().unwrap_or(began);
        let from = Timestamp::from_millis(from.as_millis().saturating_sub(millis(BEFORE)));
        let deployment = &seen.deployment.id;
        let window = Window { function, deployment, event: *event, from, until: None, that_name_it: true };
        let rest = log.rest.clone();
        let reading = reader.read(window, rest, by, WITHIN, (&*calls.clock, &calls.jitter)).await;
        let now = calls.clock.now();
        match &reading.trouble {
            Some(trouble) if matches!(trouble.kind, Kind::Refused | Kind::NotSent) => {
                let group = crate::aws::logs::group(function);
                let why =
                    format!("the log {group} cannot be read: {trouble}; allow logs:FilterLogEvents on it");
                log.add_reading(reading, None, now);
                log.give_up(began, &why);
            }
            _ => {
                over = reading.cut();
                log.add_reading(reading, ended(now), now);
            }
        }
    }
}

/// After which pause a log has to be looked at again, because the end of its hook is held back for it.
pub(super) fn pause(seen: &Seen, facts: &Facts, logs: &HookLogs, now: Timestamp) -> Option<Duration> {
    let waits = |event: &HookEvent| {
        let ended = ended(seen.event(LifecycleEventName::from(*event))?)?;
        let log = logs.of(*event).filter(|log| !log.settled)?;
        // What is left of it was not read in that time; sooner, no more would be there of the budget.
        let least = if log.rest.is_some() { WITHIN } else { Duration::from_secs(1) };
        Some((ended + SETTLES_AFTER).since(now).max(least))
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
