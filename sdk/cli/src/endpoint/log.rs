//! What `greenlight endpoint` writes to standard error.

use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, TrySendError};
use std::thread;

use greenlight_core::DeploymentEvent;
use tracing::level_filters::LevelFilter;

use crate::view;

/// How many events wait for a slow reader of standard error; more are left out, and counted.
const WAITING: usize = 10_000;

/// Has warnings and errors of the endpoint written.
pub(super) fn install() {
    let subscriber = tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_max_level(LevelFilter::WARN)
        .with_target(false)
        .with_ansi(false);
    // Only a subscriber that is there already could refuse, and then that one has them.
    drop(subscriber.try_init());
}

/// Writes a line for each event, on a thread of its own: whoever reads standard error slowly holds up no deployment.
pub(super) fn events() -> impl Fn(&DeploymentEvent) + Send + Sync + 'static {
    let (sender, events) = mpsc::sync_channel::<DeploymentEvent>(WAITING);
    let left_out = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&left_out);
    let writing = thread::Builder::new().name("log".to_owned()).spawn(move || {
        for event in events {
            let mut out = io::stderr();
            let missing = match counted.swap(0, Ordering::Relaxed) {
                0 => Ok(()),
                count => {
                    writeln!(out, "{count} events are left out, because they came faster than they were read")
                }
            };
            if missing.and_then(|()| writeln!(out, "{}", view::log_line(&event))).is_err() {
                // Nobody reads it any more: there is nowhere left to say so.
                return;
            }
        }
    });
    if let Err(error) = writing {
        tracing::warn!(%error, "events are not logged, because no thread can be started");
    }
    move |event| {
        if let Err(TrySendError::Full(_)) = sender.try_send(event.clone()) {
            left_out.fetch_add(1, Ordering::Relaxed);
        }
    }
}
