//! An executor on the thread that is counted.

use std::{future::Future, io};

use tokio::runtime::{Builder, Runtime};

/// Carries out everything on the thread that waits, so that all of it is counted.
#[derive(Debug)]
pub struct OneThread(Runtime);

impl OneThread {
    /// Makes one.
    ///
    /// # Errors
    ///
    /// When the machine gives no executor.
    pub fn new() -> io::Result<Self> {
        Builder::new_current_thread().enable_all().build().map(Self)
    }

    /// Waits for what `work` returns.
    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.0.block_on(work)
    }
}
