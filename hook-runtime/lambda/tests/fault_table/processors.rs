//! How many processors the rows and all their processes have.

use std::thread;

use rustix::thread::{CpuSet, Pid, sched_getaffinity, sched_setaffinity};

/// How many there are.
pub(super) fn count() -> u32 {
    sched_getaffinity(None::<Pid>).unwrap().count()
}

/// Runs something on all of them.
pub(super) fn on_all<T, F: Future<Output = T>>(work: impl FnOnce() -> F) -> T {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(work())
}

/// Runs something on one: threads and processes have the processors of whoever started them.
pub(super) fn on_one<T: Send + 'static, F: Future<Output = T>>(
    work: impl FnOnce() -> F + Send + 'static,
) -> T {
    let pinned = thread::spawn(move || {
        let all = sched_getaffinity(None::<Pid>).unwrap();
        let first = (0..CpuSet::MAX_CPU).find(|cpu| all.is_set(*cpu)).unwrap();
        let mut one = CpuSet::new();
        one.set(first);
        sched_setaffinity(None::<Pid>, &one).unwrap();
        assert_eq!(count(), 1);
        on_all(work)
    });
    pinned.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
