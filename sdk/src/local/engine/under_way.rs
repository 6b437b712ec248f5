//! Counts what virtual time has to wait for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Engine;

/// How many effects are under way.
#[derive(Debug, Default)]
pub(super) struct UnderWay(AtomicUsize);

impl UnderWay {
    pub(super) fn is_idle(&self) -> bool {
        self.0.load(Ordering::Acquire) == 0
    }
}

/// Held by an effect until its result was taken, however it ends: dropping it lets virtual time go on.
pub(super) struct Ticket(Arc<Engine>);

impl Ticket {
    pub(super) fn new(engine: Arc<Engine>) -> Self {
        engine.under_way.0.fetch_add(1, Ordering::AcqRel);
        Self(engine)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if self.0.under_way.0.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.time_changed.notify_one();
        }
    }
}
