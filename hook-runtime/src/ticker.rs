//! The clock that interrupts plugins.
//!
//! It runs on a thread of its own, not as a task: on a machine with one processor a plugin that
//! spins never lets go of the executor, and a task would never get its turn to stop it.

use std::{io, thread, time::Duration};

use wasmtime::Engine;

/// How often a running plugin looks whether it should stop.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// Starts the clock of `engine`. The thread ends by itself, one tick after the engine was dropped.
pub(crate) fn start(engine: &Engine) -> io::Result<()> {
    let engine = engine.weak();
    thread::Builder::new().name("greenlight-ticker".into()).stack_size(64 << 10).spawn(move || {
        loop {
            thread::sleep(TICK);
            let Some(engine) = engine.upgrade() else { return };
            engine.increment_epoch();
        }
    })?;
    Ok(())
}
