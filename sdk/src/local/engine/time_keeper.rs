//! Gives the machines their ticks.

use std::sync::Arc;

use greenlight_core::lifecycle::Input;
use greenlight_core::{Clock, Timestamp};

use super::Engine;
use super::state::State;

/// Waits for the next thing that is due, and does it; for ever.
pub(super) async fn keep_time(engine: Arc<Engine>) {
    loop {
        // Made before the state is looked at, so that a change in between is not missed.
        let changed = engine.time_changed.notified();
        let next = next_due(&engine.state());
        let may_wait = !engine.clock.is_virtual() || engine.under_way.is_idle();
        match next {
            Some(due) if may_wait => {
                tokio::select! {
                    () = engine.clock.sleep_until(due) => engine.do_what_is_due(),
                    () = changed => {}
                }
            }
            _ => changed.await,
        }
    }
}

fn next_due(state: &State) -> Option<Timestamp> {
    let deadline = state.due.first().map(|(due, _)| *due);
    let call = state.calls_due.first_key_value().map(|((due, _), _)| *due);
    match (deadline, call) {
        (Some(deadline), Some(call)) => Some(deadline.min(call)),
        (deadline, call) => deadline.or(call),
    }
}

impl Engine {
    fn do_what_is_due(self: &Arc<Self>) {
        let now = self.clock.now();
        let mut state = self.state();
        // One thing at a time: each may change what is due next. Deadlines go before calls of the same time.
        loop {
            let deadline = state.due.first().filter(|(due, _)| *due <= now).cloned();
            if let Some((_, id)) = deadline {
                self.tell(&mut state, &id, Input::Tick);
                continue;
            }
            let call = state.calls_due.first_entry().filter(|call| call.key().0 <= now);
            let Some(call) = call.map(|call| call.remove()) else { return };
            self.call_again(&mut state, call);
        }
    }
}
