//! Gives the machines their ticks.

use std::sync::Arc;

use greenlight_core::lifecycle::Input;
use greenlight_core::{Clock, Timestamp};

use super::Engine;
use super::state::{Later, State};

/// Waits for the next thing that is due, and does it; for ever.
pub(super) async fn keep_time(engine: Arc<Engine>) {
    loop {
        // Made before the state is looked at, so that a change in between is not missed.
        let changed = engine.time_changed.notified();
        if engine.clock.is_virtual() {
            if engine.jump() {
                // Whoever follows may see each step before the next one.
                tokio::task::yield_now().await;
            } else {
                changed.await;
            }
            continue;
        }
        let next = next_due(&engine.state());
        match next {
            Some(due) => {
                tokio::select! {
                    () = engine.clock.sleep_until(due) => engine.do_what_is_due(&mut engine.state()),
                    () = changed => {}
                }
            }
            None => changed.await,
        }
    }
}

fn next_due(state: &State) -> Option<Timestamp> {
    let deadline = state.due.first().map(|(due, _)| *due);
    let later = state.later.first_key_value().map(|((due, _), _)| *due);
    match (deadline, later) {
        (Some(deadline), Some(later)) => Some(deadline.min(later)),
        (deadline, later) => deadline.or(later),
    }
}

impl Engine {
    /// Makes virtual time jump to the next thing that is due, and does it. Does nothing while an effect is under
    /// way, or when nothing is due.
    ///
    /// Looks, jumps and acts under one lock: an effect that ends in between might have brought something that is
    /// due earlier.
    fn jump(self: &Arc<Self>) -> bool {
        let mut state = self.state();
        if !self.under_way.is_idle() {
            return false;
        }
        let Some(due) = next_due(&state) else { return false };
        self.clock.jump_to(due);
        self.do_what_is_due(&mut state);
        true
    }

    pub(super) fn do_what_is_due(self: &Arc<Self>, state: &mut State) {
        let now = self.clock.now();
        // One thing at a time: each may change what is due next. Deadlines go before other things of the same time.
        loop {
            let Some(due) = next_due(state).filter(|due| *due <= now) else { return };
            if let Some((id, missed)) = state.take_due(due) {
                if missed {
                    self.tell(state, &id, Input::Tick);
                }
                continue;
            }
            match state.later.pop_first() {
                Some((_, Later::CallHook(call))) => self.call_again(state, *call),
                Some((_, Later::Tell(id, input))) => self.tell(state, &id, input),
                None => {}
            }
        }
    }
}
