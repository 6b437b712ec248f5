//! Deployments that somebody follows: each is asked after once, for all who follow it.

mod facts;
mod hooks;
mod registry;
mod schedule;
mod view;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use greenlight_core::{DeploymentId, Timestamp};
use tokio::sync::{MutexGuard, Notify};

pub(super) use self::facts::Hints;
pub(super) use self::registry::Registry;
use self::schedule::{Ask, Rhythm};
pub(super) use self::view::View;
use super::api::{Calls, Patience, Trouble};
use super::logs::{HookLogs, LogReader};
use super::read;
use super::seen::{Facts, Seen};

/// How long a deployment that has ended is asked again for what the service has not told of its end: events that have no
/// end, a rollback that its settings promise.
const CLOSES_AFTER: Duration = Duration::from_secs(20);

/// One deployment. Whoever wants to know more than is known waits until the next question is due; the first one asks, for all
/// others too, and when its future is dropped, the next one does.
#[derive(Debug)]
pub(super) struct Watched {
    id: DeploymentId,
    state: Mutex<State>,
    asking: tokio::sync::Mutex<Learned>,
    hurry: Notify,
}

/// What all may look at.
#[derive(Debug)]
struct State {
    view: Option<Arc<View>>,
    /// When the next question is due, and which.
    due: Timestamp,
    ask: Ask,
    hints: Hints,
    /// Whether this program has had it stopped and rolled back, whatever its settings say.
    rollback_asked: bool,
}

/// What only whoever asks needs.
#[derive(Debug, Default)]
struct Learned {
    facts: Option<Arc<Facts>>,
    target: Option<String>,
    logs: HookLogs,
    rhythm: Option<Rhythm>,
    /// When its end was seen first.
    terminal_since: Option<Timestamp>,
}

/// What a question is asked with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asking<'a> {
    pub(super) calls: &'a Calls,
    pub(super) logs: Option<&'a LogReader>,
    pub(super) others: &'a Registry,
    pub(super) patience: Patience,
}

impl Watched {
    fn new(id: DeploymentId) -> Self {
        let (due, hints) = (Timestamp::EPOCH, Hints::default());
        Self {
            id,
            state: Mutex::new(State { view: None, due, ask: Ask::Both, hints, rollback_asked: false }),
            asking: tokio::sync::Mutex::default(),
            hurry: Notify::new(),
        }
    }

    /// What is known now.
    pub(super) fn view(&self) -> Option<Arc<View>> {
        self.state(|state| state.view.clone())
    }

    /// Waits until more is known than in `seen`.
    pub(super) async fn more_than(&self, seen: Option<&View>, asking: Asking<'_>) -> Result<(), Trouble> {
        while !self.is_newer_than(seen) {
            let hurry = self.hurry.notified();
            tokio::pin!(hurry);
            // Heard from now on, before the time is read.
            hurry.as_mut().enable();
            let (due, ask) = self.state(|state| (state.due, state.ask));
            if due > asking.calls.clock.now() {
                tokio::select! {
                    () = asking.calls.clock.sleep_until(due) => {}
                    () = hurry => {}
                }
                continue;
            }
            let mut learned = self.asking.lock().await;
            // Somebody else may have asked meanwhile.
            if !self.is_newer_than(seen) && self.state(|state| state.due) == due {
                return self.ask(&mut learned, ask, asking).await;
            }
        }
        Ok(())
    }

    /// Asks for everything now, unless nothing more can be learned.
    pub(super) async fn now(&self, asking: Asking<'_>) -> Result<Arc<View>, Trouble> {
        loop {
            if let Some(view) = self.view().filter(|view| view.ended()) {
                return Ok(view);
            }
            let mut learned = self.turn(asking).await?;
            self.ask(&mut learned, Ask::Both, asking).await?;
            if let Some(view) = self.view() {
                // Whoever waits for more need not wait for the next time.
                self.hurry.notify_waiters();
                return Ok(view);
            }
        }
    }

    /// Something was done that changes the deployment: it is asked after at once.
    pub(super) fn hurry(&self) {
        self.state(|state| (state.due, state.ask) = (Timestamp::EPOCH, Ask::Both));
        self.hurry.notify_waiters();
    }

    /// Keeps what whoever started it knows already.
    pub(super) fn hint(&self, hints: Hints) {
        self.state(|state| state.hints = hints);
    }

    /// A rollback is asked for with its stop, and waited for when it is stopped, whatever its settings say.
    pub(super) fn expect_rollback(&self) {
        self.state(|state| state.rollback_asked = true);
    }

    fn is_newer_than(&self, seen: Option<&View>) -> bool {
        match (self.view(), seen) {
            (Some(known), Some(seen)) => known.version > seen.version,
            (known, None) => known.is_some(),
            (None, Some(_)) => false,
        }
    }

    /// Waits until nobody else asks, unless somebody with more patience does, and gets no answer.
    async fn turn(&self, asking: Asking<'_>) -> Result<MutexGuard<'_, Learned>, Trouble> {
        let Asking { calls, patience, .. } = asking;
        // Kept over all waits: it is a place in a queue.
        let turn = self.asking.lock();
        tokio::pin!(turn);
        let mut silent_until = calls.clock.now() + patience.unknown;
        loop {
            tokio::select! {
                biased;
                learned = &mut turn => return Ok(learned),
                () = calls.clock.sleep_until(silent_until) => {}
            }
            // Whoever asks may also wait for the budget, behind hundreds of others that are answered.
            let now = calls.clock.now();
            silent_until = calls.silent_since().unwrap_or(now) + patience.unknown;
            if silent_until <= now {
                return Err(Trouble::no_answer());
            }
        }
    }

    async fn ask(&self, learned: &mut Learned, ask: Ask, asking: Asking<'_>) -> Result<(), Trouble> {
        let before = self.view();
        let mut seen = match (&before, ask) {
            (Some(view), Ask::Target) => view.seen.clone(),
            _ => self.ask_status(learned, before.as_deref(), asking).await?,
        };
        let Some(facts) = learned.facts.clone() else { return Ok(()) };
        if ask != Ask::Deployment || seen.is_terminal() {
            self.ask_target(learned, &mut seen, asking).await?;
        }
        seen.note_ready();
        if let Some(reader) = asking.logs.filter(|_| !seen.is_rollback()) {
            hooks::read(reader, asking.calls, &seen, &facts, &mut learned.logs).await;
        }
        let now = asking.calls.clock.now();
        self.close(learned, &mut seen, &facts, now);
        seen.deployment.reason = reason(&seen, &facts, &learned.logs);
        self.keep(learned, before.as_deref(), seen, facts, asking);
        Ok(())
    }

    /// Asks for the status, and at first for all that never changes.
    async fn ask_status(
        &self,
        learned: &mut Learned,
        before: Option<&View>,
        asking: Asking<'_>,
    ) -> Result<Seen, Trouble> {
        let info = asking.calls.deployment(&self.id, asking.patience).await?;
        let mut seen = read::seen(&info)?;
        if learned.facts.is_none() {
            let hints = self.state(|state| state.hints.clone());
            let known = facts::learn(&info, &seen, hints, asking).await?;
            learned.facts = Some(Arc::new(known.facts));
            learned.target = known.target;
        }
        if let Some(before) = before {
            seen.keep_target_of(&before.seen);
        }
        let now = asking.calls.clock.now();
        if let Some(rhythm) = &mut learned.rhythm {
            rhythm.status_asked = now;
        }
        Ok(seen)
    }

    async fn ask_target(
        &self,
        learned: &mut Learned,
        seen: &mut Seen,
        asking: Asking<'_>,
    ) -> Result<(), Trouble> {
        let Asking { calls, patience, .. } = asking;
        loop {
            let known = learned.target.is_some();
            if !known {
                learned.target = calls.target_id(&self.id, patience).await?;
            }
            let Some(target) = &learned.target else { return Ok(()) };
            match calls.target(&self.id, target, patience).await {
                Ok(Some(told)) => read::add_target(seen, &told),
                Ok(None) => {}
                // It was a guess.
                Err(trouble) if known && is_no_target(&trouble) => {
                    learned.target = None;
                    continue;
                }
                Err(trouble) => return Err(trouble),
            }
            return Ok(());
        }
    }

    /// Decides whether all that will ever be known of a deployment that has ended is known.
    fn close(&self, learned: &mut Learned, seen: &mut Seen, facts: &Facts, now: Timestamp) {
        if !seen.is_terminal() {
            return;
        }
        let since = *learned.terminal_since.get_or_insert(now);
        let complete = seen.all_events_ended() || seen.events().is_empty();
        let asked = self.state(|state| state.rollback_asked);
        let known = complete && !seen.misses_rollback(facts, asked);
        seen.closed = known || now.since(since) >= CLOSES_AFTER;
    }

    /// Makes what was learned known, and sets the time of the next question.
    fn keep(
        &self,
        learned: &mut Learned,
        before: Option<&View>,
        seen: Seen,
        facts: Arc<Facts>,
        asking: Asking<'_>,
    ) {
        let now = asking.calls.clock.now();
        let changed = before.is_none_or(|before| before.seen != seen);
        let first = Rhythm { changed: now, status_asked: now, lag: Duration::ZERO };
        let mut rhythm = learned.rhythm.unwrap_or(first);
        if changed {
            rhythm.changed = now;
        } else if let Some(late) = schedule::overdue(&seen, &facts, now) {
            // What was foreseen has not happened yet: so much later is the next one asked for.
            rhythm.lag = rhythm.lag.max(late).min(Duration::from_secs(60));
        }
        learned.rhythm = Some(rhythm);
        let next = schedule::next(&seen, &facts, &rhythm, now);
        let jitter = &asking.calls.jitter;
        let pause = if next.foreseen {
            // Never before it happens.
            next.pause + jitter.share(Duration::from_millis(500), 0.0, 1.0)
        } else {
            jitter.share(next.pause, 0.9, 1.0)
        };
        let for_logs = hooks::pause(&seen, &facts, &learned.logs, now);
        let pause = for_logs.map_or(pause, |for_logs| pause.min(for_logs));
        let version = before.map_or(1, |before| before.version + 1);
        let view = Arc::new(View::new(version, seen, facts, &learned.logs));
        self.state(|state| {
            state.view = Some(view);
            (state.due, state.ask) = (now + pause, next.ask);
        });
    }

    fn state<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn is_no_target(trouble: &Trouble) -> bool {
    ["DeploymentTargetDoesNotExist", "InvalidDeploymentTargetId"].iter().any(|name| trouble.is(name))
}

/// Why it failed or was stopped, as precisely as is known: in the words of the hook that failed, or in those that the service
/// wrote to the event, where they say more than its error does.
fn reason(seen: &Seen, facts: &Facts, logs: &HookLogs) -> Option<String> {
    let error = seen.deployment.error.as_ref()?;
    let failed = |event: &&greenlight_core::LifecycleEvent| {
        event.status == greenlight_core::LifecycleEventStatus::Failed
    };
    let hook = seen.events().iter().find(failed).and_then(|event| event.name.hook_event());
    let own = hook.filter(|hook| facts.hooks.contains_key(hook)).and_then(|hook| logs.of(hook)?.reason());
    own.or_else(|| seen.diagnostics.clone().filter(|told| *told != error.message))
}
