//! Whose turn it is to report: the hook's own, or the watchdog's.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::report::{HookVerdict, ReportError, Reported};

/// What came of the watchdog's report.
pub(crate) type Outcome = Result<Reported, ReportError>;

/// The hook's side. Dropping it ends the watch.
#[derive(Debug)]
pub(crate) struct Watched {
    state: Arc<Mutex<State>>,
    outcome: Option<oneshot::Receiver<Outcome>>,
}

/// The watchdog's side.
#[derive(Debug)]
pub(super) struct Fired {
    state: Arc<Mutex<State>>,
    pub(super) outcome: oneshot::Sender<Outcome>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// There is no verdict yet.
    Open,
    /// The hook reports this by itself.
    Decided(HookVerdict),
    /// The watchdog reports.
    Fired,
    /// There is nothing more to report.
    Over,
}

/// Who reports.
#[derive(Debug)]
pub(crate) enum Turn {
    /// The hook.
    Own,
    /// The watchdog was faster; this is what comes of its report.
    Watchdog(oneshot::Receiver<Outcome>),
}

pub(super) fn watched() -> (Watched, Fired) {
    let state = Arc::new(Mutex::new(State::Open));
    let (sender, receiver) = oneshot::channel();
    let watched = Watched { state: Arc::clone(&state), outcome: Some(receiver) };
    (watched, Fired { state, outcome: sender })
}

impl Watched {
    /// Takes the turn to report this verdict. From then on the watchdog repeats it if it does not arrive in time, and
    /// says nothing else.
    pub(crate) fn decide(&mut self, verdict: HookVerdict) -> Turn {
        let mut state = lock(&self.state);
        if *state == State::Fired
            && let Some(outcome) = self.outcome.take()
        {
            return Turn::Watchdog(outcome);
        }
        *state = State::Decided(verdict);
        Turn::Own
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let mut state = lock(&self.state);
        // A panic in the middle of the last attempt to report has reported nothing.
        if *state != State::Fired && !std::thread::panicking() {
            *state = State::Over;
        }
    }
}

impl Fired {
    /// Takes the turn, and says what to report; nothing when there is nothing to do any more.
    pub(super) fn take(&self) -> Option<HookVerdict> {
        let mut state = lock(&self.state);
        match *state {
            State::Open => {
                *state = State::Fired;
                Some(HookVerdict::Failed)
            }
            // Its own report goes on: of two that say the same, one is answered that it is already completed.
            State::Decided(verdict) => Some(verdict),
            State::Fired | State::Over => None,
        }
    }

    /// Whether the hook has reported or handed over.
    pub(super) fn is_over(&self) -> bool {
        *lock(&self.state) == State::Over
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
