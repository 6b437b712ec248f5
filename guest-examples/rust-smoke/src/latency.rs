//! Whether the answers come fast enough.

use std::time::Duration;

use greenlight_hook::{Check, metric};

use crate::probe::Probe;
use crate::settings::Settings;

/// Passes when on every path the percentile of the latencies is within the limit. The slowest path is shown.
pub(crate) fn judge(check: Check<'_>, probes: &[Probe], settings: &Settings) {
    let percent = settings.latency_percentile;
    let mut slowest: Option<(&Probe, Duration)> = None;
    for probe in probes {
        let Some(latency) = percentile(probe.answers.iter().map(|a| a.elapsed()).collect(), percent) else {
            continue;
        };
        metric::duration(&format!("latency p{percent} {}", probe.path), latency);
        if slowest.is_none_or(|(_, most)| latency > most) {
            slowest = Some((probe, latency));
        }
    }
    let Some((probe, latency)) = slowest else {
        check.skip("there is no answer to measure");
        return;
    };
    let limit = settings.max_latency;
    let seen =
        format!("GET {} took {} at p{percent} of {} requests", probe.path, ms(latency), probe.answers.len());
    if latency <= limit {
        check.pass(format!("{seen}, at most {} allowed", ms(limit)));
    } else {
        check.fail(format!("{seen}, expected {} or less", ms(limit)));
    }
}

/// The smallest latency that at least `percent` of all are not above (nearest rank): always one that was measured.
fn percentile(mut latencies: Vec<Duration>, percent: f64) -> Option<Duration> {
    latencies.sort_unstable();
    #[expect(clippy::cast_precision_loss, reason = "nobody asks 2^53 times")]
    let rank = (latencies.len() as f64 * percent / 100.0).ceil();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the length")]
    let index = (rank as usize).saturating_sub(1);
    latencies.get(index).copied()
}

fn ms(duration: Duration) -> String {
    let ms = duration.as_secs_f64() * 1000.0;
    if ms < 10.0 { format!("{ms:.1} ms") } else { format!("{ms:.0} ms") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(ms: &[u64], percent: f64) -> Option<u128> {
        percentile(ms.iter().copied().map(Duration::from_millis).collect(), percent).map(|d| d.as_millis())
    }

    #[test]
    fn a_percentile_is_the_nearest_rank() {
        let all: Vec<u64> = (1..=100).rev().collect();
        assert_eq!(of(&all, 95.0), Some(95));
        assert_eq!(of(&all, 50.0), Some(50));
        assert_eq!(of(&all, 100.0), Some(100));
        assert_eq!(of(&all, 0.001), Some(1));
        assert_eq!(of(&[5, 1, 3], 95.0), Some(5));
        assert_eq!(of(&[7], 50.0), Some(7));
        assert_eq!(of(&[], 95.0), None);
    }
}
