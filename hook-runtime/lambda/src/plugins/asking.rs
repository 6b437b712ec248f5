//! Asking one plugin until it is sure or there is no time.

use std::time::Duration;

use greenlight_hook_runtime::suite::OnFault;
use greenlight_hook_runtime::{HookContext, HookReport, HookRun, HookStatus, Verdict};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, sleep_until};

use super::judged::Figures;
use super::{Plugin, Terms};
use crate::log::{self, Log, observer};
use crate::progress::PluginProgress;

/// With less than this left no plugin is asked any more: nearly all would be cut off.
const LEAST: Duration = Duration::from_millis(200);

/// Asks a plugin, again and again while it is not sure and the terms allow it.
///
/// `settled` ends the wait of one that is not sure.
pub(super) async fn ask(
    plugin: &Plugin,
    context: &HookContext,
    before: Option<PluginProgress>,
    terms: &Terms,
    places: &Semaphore,
    figures: &mut Figures,
    settled: impl Future<Output = ()>,
) -> PluginProgress {
    let log = terms.log.about("plugin", plugin.settings.name.as_str());
    let mut settled = std::pin::pin!(settled);
    let mut asked = before;
    loop {
        let (attempt, state) = match asked {
            None => (1, None),
            Some(PluginProgress::Pending { attempt, ref state, at }) => {
                let at = Instant::now() + log.clock().until(at);
                if !terms.wait_inside && figures.runs > 0 || at + LEAST > terms.until {
                    return asked.unwrap_or_else(not_started);
                }
                let state = Some(state.clone());
                tokio::select! {
                    () = sleep_until(at) => (attempt + 1, state),
                    () = &mut settled => return asked.unwrap_or_else(not_started),
                }
            }
            Some(sure) => return sure,
        };
        let mut context = context.clone();
        (context.attempt, context.state) = (attempt, state);
        let Some(ran) = run(plugin, context, terms, places, figures, &log).await else {
            return asked.unwrap_or_else(not_started);
        };
        asked = Some(progress(plugin, &ran, attempt, &log));
    }
}

/// The last run of an attempt.
struct Ran {
    report: HookReport,
    /// How long it could have lasted, if that was less than the plugin's own timeout and it used it up.
    cut_after: Option<Duration>,
}

impl Ran {
    fn reason(&self, plugin: &Plugin) -> String {
        let reason = self.report.reason();
        match self.cut_after {
            None => reason,
            Some(left) => format!(
                "{reason} (of its own timeout of {:?} the function had {left:.1?} left; raise the function's timeout)",
                plugin.settings.timeout
            ),
        }
    }
}

/// Runs a plugin until it passes, or is not sure, or may not be tried again. `None` when there was no time at all.
async fn run(
    plugin: &Plugin,
    context: HookContext,
    terms: &Terms,
    places: &Semaphore,
    figures: &mut Figures,
    log: &Log,
) -> Option<Ran> {
    let settings = &plugin.settings;
    let mut retry = 0;
    loop {
        // It is never closed. A plugin that waits for another attempt or retry holds no place.
        let place = tokio::select! {
            place = places.acquire() => place.ok()?,
            () = sleep_until(terms.until) => return None,
        };
        let left = terms.until.saturating_duration_since(Instant::now());
        if left < LEAST {
            return None;
        }
        let limits = settings.limits().with_wall_clock(settings.timeout.min(left));
        let run = HookRun::new(context.clone())
            .with_config(settings.config.clone())
            .with_grants(settings.grants.clone())
            .with_limits(limits)
            .with_observer(observer(log.clone()));
        let report = plugin.hook.run(run).await;
        drop(place);
        figures.add(&report);
        log::ran(log, &report, figures.runs);
        let cut = left < settings.timeout && report.fault().is_some() && report.timings.total >= left;
        let ran = Ran { report, cut_after: cut.then_some(left) };
        if matches!(ran.report.status(), HookStatus::Passed | HookStatus::Pending) {
            return Some(ran);
        }
        retry += 1;
        let Some(delay) = settings.retries.delay(retry) else { return Some(ran) };
        if Instant::now() + delay + LEAST > terms.until {
            log.warn(format_args!("there is no time for retry {retry} of {}", settings.retries.attempts));
            return Some(ran);
        }
        log.warn(format_args!("retry {retry} of {} in {delay:?}", settings.retries.attempts));
        sleep(delay).await;
    }
}

fn progress(plugin: &Plugin, ran: &Ran, attempt: u32, log: &Log) -> PluginProgress {
    let reason = ran.reason(plugin);
    match ran.report.verdict() {
        Some(Verdict::Pass) => PluginProgress::Passed { reason },
        Some(Verdict::Pending { delay, state }) => {
            let delay = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
            PluginProgress::Pending {
                attempt,
                state: state.clone(),
                at: log.clock().millis().saturating_add(delay),
            }
        }
        None if plugin.settings.on_fault == OnFault::Pass => {
            let reason = format!("it has on-fault = \"pass\" and ended without a verdict: {reason}");
            log.warn(format_args!("the fault counts as passed: {reason}"));
            PluginProgress::Passed { reason: format!("plugin \"{}\" passed: {reason}", plugin.settings.name) }
        }
        Some(Verdict::Fail { .. }) | None => PluginProgress::Failed { reason },
    }
}

fn not_started() -> PluginProgress {
    PluginProgress::Failed {
        reason: "it was not started, for the function had no time left; raise the function's timeout, or the concurrency of \
                 the suite"
            .to_owned(),
    }
}
