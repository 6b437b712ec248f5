//! What one run has used up of its limits.

use std::sync::{
    Arc,
    atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
};

use super::{error::HttpError, limits::HttpLimits, outcome::LimitKind};

/// Counters of one run.
#[derive(Debug, Default)]
pub(super) struct Budget {
    requests: AtomicU32,
    concurrent: AtomicU32,
    received: AtomicU64,
}

impl Budget {
    /// Counts one more request; its number, from 1.
    pub(super) fn count_request(&self) -> u32 {
        self.requests.fetch_add(1, Relaxed).saturating_add(1)
    }

    pub(super) fn requests(&self) -> u32 {
        self.requests.load(Relaxed)
    }

    /// Takes one of the places for requests under way, given back when the [`Slot`] is dropped.
    pub(super) fn take_slot(self: &Arc<Self>, limits: &HttpLimits) -> Result<Slot, HttpError> {
        // Counted before it is compared, so that two threads cannot both take the last place.
        let under_way = self.concurrent.fetch_add(1, Relaxed);
        let slot = Slot(Arc::clone(self));
        if under_way < limits.max_concurrent {
            return Ok(slot);
        }
        Err(HttpError::Limit {
            kind: LimitKind::Concurrent,
            sentence: format!(
                "{} requests are under way already, as many as one run may have; read or drop their responses first",
                limits.max_concurrent
            ),
        })
    }

    /// Counts bytes of a response's body.
    pub(super) fn receive(&self, bytes: u64, limits: &HttpLimits) -> Result<(), HttpError> {
        let total = self.received.fetch_add(bytes, Relaxed).saturating_add(bytes);
        if total <= limits.max_total_response_bytes {
            return Ok(());
        }
        Err(HttpError::Limit {
            kind: LimitKind::TotalResponseBodies,
            sentence: format!(
                "the responses of this run hold more than {} bytes together, the limit max_total_response_bytes",
                limits.max_total_response_bytes
            ),
        })
    }
}

/// One request under way.
#[derive(Debug)]
pub(super) struct Slot(Arc<Budget>);

impl Drop for Slot {
    fn drop(&mut self) {
        self.0.concurrent.fetch_sub(1, Relaxed);
    }
}
