//! How long a processor worked for one run.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Adds up the times between entering and leaving, on the clock of the thread that works: what other
/// processes did meanwhile is not the plugin's.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    spent: AtomicU64,
    entered: AtomicU64,
}

impl Meter {
    /// Runs `work` on the clock. Not to be nested.
    pub(crate) fn measure<T>(&self, work: impl FnOnce() -> T) -> T {
        let entered = thread_nanos();
        self.entered.store(entered, Ordering::Relaxed);
        let result = work();
        self.spent.fetch_add(thread_nanos().saturating_sub(entered), Ordering::Relaxed);
        result
    }

    /// What was measured in finished calls of [`measure`](Self::measure).
    pub(crate) fn spent(&self) -> Duration {
        Duration::from_nanos(self.spent.load(Ordering::Relaxed))
    }

    /// The same with the call in progress. Only from within it, on its thread.
    pub(crate) fn spent_so_far(&self) -> Duration {
        let current = thread_nanos().saturating_sub(self.entered.load(Ordering::Relaxed));
        self.spent() + Duration::from_nanos(current)
    }
}

#[cfg(unix)]
fn thread_nanos() -> u64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    u64::try_from(now.tv_sec)
        .unwrap_or_default()
        .saturating_mul(1_000_000_000)
        .saturating_add(u64::try_from(now.tv_nsec).unwrap_or_default())
}

#[cfg(not(unix))]
fn thread_nanos() -> u64 {
    use std::{sync::OnceLock, time::Instant};
    static START: OnceLock<Instant> = OnceLock::new();
    u64::try_from(START.get_or_init(Instant::now).elapsed().as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::Meter;

    #[test]
    fn work_is_measured_and_waiting_is_not() {
        let meter = Meter::default();
        meter.measure(|| {
            while meter.spent_so_far().as_millis() < 5 {
                std::hint::spin_loop();
            }
        });
        let spent = meter.spent();
        assert!(spent.as_millis() >= 5);
        std::thread::yield_now();
        assert_eq!(meter.spent(), spent);
    }
}
