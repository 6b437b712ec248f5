//! The whole log of one hook.

use std::time::Duration;

use greenlight_core::{HookEvent, LifecycleEventName, Timestamp};

use super::api::{Calls, Patience, Trouble};
use super::logs::{HookLog, HookLogLine, LogReader, Window};
use super::watched::View;

/// What a function writes after its report, and the difference of clocks.
const AROUND: Duration = Duration::from_secs(5);

/// Reads everything that the hook of this event wrote.
pub(super) async fn read(
    reader: &LogReader,
    calls: &Calls,
    view: &View,
    event: HookEvent,
) -> Result<Vec<HookLogLine>, Trouble> {
    let stands = view.seen.event(LifecycleEventName::from(event));
    let (Some(function), Some(stands)) = (view.facts.hooks.get(&event), stands) else {
        return Ok(Vec::new());
    };
    let Some(began) = stands.started else { return Ok(Vec::new()) };
    let around = u64::try_from(AROUND.as_millis()).unwrap_or_default();
    let from = Timestamp::from_millis(began.as_millis().saturating_sub(around));
    let deployment = &view.deployment().id;
    let named = Window { function, deployment, event, from, until: None, that_name_it: true };
    let of_time = Window { that_name_it: false, until: stands.ended.map(|ended| ended + AROUND), ..named };
    for window in [named, of_time] {
        let read = || reader.read(window, &*calls.clock, &calls.jitter);
        let lines = calls.ask(Patience::SHORT, read).await?;
        if !lines.is_empty() {
            let mut log = HookLog::default();
            log.add(lines, stands.ended, calls.clock.now());
            return Ok(log.into_lines());
        }
    }
    Ok(Vec::new())
}
