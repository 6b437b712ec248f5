//! How far the end of a router has come, and who still works for it.

use std::time::Duration;

use tokio::sync::watch;

/// The steps to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    Open,
    /// No new connections; requests that run are finished.
    Closing,
    /// Everything is dropped.
    Closed,
}

/// Announces the phases. Clones announce to the same tasks.
#[derive(Clone, Debug)]
pub(super) struct Phases(watch::Sender<Phase>);

/// Held by every task that serves, so that [`Phases::all_ended`] knows of it.
#[derive(Debug)]
pub(super) struct PhaseReceiver(watch::Receiver<Phase>);

impl Phases {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(Phase::Open))
    }

    pub(super) fn announce(&self, phase: Phase) {
        // Never back: a router that is dropped while it shuts down stays closed.
        self.0.send_if_modified(|now| {
            let later = phase > *now;
            *now = phase.max(*now);
            later
        });
    }

    pub(super) fn receiver(&self) -> PhaseReceiver {
        PhaseReceiver(self.0.subscribe())
    }

    /// Waits until every receiver is gone; says whether that came true in time.
    pub(super) async fn all_ended(&self, timeout: Duration) -> bool {
        tokio::time::timeout(timeout, self.0.closed()).await.is_ok()
    }
}

impl PhaseReceiver {
    /// Waits until the router has come as far as `phase`.
    pub(super) async fn reached(&mut self, phase: Phase) {
        // An error means that there is no router any more, which is the end as well.
        let _ = self.0.wait_for(|now| *now >= phase).await;
    }
}
