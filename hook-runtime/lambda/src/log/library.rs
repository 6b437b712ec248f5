//! What the libraries below have to say.

use std::fmt::{self, Write as _};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::{Level, Log};

/// Writes warnings and errors of libraries to the log, through `tracing`.
#[derive(Debug)]
pub(super) struct Libraries(pub(super) Log);

impl Subscriber for Libraries {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && *metadata.level() <= tracing::Level::WARN
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        // Spans are not enabled; an id must not be zero.
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let level = match *event.metadata().level() {
            tracing::Level::ERROR => Level::Error,
            _ => Level::Warn,
        };
        let mut text = Text::default();
        event.record(&mut text);
        self.0.write(level, &text, &[("library", event.metadata().target().into())]);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The message of an event, and its other fields behind it.
#[derive(Debug, Default)]
struct Text {
    message: String,
    fields: String,
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Text takes all that is written into it.
        let _ = if field.name() == "message" {
            write!(self.message, "{value:?}")
        } else {
            write!(self.fields, ", {} {value:?}", field.name())
        };
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.message, self.fields)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::Clock;

    #[test]
    fn warnings_are_lines_and_what_is_less_is_nothing() {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&lines);
        let sink = move |line: &str| seen.lock().unwrap().push(line.to_owned());
        let log = Log::new(Arc::new(sink), Clock::system());
        tracing::subscriber::with_default(Libraries(log), || {
            tracing::info!("all is well");
            tracing::warn!(wanted = 16, "no pool");
        });
        let lines = lines.lock().unwrap();
        let [line] = lines.as_slice() else { panic!("{lines:?}") };
        assert!(line.contains(r#""level":"WARN","message":"no pool, wanted 16","library":"#), "{line}");
    }
}
