//! Ends a plugin that will not end by itself.
//!
//! Two mechanisms, because each alone leaves a hole. A plugin that computes is interrupted by the engine at the
//! ticks of the [ticker](crate::ticker); it gives way at each, to other tasks and to the plugin whose [turn](crate::turns)
//! is next, so that none can take the executor for itself, and is stopped for good once its time is up, whether or not the executor's own timer
//! ever gets its turn. A plugin that waits in a host function is not computing, so it is dropped by that timer.

use std::{
    any::Any,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::{Arc, OnceLock},
    task::Poll,
    time::Instant,
};

use wasmtime::{Store, UpdateDeadline};

use super::{host::Host, meter::Meter};
use crate::{
    Limits,
    turns::{GaveWay, Turns},
};

/// Why the runtime asked a plugin to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// It computed for too long.
    Cpu,
    /// Its time is over.
    WallClock,
}

/// How a guarded call ended.
pub(crate) enum Ended<T> {
    /// By itself.
    Returned(T),
    /// Dropped while it waited, because its time was over.
    TimedOut,
    /// A function of the host panicked.
    Panicked(String),
}

/// Watches over one run.
pub(crate) struct Guard {
    deadline: Instant,
    watch: Arc<Watch>,
}

/// What the engine's interruption and the guard share.
struct Watch {
    meter: Meter,
    stop: OnceLock<Stop>,
    gave_way: GaveWay,
}

impl Guard {
    /// The guard of a run that begins now.
    pub(crate) fn new(now: Instant, deadline: Instant) -> Self {
        let watch = Watch { meter: Meter::new(now), stop: OnceLock::new(), gave_way: GaveWay::default() };
        Self { deadline, watch: Arc::new(watch) }
    }

    /// Arms the engine's interruption. To be called just before the plugin's code runs.
    pub(crate) fn arm(&self, store: &mut Store<Host>, limits: &Limits) {
        let (deadline, cpu) = (self.deadline, limits.cpu);
        let watch = Arc::clone(&self.watch);
        store.epoch_deadline_callback(move |_| {
            let reason = if watch.meter.spent_so_far() >= cpu {
                Stop::Cpu
            } else if Instant::now() >= deadline {
                Stop::WallClock
            } else {
                return Ok(UpdateDeadline::YieldCustom(1, Box::pin(watch.gave_way.give_way())));
            };
            let _ = watch.stop.set(reason);
            Ok(UpdateDeadline::Interrupt)
        });
        // With 0 the first check of every run would give way for nothing.
        store.set_epoch_deadline(1);
    }

    /// Runs `call`, in its turns, until it ends, its time is over, or it panics.
    pub(crate) async fn watch<T>(&self, turns: &Turns, call: impl Future<Output = T>) -> Ended<T> {
        let mut call = pin!(call);
        let measured = pin!(poll_fn(|cx| {
            let polled =
                self.watch.meter.measure(|| catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx))));
            match polled {
                Ok(Poll::Ready(value)) => Poll::Ready(Ended::Returned(value)),
                Ok(Poll::Pending) => Poll::Pending,
                Err(panic) => Poll::Ready(Ended::Panicked(panic_message(&*panic))),
            }
        }));
        let in_turns = turns.take_for(measured, &self.watch.gave_way);
        let Ok((ended, turn)) = tokio::time::timeout_at(self.deadline.into(), in_turns).await else {
            return Ended::TimedOut;
        };
        turn.hand_on(self.watch.meter.spent()).await;
        ended
    }

    /// Why the plugin was asked to stop, if it was.
    pub(crate) fn stop(&self) -> Option<Stop> {
        self.watch.stop.get().copied()
    }

    /// The meter of the plugin's work.
    pub(crate) fn meter(&self) -> &Meter {
        &self.watch.meter
    }
}

pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text =
        panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("a function of the host panicked: {}", text.unwrap_or("without a message"))
}
