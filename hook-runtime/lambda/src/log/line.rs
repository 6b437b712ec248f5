//! The form of a line.

use std::fmt;
use std::time::SystemTime;

use serde::Serializer;
use serde_json::Value;
use time::OffsetDateTime;
use time::macros::format_description;

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Level {
    /// For whoever looks for an error.
    Debug,
    /// For everyone.
    Info,
    /// Worth a look.
    Warn,
    /// Something went wrong.
    Error,
}

/// In the words that Lambda's own JSON logs have.
impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
        })
    }
}

/// The members in the order in which people read them.
pub(super) fn line(
    now: SystemTime,
    level: Level,
    message: &dyn fmt::Display,
    about: &[(&'static str, Value)],
    more: &[(&'static str, Value)],
) -> String {
    let first = [
        ("timestamp", Value::from(timestamp(now))),
        ("level", Value::from(level.to_string())),
        ("message", Value::from(message.to_string())),
    ];
    let members = first.iter().chain(about).chain(more).map(|(key, value)| (key, value));
    let mut line = Vec::new();
    let mut serializer = serde_json::Serializer::new(&mut line);
    // Neither a list in memory nor JSON values can fail to be written.
    let _ = serializer.collect_map(members);
    String::from_utf8(line).unwrap_or_default()
}

fn timestamp(time: SystemTime) -> String {
    let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    OffsetDateTime::from(time).format(form).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_line_is_one_json_object_whatever_is_in_it() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_543_431_361_022);
        let about = [("deployment", Value::from("d-1")), ("plugin", Value::from("a\"b"))];
        let line = line(now, Level::Warn, &"two\nlines", &about, &[("attempt", 2.into())]);
        assert_eq!(
            line,
            r#"{"timestamp":"2018-11-28T18:56:01.022Z","level":"WARN","message":"two\nlines","deployment":"d-1","plugin":"a\"b","attempt":2}"#
        );
    }
}
