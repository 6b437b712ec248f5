//! Facts for people: a word, and what is said of it. Texts out of files are cleaned here.

use std::io::{self, Write};

use super::words::Use;
use crate::view::clean::one_line;

/// Rows of a word and what is said of it.
pub(super) struct Table<'a> {
    out: &'a mut dyn Write,
}

impl<'a> Table<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self { out }
    }

    pub(super) fn row(&mut self, word: &str, said: &str) -> io::Result<()> {
        writeln!(self.out, "  {word:14}{}", one_line(said))
    }

    /// One row for each text, or one that says that there is none.
    pub(super) fn rows(&mut self, word: &str, said: &[String], none: &str) -> io::Result<()> {
        if said.is_empty() {
            return self.row(word, none);
        }
        said.iter().enumerate().try_for_each(|(at, said)| self.row(if at == 0 { word } else { "" }, said))
    }
}

/// What a plugin can do by what it imports.
pub(super) fn write_uses(table: &mut Table<'_>, uses: &[Use]) -> io::Result<()> {
    let uses: Vec<String> = uses.iter().map(|what| what.words().to_owned()).collect();
    table.rows("can do", &uses, "only compute")
}
