//! Keeps what a plugin reports, outside of the sandbox: it is there however the plugin ends.

mod book;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Instant,
};

pub(crate) use self::book::Kept;
use self::book::{Added, Book};
use crate::{
    Limits, Observation, Observer,
    execute::panic_message,
    report::{Check, CheckOutcome, LogLevel, LogLine, LogSource, Metric},
    text,
};

/// Bytes of a check's or a metric's name.
const NAME_BYTES: usize = 200;
/// Bytes of a check's detail, and of a verdict's reason.
pub(crate) const DETAIL_BYTES: usize = 4 << 10;
/// Bytes of one line of output.
pub(crate) const LINE_BYTES: usize = 8 << 10;

/// The record of one run, shared by everything that can add to it.
#[derive(Clone)]
pub(crate) struct Recorder(Arc<Shared>);

struct Shared {
    started: Instant,
    book: Mutex<Book>,
    observer: Option<Arc<dyn Observer>>,
    observer_panic: OnceLock<String>,
}

impl Recorder {
    /// An empty record. Times count from `started`.
    pub(crate) fn new(limits: &Limits, observer: Option<Arc<dyn Observer>>, started: Instant) -> Self {
        Self(Arc::new(Shared {
            started,
            book: Mutex::new(Book::new(limits)),
            observer,
            observer_panic: OnceLock::new(),
        }))
    }

    pub(crate) fn check(&self, name: &str, outcome: CheckOutcome, detail: &str) {
        let check =
            Check { name: text::line(name, NAME_BYTES), outcome, detail: text::line(detail, DETAIL_BYTES) };
        let told = self.is_watched().then(|| Observation::Check(check.clone()));
        if self.book().add_check(check) {
            self.tell(told);
        }
    }

    pub(crate) fn metric(&self, name: &str, value: f64, unit: &str) {
        let metric = Metric { name: text::line(name, NAME_BYTES), value, unit: text::line(unit, NAME_BYTES) };
        let told = self.is_watched().then(|| Observation::Metric(metric.clone()));
        if self.book().add_metric(metric) {
            self.tell(told);
        }
    }

    pub(crate) fn log(&self, source: LogSource, level: LogLevel, text: &str) {
        let line =
            LogLine { after: self.0.started.elapsed(), source, level, text: text::line(text, LINE_BYTES) };
        let cut = text.len().saturating_sub(line.text.len().max(LINE_BYTES));
        let told = self.is_watched().then(|| Observation::Log(line.clone()));
        let added = self.book().add_line(line, cut);
        if added == Added::Head {
            self.tell(told);
        }
    }

    /// Says that `bytes` of output were passed over without becoming lines.
    pub(crate) fn drop_bytes(&self, bytes: usize) {
        self.book().drop_bytes(bytes);
    }

    /// The last lines of standard error, oldest first, whatever else was dropped.
    pub(crate) fn stderr_tail(&self) -> Vec<String> {
        self.book().stderr_tail()
    }

    /// Whether a check failed.
    pub(crate) fn failed_check(&self) -> Option<String> {
        self.book().failed_check()
    }

    /// What the observer said when it panicked. It is told nothing from then on.
    pub(crate) fn observer_panic(&self) -> Option<&str> {
        self.0.observer_panic.get().map(String::as_str)
    }

    /// Closes the record. Lines that the observer has not seen yet are told to it.
    pub(crate) fn finish(&self) -> Kept {
        let (kept, untold) = self.book().finish(self.0.started.elapsed());
        for line in untold {
            self.tell(Some(Observation::Log(line)));
        }
        kept
    }

    /// Whether anyone would be told.
    fn is_watched(&self) -> bool {
        self.0.observer.is_some()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        // Each change of the book is complete in itself: a panic elsewhere leaves nothing half done.
        self.0.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, observation: Option<Observation>) {
        let (Some(observer), Some(observation)) = (&self.0.observer, observation) else { return };
        if self.0.observer_panic.get().is_some() {
            return;
        }
        // Some lines are told when the plugin has ended, where nothing else would catch it.
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| observer.observe(&observation))) {
            let _ = self.0.observer_panic.set(panic_message(&*panic));
        }
    }
}
