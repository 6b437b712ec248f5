//! Measured values, in CloudWatch's units.

use std::fmt;
use std::time::Duration;

use crate::host;

/// The unit of a measured value, one of those that CloudWatch knows.
///
/// Source: the valid values of `Unit` in `MetricDatum`, Amazon CloudWatch API reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unit {
    /// A number of things.
    Count,
    /// Things in a second.
    CountPerSecond,
    /// Seconds.
    Seconds,
    /// Thousandths of a second.
    Milliseconds,
    /// Millionths of a second.
    Microseconds,
    /// Bytes.
    Bytes,
    /// Thousands of bytes.
    Kilobytes,
    /// Millions of bytes.
    Megabytes,
    /// Bytes in a second.
    BytesPerSecond,
    /// Hundredths.
    Percent,
    /// A number without a unit.
    None,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Count => "Count",
            Self::CountPerSecond => "Count/Second",
            Self::Seconds => "Seconds",
            Self::Milliseconds => "Milliseconds",
            Self::Microseconds => "Microseconds",
            Self::Bytes => "Bytes",
            Self::Kilobytes => "Kilobytes",
            Self::Megabytes => "Megabytes",
            Self::BytesPerSecond => "Bytes/Second",
            Self::Percent => "Percent",
            Self::None => "None",
        })
    }
}

/// Records one measured value.
///
/// ```
/// use greenlight_hook::metric::{self, Unit};
///
/// fn validate(_hook: &greenlight_hook::Hook) {
///     metric::record("cache hits", 97.5, Unit::Percent);
///     metric::count("requests", 40);
/// }
/// ```
pub fn record(name: &str, value: f64, unit: Unit) {
    host::with(|host| host.metric(name, value, &unit.to_string()));
}

/// Records a number of things. Numbers above 2⁵³ lose their last digits.
pub fn count(name: &str, count: u64) {
    #[expect(clippy::cast_precision_loss, reason = "the contract counts in 64-bit floating point")]
    record(name, count as f64, Unit::Count);
}

/// Records a span of time, in milliseconds.
pub fn duration(name: &str, duration: Duration) {
    // One division of whole numbers: 586 µs is 0.586, where seconds times 1000 would be 0.5860000000000001.
    #[expect(clippy::cast_precision_loss, reason = "exact for three months, and close enough for centuries")]
    record(name, duration.as_nanos() as f64 / 1e6, Unit::Milliseconds);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Rehearsal;

    #[test]
    fn values_arrive_with_cloudwatch_units() {
        let recorded = Rehearsal::new().run(|_: &crate::Hook| {
            duration("latency", Duration::from_micros(586));
            count("requests", 40);
            record("rate", 3.5, Unit::CountPerSecond);
        });
        let metrics: Vec<_> =
            recorded.metrics.iter().map(|m| (m.name.as_str(), m.value, m.unit.as_str())).collect();
        assert_eq!(
            metrics,
            [("latency", 0.586, "Milliseconds"), ("requests", 40.0, "Count"), ("rate", 3.5, "Count/Second")]
        );
    }
}
