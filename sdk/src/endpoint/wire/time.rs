//! Points in time on the wire.

use greenlight_core::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The name by which a serialiser can tell a point in time from any other number.
pub(crate) const TIME: &str = "Time";

/// The latest time that is taken, the end of the year 9999 in seconds: a client that sends milliseconds is told so.
const LATEST_SECONDS: f64 = 253_402_300_799.999;

/// A point in time: seconds since the Unix epoch, with the milliseconds as a fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Time(pub(crate) Timestamp);

impl From<Timestamp> for Time {
    fn from(time: Timestamp) -> Self {
        Self(time)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The double nearest to a number of milliseconds is written with its three digits, until far beyond the
        // year 9999.
        #[allow(clippy::cast_precision_loss, reason = "milliseconds stay below 2^53 for 280,000 years")]
        serializer.serialize_newtype_struct(TIME, &(self.0.as_millis() as f64 / 1000.0))
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        if !(0.0..=LATEST_SECONDS).contains(&seconds) {
            return Err(de::Error::custom(format_args!(
                "{seconds} is not a time in seconds since 1970-01-01T00:00:00Z"
            )));
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range was checked")]
        Ok(Self(Timestamp::from_millis((seconds * 1000.0).round() as u64)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_are_kept_exactly() {
        for (millis, text) in [
            (1_543_431_361_022, "1543431361.022"),
            (1_543_431_361_000, "1543431361.0"),
            (1, "0.001"),
            (253_402_300_799_999, "253402300799.999"),
        ] {
            let time = Time(Timestamp::from_millis(millis));
            assert_eq!(serde_json::to_string(&time).unwrap(), text);
            assert_eq!(serde_json::from_str::<Time>(text).unwrap(), time);
        }
    }

    #[test]
    fn whole_seconds_are_times_and_milliseconds_are_not() {
        assert_eq!(serde_json::from_str::<Time>("7").unwrap(), Time(Timestamp::from_millis(7000)));
        for text in ["1543431361022", "-1", "1e300", "\"2018-11-28T18:56:01Z\""] {
            assert!(serde_json::from_str::<Time>(text).is_err(), "{text} was taken for a time");
        }
    }
}
