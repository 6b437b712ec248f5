//! The thread that writes: whatever was saved while it wrote becomes its next transaction.

use std::fs::File;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use futures_util::future::BoxFuture;
use redb::Database;
use tokio::sync::watch;

use super::rows;
use crate::local::persist::{Change, NotWritten};

/// Takes changes and writes them in their order.
pub(super) struct Writer {
    queue: Arc<Queue>,
    progress: watch::Receiver<Progress>,
    thread: Option<JoinHandle<()>>,
}

/// What waits to be written.
#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    saves: Vec<Vec<Change>>,
    /// How many saves were taken: the last one's number.
    last: u64,
    closed: bool,
    /// Whether something was saved after it was closed.
    lost: bool,
}

/// How far the thread is.
#[derive(Debug, Clone, Default)]
struct Progress {
    /// The number of the last save that is on the disk.
    written: u64,
    /// Why nothing is written any more.
    failed: Option<NotWritten>,
}

/// Why what was saved too late is not written.
#[derive(Debug, thiserror::Error)]
#[error("it was closed already")]
struct Closed;

impl Writer {
    /// Begins to write into a database. It and the lock are let go when the writer is closed or dropped.
    pub(super) fn start(database: Database, lock: Option<File>) -> io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let (progress, seen) = watch::channel(Progress::default());
        let of_thread = Arc::clone(&queue);
        let thread = std::thread::Builder::new().name("store".to_owned()).spawn(move || {
            write_all(&database, &of_thread, &progress);
            // In this order: who waits for the end of the progress finds both free.
            drop(database);
            drop(lock);
            drop(progress);
        })?;
        Ok(Self { queue, progress: seen, thread: Some(thread) })
    }

    pub(super) fn save(&self, changes: Vec<Change>) {
        let mut waiting = self.queue.lock();
        if waiting.closed {
            waiting.lost = true;
            return;
        }
        waiting.last += 1;
        waiting.saves.push(changes);
        self.queue.changed.notify_one();
    }

    pub(super) fn written(&self) -> BoxFuture<'static, Result<(), NotWritten>> {
        let waiting = self.queue.lock();
        let number = if waiting.lost { u64::MAX } else { waiting.last };
        drop(waiting);
        let mut progress = self.progress.clone();
        Box::pin(async move {
            let reached = |now: &Progress| now.written >= number || now.failed.is_some();
            let Ok(now) = progress.wait_for(reached).await else { return Err(NotWritten(Arc::new(Closed))) };
            // What is on the disk stays there, whatever failed after it.
            if now.written >= number { Ok(()) } else { now.failed.clone().map_or(Ok(()), Err) }
        })
    }

    pub(super) async fn close(&self) -> Result<(), NotWritten> {
        let written = self.written();
        self.queue.close();
        let mut progress = self.progress.clone();
        while progress.changed().await.is_ok() {}
        written.await
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.close();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store's thread panicked; what was saved last may be lost");
        }
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_one();
    }

    /// Takes everything that waits, with the number of its last save; nothing once it is closed and empty.
    fn take(&self) -> Option<(Vec<Vec<Change>>, u64)> {
        let mut waiting = self.lock();
        while waiting.saves.is_empty() {
            if waiting.closed {
                return None;
            }
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        let last = waiting.last;
        Some((std::mem::take(&mut waiting.saves), last))
    }
}

/// Writes until the queue is closed and empty, or a write fails. Nothing is written after a failure: what came before
/// it may or may not be on the disk, and what comes after may build upon it.
fn write_all(database: &Database, queue: &Queue, progress: &watch::Sender<Progress>) {
    while let Some((saves, last)) = queue.take() {
        match rows::write(database, saves.iter().flatten()) {
            Ok(()) => progress.send_modify(|now| now.written = last),
            Err(error) => {
                tracing::error!(%error, "the state cannot be written any more; nothing more is acknowledged");
                progress.send_modify(|now| now.failed = Some(NotWritten(Arc::new(error))));
                queue.close();
                return;
            }
        }
    }
}
