//! The clock that interrupts plugins.
//!
//! It runs on a thread of its own, not as a task: on a machine with one processor a plugin that
//! spins never lets go of the executor, and a task would never get its turn to stop it.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::{self, Thread},
    time::Duration,
};

use wasmtime::Engine;

use crate::turns::{Seen, Turns};

/// How often a running plugin looks whether it should stop, and lets others go before it.
pub(crate) const TICK: Duration = Duration::from_millis(5);

/// Ticks after the last run before the clock rests. Starting it again costs a system call, which runs that
/// follow each other should not pay.
const TICKS_TO_REST: u32 = 200;

/// How long the clock rests at most before it looks around.
const REST: Duration = Duration::from_secs(1);

/// The clock of one engine. It ticks while there are runs, and ends when it is dropped.
pub(crate) struct Ticker {
    runs: Arc<AtomicUsize>,
    thread: Thread,
}

/// Keeps the clock ticking.
pub(crate) struct Ticking<'a>(&'a Ticker);

impl Ticker {
    /// Starts the clock of `engine`, whose plugins take `turns`.
    pub(crate) fn start(engine: &Engine, turns: &Arc<Turns>) -> io::Result<Self> {
        let runs = Arc::new(AtomicUsize::new(0));
        let (engine, counted, turns) = (engine.weak(), Arc::clone(&runs), Arc::clone(turns));
        let clock = thread::Builder::new().name("greenlight-ticker".into()).stack_size(64 << 10);
        let thread = clock.spawn(move || {
            let (mut idle, mut seen) = (0, Seen::default());
            loop {
                if idle < TICKS_TO_REST {
                    thread::sleep(TICK)
                } else {
                    thread::park_timeout(REST)
                }
                let Some(engine) = engine.upgrade() else { return };
                engine.increment_epoch();
                turns.look_after(&mut seen);
                idle = if counted.load(Ordering::Acquire) == 0 { idle.saturating_add(1) } else { 0 };
            }
        })?;
        Ok(Self { runs, thread: thread.thread().clone() })
    }

    /// Has the clock tick until the value is dropped.
    pub(crate) fn tick(&self) -> Ticking<'_> {
        if self.runs.fetch_add(1, Ordering::AcqRel) == 0 {
            // Cheap unless the clock rests.
            self.thread.unpark();
        }
        Ticking(self)
    }
}

impl Drop for Ticking<'_> {
    fn drop(&mut self) {
        self.0.runs.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.thread.unpark();
    }
}
