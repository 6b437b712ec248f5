//! Calls one after the other, each timed.

use std::time::{Duration, Instant};

use crate::{
    in_turns::quantile,
    records::{RecordError, Row},
};

/// What the calls of one turn took, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calls {
    /// Half of the calls took less.
    pub p50: f64,
    /// Of a hundred calls one took more.
    pub p99: f64,
    /// What a processor worked for each, by the thread that made them and by processes that it started.
    pub processor: f64,
}

impl Calls {
    /// Makes `times` calls, each of which gives the processor time of processes that it has started and waited for.
    ///
    /// # Errors
    ///
    /// The first error of a call.
    pub fn make<E>(times: usize, mut one: impl FnMut() -> Result<Duration, E>) -> Result<Self, E> {
        let before = thread_time();
        let (mut each, mut elsewhere) = (Vec::with_capacity(times), Duration::ZERO);
        for _ in 0..times {
            let begun = Instant::now();
            elsewhere += one()?;
            each.push(microseconds(begun.elapsed()));
        }
        let worked = thread_time().saturating_sub(before) + elsewhere;
        each.sort_by(f64::total_cmp);
        Ok(Self {
            p50: quantile(&each, 0.5),
            p99: quantile(&each, 0.99),
            processor: microseconds(worked) / times as f64,
        })
    }

    /// Notes the calls of all rounds in a row.
    ///
    /// # Errors
    ///
    /// When the records cannot be written.
    pub fn record(of_rounds: &[Self], row: Row<'_>, contender: &str) -> Result<(), RecordError> {
        let each = |figure: fn(&Self) -> f64| of_rounds.iter().map(figure);
        row.add(contender, "time p50", "us", each(|calls| calls.p50))?;
        row.add(contender, "time p99", "us", each(|calls| calls.p99))?;
        row.add(contender, "processor time", "us", each(|calls| calls.processor))
    }
}

/// A time as tables have it.
#[must_use]
pub fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// How long a processor has worked for this thread.
#[must_use]
pub fn thread_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or_default(),
        u32::try_from(time.tv_nsec).unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_work_of_processes_counts_and_an_error_ends_the_calls() {
        let calls = Calls::make(4, || Ok::<_, ()>(Duration::from_millis(1))).unwrap();
        assert!(calls.processor >= 1000.0 && calls.p50 < calls.processor, "{calls:?}");
        let mut left = 2;
        let ended = Calls::make(4, || {
            left -= 1;
            if left == 0 { Err("broken") } else { Ok(Duration::ZERO) }
        });
        assert_eq!((ended, left), (Err("broken"), 0));
    }
}
