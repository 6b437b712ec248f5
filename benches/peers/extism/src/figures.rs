//! What the benchmarks are answered.

use std::fmt;
use std::time::Duration;

/// Microseconds: all of it, the middle run, the 99th of a hundred, and what a processor worked; then bytes of memory.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) elapsed: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) processor: f64,
    pub(crate) resident: f64,
}

impl Figures {
    /// Of the times of single runs, and the processor time of all.
    pub(crate) fn of(mut times: Vec<f64>, elapsed: Duration, processor: Duration) -> Self {
        times.sort_by(f64::total_cmp);
        let at = |part: f64| {
            let position = (times.len().saturating_sub(1) as f64 * part).round() as usize;
            times.get(position).copied().unwrap_or(f64::NAN)
        };
        Self {
            elapsed: microseconds(elapsed),
            p50: at(0.5),
            p99: at(0.99),
            processor: microseconds(processor),
            resident: resident(),
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { elapsed, p50, p99, processor, resident } = self;
        write!(f, "{elapsed} {p50} {p99} {processor} {resident}")
    }
}

/// A time as the benchmarks want it.
pub(crate) fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// What the kernel counts as this process's memory, in bytes; no number where it is not Linux.
pub(crate) fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")).and_then(|kib| kib.parse::<f64>().ok());
    kib.map_or(f64::NAN, |kib| kib * 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_run_and_the_slow_one_are_told_apart() {
        let times = (1..=101).rev().map(f64::from).collect();
        let figures = Figures::of(times, Duration::from_micros(500), Duration::from_micros(20));
        assert_eq!(
            (figures.p50, figures.p99, figures.elapsed, figures.processor),
            (51.0, 100.0, 500.0, 20.0)
        );
        assert_eq!(figures.to_string().split(' ').count(), 5);
    }
}
