//! The whole log of one hook.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use greenlight_core::{HookEvent, LifecycleEventName, Timestamp};

use super::api::{Calls, Patience, Trouble};
use super::logs::{HookLog, HookLogLine, LogReader, Reading, TOO_LONG, Window};
use super::watched::View;

/// What a function writes after its report, and the difference of clocks.
const AROUND: Duration = Duration::from_secs(5);

/// How long it is read for: sixty pages, by the budget.
const WITHIN: Duration = Duration::from_secs(60);

/// Reads everything that the hook of this event wrote; a last line says where that is more than can be read in time.
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
        let reading = whole(reader, calls, window).await?;
        let is_cut = reading.cut().is_some();
        if is_cut || !reading.lines.is_empty() {
            let mut log = HookLog::default();
            log.add(reading.lines, stands.ended, calls.clock.now());
            let last = log.last().unwrap_or(began);
            let mut lines = log.into_lines();
            lines.extend(is_cut.then(|| HookLogLine::unread(last, TOO_LONG)));
            return Ok(lines);
        }
    }
    Ok(Vec::new())
}

/// Everything in a window, as far as there is time, however often the service has to be asked again.
async fn whole(reader: &LogReader, calls: &Calls, window: Window<'_>) -> Result<Reading, Trouble> {
    // What was read before the service had to be asked again.
    let (known, rest) = (Mutex::new(Vec::new()), Mutex::new(None));
    let read = || async {
        let before = rest.lock().unwrap_or_else(PoisonError::into_inner).take();
        let by = calls.clock.now() + WITHIN;
        let mut reading = reader.read(window, before, by, WITHIN, (&*calls.clock, &calls.jitter)).await;
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        known.append(&mut reading.lines);
        let Some(trouble) = reading.trouble.take() else {
            reading.lines = std::mem::take(&mut *known);
            return Ok(reading);
        };
        *rest.lock().unwrap_or_else(PoisonError::into_inner) = reading.rest;
        Err(trouble)
    };
    calls.ask(Patience::SHORT, read).await
}
