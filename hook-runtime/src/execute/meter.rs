//! How long a processor worked for one run.
//!
//! A thread's own clock, which leaves out what other processes did meanwhile, costs a system call: two of them were 0.6 us of
//! the 18 that a whole run took. The machine's clock costs none. So a thread does not look at its own again within a
//! [`PRECISION`], and what is shorter is measured by the machine's, which can only be too much, and by no more than that.

use std::{
    cell::Cell,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// By how much each measured piece of work may be too long when other processes took its thread's place.
const PRECISION: Duration = Duration::from_millis(1);

thread_local! {
    /// When this thread last looked at its own clock, and what it said.
    static LOOKED: Cell<Option<(Instant, u64)>> = const { Cell::new(None) };
}

/// Adds up the times between entering and leaving, on the clock of the thread that works, to a [`PRECISION`].
#[derive(Debug)]
pub(crate) struct Meter {
    /// What instants are counted from.
    made: Instant,
    /// All times are in nanoseconds.
    spent: AtomicU64,
    /// When the work in progress began.
    entered: AtomicU64,
    /// What the thread's clock said then or shortly before.
    worked: AtomicU64,
}

impl Meter {
    pub(crate) fn new(now: Instant) -> Self {
        let [spent, entered, worked] = Default::default();
        Self { made: now, spent, entered, worked }
    }

    /// Runs `work` on the clock. Not to be nested.
    pub(crate) fn measure<T>(&self, work: impl FnOnce() -> T) -> T {
        let now = Instant::now();
        let recent = LOOKED.get().filter(|(looked, _)| now.saturating_duration_since(*looked) < PRECISION);
        self.worked.store(recent.map_or_else(|| look(now), |(_, worked)| worked), Ordering::Relaxed);
        self.entered.store(self.nanos_at(now), Ordering::Relaxed);
        let result = work();
        self.spent.fetch_add(self.in_progress(), Ordering::Relaxed);
        result
    }

    /// What was measured in finished calls of [`measure`](Self::measure).
    pub(crate) fn spent(&self) -> Duration {
        Duration::from_nanos(self.spent.load(Ordering::Relaxed))
    }

    /// The same with the call in progress. Only from within it, on its thread.
    pub(crate) fn spent_so_far(&self) -> Duration {
        self.spent() + Duration::from_nanos(self.in_progress())
    }

    fn in_progress(&self) -> u64 {
        let now = Instant::now();
        let passed = self.nanos_at(now).saturating_sub(self.entered.load(Ordering::Relaxed));
        if u128::from(passed) < PRECISION.as_nanos() {
            return passed;
        }
        passed.min(look(now).saturating_sub(self.worked.load(Ordering::Relaxed)))
    }

    fn nanos_at(&self, now: Instant) -> u64 {
        u64::try_from(now.saturating_duration_since(self.made).as_nanos()).unwrap_or(u64::MAX)
    }
}

/// What the thread's own clock says, noted for whoever asks next.
fn look(now: Instant) -> u64 {
    let worked = thread_nanos();
    LOOKED.set(Some((now, worked)));
    worked
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
    use std::{
        thread,
        time::{Duration, Instant},
    };

    use super::Meter;

    #[test]
    fn work_is_measured_and_waiting_is_not() {
        let meter = Meter::new(Instant::now());
        meter.measure(|| {
            while meter.spent_so_far().as_millis() < 5 {
                std::hint::spin_loop();
            }
        });
        let spent = meter.spent();
        assert!(spent.as_millis() >= 5);
        std::thread::yield_now();
        assert_eq!(meter.spent(), spent);
        // Within a piece of work too, when others have the processor meanwhile.
        meter.measure(|| thread::sleep(Duration::from_millis(100)));
        assert!(meter.spent() - spent < Duration::from_millis(50), "{:?}", meter.spent());
    }

    #[test]
    fn short_pieces_of_work_are_measured_too() {
        let meter = Meter::new(Instant::now());
        let begun = Instant::now();
        for _ in 0..1000 {
            let entered = Instant::now();
            meter.measure(|| while entered.elapsed() < Duration::from_micros(10) {});
        }
        let spent = meter.spent();
        // Some are cut short by other processes, and each begins a little before it is measured.
        assert!(spent >= Duration::from_millis(5) && spent <= begun.elapsed(), "{spent:?}");
    }
}
