//! Lines that a plugin wrote.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

/// One line of a hook's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// How long after the start of the run it was written; in milliseconds when serialised.
    #[serde(rename = "after_ms", serialize_with = "crate::units::millis::serialize")]
    pub after: Duration,
    /// How it was written.
    pub source: LogSource,
    /// How much it matters: standard output is `info`, standard error `warn`.
    pub level: LogLevel,
    /// The line, cleaned of control characters.
    pub text: String,
}

/// How a line was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogSource {
    /// By `greenlight:hook/report.log`.
    Plugin,
    /// To standard output.
    Stdout,
    /// To standard error.
    Stderr,
    /// By the runtime itself, about the plugin.
    Runtime,
}

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogLevel {
    /// Every step.
    Trace,
    /// For whoever looks for an error.
    Debug,
    /// For everyone.
    Info,
    /// Worth a look.
    Warn,
    /// Something went wrong.
    Error,
}

impl fmt::Display for LogSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plugin => "plugin",
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
            Self::Runtime => "runtime",
        })
    }
}

impl fmt::Display for LogLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        })
    }
}

impl fmt::Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.level, self.source, self.text)
    }
}
