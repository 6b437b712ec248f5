//! Turns to compute: no more plugins compute at once than there are processors.
//!
//! An executor runs what is ready in order. Were all plugins that compute ready at once, whoever is woken beside them, to
//! send a report or to answer a request, would wait for a tick of each. So a plugin holds a turn while it computes, and gives it to
//! the next at every tick and whenever it waits. Without one it is not ready at all: it stands in a queue where
//! first come is first served.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    task::Poll,
    time::Duration,
};

use tokio::{
    sync::{Semaphore, SemaphorePermit},
    task::yield_now,
};

/// Ticks without any turn handed over, although some wait, before there is one more.
const TICKS_TO_LEND: u32 = 20;

/// What keeps others waiting for so long lets them go first also at its end. Less is not worth the two calls of the system.
const LONG: Duration = Duration::from_millis(1);

/// The turns of all plugins of one runtime.
#[derive(Debug)]
pub(crate) struct Turns {
    free: Semaphore,
    at_once: usize,
    /// Runs in the queue.
    waiting: AtomicUsize,
    /// Turns that runs in the queue have taken, however often it wraps around.
    handed_over: AtomicUsize,
}

/// How a plugin that was interrupted says so to [`Turns::take_for`].
#[derive(Debug, Default)]
pub(crate) struct GaveWay(AtomicBool);

/// What the ticker remembers from tick to tick. See [`Turns::look_after`].
#[derive(Debug, Default)]
pub(crate) struct Seen {
    handed_over: usize,
    ticks: u32,
}

/// The turn in which a plugin ended.
#[must_use]
pub(crate) struct LastTurn<'a> {
    turns: &'a Turns,
    _turn: Option<SemaphorePermit<'a>>,
}

/// Somebody in the queue.
struct Waiting<'a>(&'a Turns);

impl Turns {
    /// Turns for `at_once` plugins, at least for one.
    pub(crate) fn new(at_once: usize) -> Self {
        let at_once = at_once.clamp(1, Semaphore::MAX_PERMITS / 2);
        Self {
            free: Semaphore::new(at_once),
            at_once,
            waiting: AtomicUsize::default(),
            handed_over: AtomicUsize::default(),
        }
    }

    /// Polls `work` in turns until it ends, and gives the last turn too. When it is pending because it
    /// [gave way](GaveWay::give_way), it need not be woken.
    pub(crate) async fn take_for<T>(
        &self,
        mut work: Pin<&mut impl Future<Output = T>>,
        gave_way: &GaveWay,
    ) -> (T, LastTurn<'_>) {
        loop {
            let turn = self.take().await;
            let polled = poll_fn(|cx| Poll::Ready(work.as_mut().poll(cx))).await;
            if let Poll::Ready(value) = polled {
                return (value, LastTurn { turns: self, _turn: turn });
            }
            if gave_way.0.swap(false, Ordering::Relaxed) {
                let_others_go().await;
            } else {
                drop(turn);
                woken().await;
            }
        }
    }

    /// To be called at every tick, with what was seen at the one before.
    ///
    /// A turn can be lost for a while: who holds it is blocked in a function of the host, or is a future that nobody
    /// polls any more. The others must not wait for that, so when all stand still, there is one turn
    /// more. It is taken back as soon as nobody needs it.
    pub(crate) fn look_after(&self, seen: &mut Seen) {
        let handed_over = self.handed_over.load(Ordering::Relaxed);
        if self.waiting.load(Ordering::Relaxed) == 0 || handed_over != seen.handed_over {
            *seen = Seen { handed_over, ticks: 0 };
            let lent = self.free.available_permits().saturating_sub(self.at_once);
            if lent > 0 {
                self.free.forget_permits(lent);
            }
            return;
        }
        seen.ticks += 1;
        if seen.ticks >= TICKS_TO_LEND {
            seen.ticks = 0;
            self.free.add_permits(1);
        }
    }

    /// One compare-and-swap when a turn is free. `None` only if the semaphore were closed, which it never is.
    async fn take(&self) -> Option<SemaphorePermit<'_>> {
        if let Ok(turn) = self.free.try_acquire() {
            return Some(turn);
        }
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let _waiting = Waiting(self);
        let turn = self.free.acquire().await.ok();
        self.handed_over.fetch_add(1, Ordering::Relaxed);
        turn
    }
}

impl LastTurn<'_> {
    /// Hands the turn on, after others if the work took `computed`, so that no row of plugins that end keeps them out.
    pub(crate) async fn hand_on(self, computed: Duration) {
        if computed >= LONG && self.turns.waiting.load(Ordering::Relaxed) > 0 {
            let_others_go().await;
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl GaveWay {
    /// Lets go of the processor. The plugin goes on when it has its next turn.
    pub(crate) fn give_way(&self) -> impl Future<Output = ()> + Send + use<> {
        self.0.store(true, Ordering::Relaxed);
        woken()
    }
}

/// Lets the executor poll all that is ready, and see whom its timers and sockets wake. Whoever calls it keeps the turn meanwhile: were
/// another plugin ready, that would be polled before.
async fn let_others_go() {
    yield_now().await;
    // The executor polls first who was woken last, so only now have all been before us.
    yield_now().await;
}

/// Is pending once, and wakes nobody: somebody else will.
async fn woken() {
    let mut was_pending = false;
    poll_fn(|_| if std::mem::replace(&mut was_pending, true) { Poll::Ready(()) } else { Poll::Pending })
        .await;
}

#[cfg(test)]
mod tests;
