//! Values as Greenlight's TOML files write them: durations, sizes, and the values of a plugin's configuration.
//!
//! ```
//! use std::time::Duration;
//! use greenlight_hook_runtime::scalar::{Scalar, Size, Span};
//!
//! #[derive(serde::Deserialize)]
//! struct Settings { wait: Span, memory: Size, requests: Scalar }
//!
//! let settings: Settings = toml::from_str("wait = '1m 30s'\nmemory = '64MiB'\nrequests = 20")?;
//! assert_eq!(settings.wait, Span(Duration::from_secs(90)));
//! assert_eq!(settings.memory, Size(64 << 20));
//! assert_eq!(settings.requests, Scalar("20".to_owned()));
//! assert_eq!((settings.wait.to_string(), settings.memory.to_string()), ("1m 30s".into(), "64MiB".into()));
//! # Ok::<_, toml::de::Error>(())
//! ```

use std::{fmt, time::Duration};

use bytesize::ByteSize;
use serde::{
    Serialize, Serializer,
    de::{self, Deserialize, Deserializer, Visitor},
};

/// A duration such as `90s`, `5m` or `1h 30m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(pub Duration);

/// A size in bytes, written such as `64MiB`, or as a number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub usize);

/// A text, a number or a truth value; plugins get it as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar(pub String);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_duration(self.0).fmt(f)
    }
}

impl fmt::Display for Size {
    /// In the largest unit that needs no fraction, so that it is read back as the same number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(usize, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
        match UNITS.iter().find(|(unit, _)| self.0 != 0 && self.0.is_multiple_of(*unit)) {
            Some((unit, name)) => write!(f, "{}{name}", self.0 / unit),
            None => write!(f, "{}B", self.0),
        }
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for Size {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A number without a unit is taken too, only to be told that it needs one.
        let Scalar(text) = Scalar::deserialize(deserializer)?;
        let parsed = humantime::parse_duration(&text);
        parsed.map(Self).map_err(|_| {
            de::Error::custom(format!(
                "{text:?} is not a duration; write a number and a unit, such as \"90s\" or \"5m\""
            ))
        })
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Scalar(text) = Scalar::deserialize(deserializer)?;
        let bytes = text.parse::<ByteSize>().ok().and_then(|size| usize::try_from(size.as_u64()).ok());
        bytes.map(Self).ok_or_else(|| {
            de::Error::custom(format!("{text:?} is not a size; write a number and a unit, such as \"64MiB\""))
        })
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, or true or false")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar(text.to_owned()))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Scalar, E> {
        Ok(Scalar(number.to_string()))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Scalar, E> {
        Ok(Scalar(number.to_string()))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Scalar, E> {
        Ok(Scalar(number.to_string()))
    }

    fn visit_bool<E: de::Error>(self, truth: bool) -> Result<Scalar, E> {
        Ok(Scalar(truth.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct File<T> {
        key: T,
    }

    fn read<T: de::DeserializeOwned>(value: &str) -> Result<T, String> {
        toml::from_str::<File<T>>(&format!("key = {value}"))
            .map(|file| file.key)
            .map_err(|error| error.message().to_owned())
    }

    #[test]
    fn what_is_written_is_read_back_as_the_same_number() {
        for bytes in [0, 1, 1023, 1024, 1025, 64 << 20, (64 << 20) + 1, 3 << 30] {
            assert_eq!(read::<Size>(&format!("\"{}\"", Size(bytes))), Ok(Size(bytes)));
        }
        for millis in [1, 999, 1_500, 90_000, 5_400_000] {
            let span = Span(Duration::from_millis(millis));
            assert_eq!(read::<Span>(&format!("\"{span}\"")), Ok(span));
        }
    }

    #[test]
    fn a_value_without_a_unit_is_told_how_to_write_one() {
        let told = read::<Span>("\"soon\"").unwrap_err();
        assert_eq!(told, "\"soon\" is not a duration; write a number and a unit, such as \"90s\" or \"5m\"");
        assert!(
            read::<Span>("60")
                .unwrap_err()
                .starts_with("\"60\" is not a duration; write a number and a unit")
        );
        let told = read::<Size>("\"64 apples\"").unwrap_err();
        assert_eq!(told, "\"64 apples\" is not a size; write a number and a unit, such as \"64MiB\"");
    }

    #[test]
    fn configuration_takes_texts_numbers_and_truth_values() {
        for (written, text) in [("\"a\"", "a"), ("20", "20"), ("-1.5", "-1.5"), ("true", "true")] {
            assert_eq!(read::<Scalar>(written), Ok(Scalar(text.to_owned())));
        }
        assert!(read::<Scalar>("[1]").unwrap_err().contains("a text, a number, or true or false"));
    }
}
