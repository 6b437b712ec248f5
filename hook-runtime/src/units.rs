//! Sizes and times in words, as reports tell them.
//!
//! ```
//! use std::time::Duration;
//! use greenlight_hook_runtime::units;
//!
//! assert_eq!(units::bytes(1536).to_string(), "1.5 KiB");
//! assert_eq!(units::time(Duration::from_micros(1_250)), "1.25 ms");
//! ```

use std::{fmt, time::Duration};

/// `bytes` in the largest unit that gives a short number: `64 MiB`, `1.5 KiB`, `12 bytes`.
#[must_use]
pub fn bytes(bytes: u64) -> impl fmt::Display {
    Bytes(bytes)
}

struct Bytes(u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
        let Some((size, unit)) = UNITS.into_iter().find(|(size, _)| self.0 >= *size) else {
            return write!(f, "{} byte{}", self.0, if self.0 == 1 { "" } else { "s" });
        };
        let tenths = (u128::from(self.0) * 10 + u128::from(size) / 2) / u128::from(size);
        match tenths % 10 {
            0 => write!(f, "{} {unit}", tenths / 10),
            tenth => write!(f, "{}.{tenth} {unit}", tenths / 10),
        }
    }
}

/// `time` to three figures at most: `30 s`, `1.25 s`, `250 ms`, `40 us`.
#[must_use]
pub fn time(time: Duration) -> String {
    let micros = time.as_micros();
    if micros < 1_000 {
        format!("{micros} us")
    } else if micros < 1_000_000 {
        format!("{} ms", short(micros, 1_000))
    } else {
        format!("{} s", short(micros, 1_000_000))
    }
}

/// `value / unit` with at most two decimals, and none that are zero.
fn short(value: u128, unit: u128) -> String {
    let hundredths = (value * 100 + unit / 2) / unit;
    let hundredths = if hundredths >= 10_000 { (hundredths + 50) / 100 * 100 } else { hundredths };
    match hundredths % 100 {
        0 => format!("{}", hundredths / 100),
        rest if rest % 10 == 0 => format!("{}.{}", hundredths / 100, rest / 10),
        rest => format!("{}.{rest:02}", hundredths / 100),
    }
}

/// Durations as milliseconds in reports, a number of which the unit is in the field's name.
pub(crate) mod millis {
    use std::time::Duration;

    use serde::Serializer;

    pub(crate) fn serialize<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(time.as_micros() as f64 / 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    #[test]
    fn sizes_are_told_in_the_largest_unit() {
        let told = [1, 12, 1024, 1536, 64 << 20, 3 << 30].map(|n| super::bytes(n).to_string());
        assert_eq!(told, ["1 byte", "12 bytes", "1 KiB", "1.5 KiB", "64 MiB", "3 GiB"]);
    }

    #[test]
    fn times_are_told_in_three_figures() {
        let told = [40, 1_500, 250_000, 1_250_000, 30_000_000, 3_600_000_000]
            .map(|micros| super::time(Duration::from_micros(micros)));
        assert_eq!(told, ["40 us", "1.5 ms", "250 ms", "1.25 s", "30 s", "3600 s"]);
    }
}
