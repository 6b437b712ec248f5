//! Spans of the pipeline's time as people read them.

use std::time::Duration;

/// A time after the start, for plain lines: `+00:05:00.000`. Hours go on past 99.
pub(super) fn offset(span: Duration) -> String {
    let seconds = span.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("+{hours:02}:{minutes:02}:{seconds:02}.{:03}", span.subsec_millis())
}

/// A span in two units at most, cut off rather than rounded, so that a wait never shows more than is left:
/// `0.3s`, `42s`, `4m 07s`, `9h 12m`.
pub(super) fn short(span: Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        0..10 => format!("{seconds}.{}s", span.subsec_millis() / 100),
        10..60 => format!("{seconds}s"),
        60..3600 => format!("{}m {:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h {:02}m", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_has_a_fixed_width_for_four_days() {
        assert_eq!(offset(Duration::from_millis(300_000)), "+00:05:00.000");
        assert_eq!(offset(Duration::from_millis(359_999_999)), "+99:59:59.999");
        assert_eq!(offset(Duration::from_secs(360_000)), "+100:00:00.000");
    }

    #[test]
    fn a_span_is_short() {
        for (millis, text) in [
            (0, "0.0s"),
            (349, "0.3s"),
            (9_999, "9.9s"),
            (59_999, "59s"),
            (247_000, "4m 07s"),
            (3_600_000, "1h 00m"),
            (129_600_000, "36h 00m"),
        ] {
            assert_eq!(short(Duration::from_millis(millis)), text);
        }
    }
}
