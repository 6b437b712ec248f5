//! When it ends: asked to, or by a fault that was ordered.

use std::cell::Cell;
use std::future::pending;
use std::io;
use std::time::Duration;

use crate::options::Options;

/// How many requests are left to it, when that was ordered.
#[derive(Debug)]
pub(crate) struct Life {
    requests_left: Cell<Option<u64>>,
}

impl Life {
    pub(crate) const fn new(options: &Options) -> Self {
        Self { requests_left: Cell::new(options.die_after_requests) }
    }

    /// Counts a request, and ends the process with the last one: as after a crash, nothing is answered and every
    /// connection breaks.
    pub(crate) fn spend_request(&self) {
        let Some(left) = self.requests_left.get() else { return };
        let left = left.saturating_sub(1);
        self.requests_left.set(Some(left));
        if left == 0 {
            die("the last of its requests came in");
        }
    }
}

/// Ends the process after the time that was ordered, and never without an order.
pub(crate) async fn die_after(time: Option<Duration>) {
    match time {
        Some(time) => {
            tokio::time::sleep(time).await;
            die("its time is up");
        }
        None => pending().await,
    }
}

/// Listens for signals from now on. The future ends when the service is asked to stop: by SIGTERM, unless that is
/// to be ignored, or by Ctrl-C.
#[cfg(unix)]
pub(crate) fn stop_requests(ignore_sigterm: bool) -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    // SIGTERM has a handler when it is ignored, too: the default action would end the process.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {
                    if !ignore_sigterm {
                        return;
                    }
                    eprintln!("demo-service: SIGTERM ignored, as ordered");
                }
                _ = interrupt.recv() => return,
            }
        }
    })
}

/// The future ends when the service is asked to stop, by Ctrl-C.
#[cfg(not(unix))]
pub(crate) fn stop_requests(_ignore_sigterm: bool) -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            pending().await
        }
    })
}

fn die(why: &str) {
    eprintln!("demo-service: dies as ordered: {why}");
    std::process::exit(1);
}
