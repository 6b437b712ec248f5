//! Lines of `--format json`, read as another program would.

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// One line of `--format json`.
#[derive(Debug, Clone, PartialEq)]
pub struct Event(pub Value);

impl Event {
    /// Reads a line.
    ///
    /// # Panics
    ///
    /// When it is no JSON object with `time` and `event`.
    #[must_use]
    pub fn parse(line: &str) -> Self {
        let value: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("`{line}` is not JSON: {error}"));
        let event = Self(value);
        assert!(!event.kind().is_empty() && event.millis() > 0, "`{line}` has no `event` or no `time`");
        event
    }

    /// Which event it is.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.text("event")
    }

    /// The deployment that it is about, or an empty text.
    #[must_use]
    pub fn deployment(&self) -> &str {
        self.text("deployment")
    }

    /// When it happened, in milliseconds since 1970.
    ///
    /// # Panics
    ///
    /// When `time` is not as RFC 3339 has it.
    #[must_use]
    pub fn millis(&self) -> i64 {
        millis(self.text("time"))
    }

    /// The time in a field, in milliseconds since 1970.
    ///
    /// # Panics
    ///
    /// When it is not as RFC 3339 has it.
    #[must_use]
    pub fn millis_of(&self, field: &str) -> i64 {
        millis(self.text(field))
    }

    /// The text in a field; empty when there is none.
    #[must_use]
    pub fn text(&self, field: &str) -> &str {
        self.0[field].as_str().unwrap_or_default()
    }

    /// The whole number in a field.
    ///
    /// # Panics
    ///
    /// When there is none.
    #[must_use]
    pub fn number(&self, field: &str) -> u64 {
        self.0[field].as_u64().unwrap_or_else(|| panic!("no number `{field}` in {}", self.0))
    }

    /// Whether it is of this kind and has these values; numbers and truth values are compared as text.
    #[must_use]
    pub fn is(&self, kind: &str, values: &[(&str, &str)]) -> bool {
        let same = |(field, expected): &(&str, &str)| match &self.0[*field] {
            Value::String(text) => text == expected,
            other => format!("{other}") == *expected,
        };
        self.kind() == kind && values.iter().all(same)
    }

    /// The process id in the detail of a `task-set` event.
    ///
    /// # Panics
    ///
    /// When there is none.
    #[must_use]
    pub fn pid(&self) -> u32 {
        let rest = self.text("detail").split_once("pid ").map_or("", |(_, rest)| rest);
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or_else(|_| panic!("no process id in {}", self.0))
    }
}

/// The events of one deployment.
#[must_use]
pub fn of_deployment<'e>(events: &'e [Event], id: &str) -> Vec<&'e Event> {
    events.iter().filter(|event| event.deployment() == id).collect()
}

/// The changes of lifecycle events, each as `Install: Pending -> InProgress`.
#[must_use]
pub fn lifecycle<'e>(events: impl IntoIterator<Item = &'e Event>) -> Vec<String> {
    let changes = events.into_iter().filter(|event| event.kind() == "lifecycle-event");
    changes.map(|e| format!("{}: {} -> {}", e.text("name"), e.text("from"), e.text("to"))).collect()
}

/// The shifts of production traffic: when, in milliseconds since 1970, and the replacement's share in percent.
#[must_use]
pub fn traffic<'e>(events: impl IntoIterator<Item = &'e Event>) -> Vec<(i64, u64)> {
    let shifts = events.into_iter().filter(|event| event.kind() == "traffic");
    shifts
        .map(|event| {
            assert_eq!(event.number("blue") + event.number("green"), 100, "{}", event.0);
            (event.millis(), event.number("green"))
        })
        .collect()
}

fn millis(text: &str) -> i64 {
    let time =
        OffsetDateTime::parse(text, &Rfc3339).unwrap_or_else(|error| panic!("the time `{text}`: {error}"));
    i64::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap()
}
