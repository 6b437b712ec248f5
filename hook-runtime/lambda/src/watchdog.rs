//! The last resort: a thread of its own reports `Failed` when nothing else did in time.
//!
//! It shares neither the executor nor the connections of the hook, so that whatever keeps those busy does not keep it.

mod thread;
mod watched;

use std::fmt;
use std::io;
use std::sync::mpsc;
use std::time::Instant;

use self::thread::Order;
pub(crate) use self::watched::{Turn, Watched};
use crate::Environment;
use crate::log::Log;
use crate::report::Execution;

/// The thread. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Watchdog {
    orders: mpsc::Sender<Order>,
}

impl Watchdog {
    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// When the system gives no further thread.
    pub(crate) fn start(environment: Environment) -> io::Result<Self> {
        let (orders, received) = mpsc::channel();
        std::thread::Builder::new()
            .name("greenlight-watchdog".to_owned())
            .spawn(move || thread::watch(&received, &environment))?;
        Ok(Self { orders })
    }

    /// Reports `Failed` for `hook` at `at`, and tries until `until`, unless the watch has ended by then.
    pub(crate) fn watch(&self, hook: Execution, at: Instant, until: Instant, log: Log) -> Watched {
        let (watched, fired) = watched::watched();
        // The thread lives as long as this.
        let _ = self.orders.send(Order { hook, at, until, log, fired });
        watched
    }
}

impl fmt::Display for Watchdog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("watchdog")
    }
}
