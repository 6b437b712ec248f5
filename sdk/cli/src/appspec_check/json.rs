//! Findings for programs.

use std::io::{self, Write};

use greenlight_core::finding::Finding;
use serde::Serialize;

use super::input::Checked;

/// One line of `--format json`.
#[derive(Serialize)]
struct Line<'c> {
    file: &'c str,
    deployable: bool,
    findings: &'c [Finding],
}

pub(super) fn write(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let Checked { file, deployable, findings, .. } = checked;
    serde_json::to_writer(&mut *out, &Line { file, deployable: *deployable, findings })?;
    writeln!(out)
}
