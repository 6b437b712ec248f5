//! `--format` of the commands that say what they found once, at their end.

use std::io::{self, Write};

use serde::Serialize;

/// For people, or for programs. What is told as it happens has the [view's](crate::view::Format).
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

impl Format {
    /// Writes what was found to standard output: by `text` for people, or as one JSON object on a line.
    pub(crate) fn show<T: Serialize>(
        self,
        found: &T,
        text: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut out = io::stdout().lock();
        match self {
            Self::Text => text(&mut out)?,
            Self::Json => {
                serde_json::to_writer(&mut out, found)?;
                writeln!(out)?;
            }
        }
        out.flush()
    }
}
