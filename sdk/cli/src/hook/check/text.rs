//! What was found of a plugin, for people.

use std::io::{self, Write};
use std::time::Duration;

use bytesize::ByteSize;

use super::found::{Checked, Plugin};
use crate::hook::table::{Table, write_uses};
use crate::view::clean::one_line;

pub(super) fn write(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let standing = if checked.problems.is_empty() { "a plugin that runs here" } else { "has problems" };
    writeln!(out, "{}: {standing}, {}", one_line(&checked.file), ByteSize(checked.bytes))?;
    let mut table = Table::new(out);
    match checked.form {
        Some(form) => table.row("form", &form.to_string())?,
        None => table.row("form", "none that is accepted")?,
    }
    if let Some(plugin) = &checked.plugin {
        write_plugin(plugin, checked, &mut table)?;
    }
    table.row("digest", &format!("sha256:{}", checked.sha256))?;
    checked.problems.iter().try_for_each(|problem| table.row("PROBLEM", problem))
}

fn write_plugin(plugin: &Plugin, checked: &Checked, table: &mut Table<'_>) -> io::Result<()> {
    if checked.form.is_some_and(|form| form.is_command()) {
        table.row("verdict", "by its exit status: 0 passes, 75 asks to be called again, any other fails")?;
    }
    match &plugin.contract {
        Some(version) => table.row("contract", &format!("greenlight:hook@{version}"))?,
        None => table.row("contract", "none: it is told of the deployment on standard input")?,
    }
    write_uses(table, &plugin.uses)?;
    let grants = if plugin.needs_grants {
        "for each server that it calls, such as \"{test}\" or \"https://status.example.com\""
    } else {
        "none: it cannot reach the network"
    };
    table.row("needs grants", grants)?;
    table.rows("imports", &plugin.imports, "nothing")?;
    if checked.form.is_some_and(|form| form.is_core()) {
        table.row("component", &format!("{} when made one", ByteSize(plugin.component_bytes)))?;
    }
    let Some(cost) = &plugin.cost else { return Ok(()) };
    table.row("native code", &format!("{} for {}", ByteSize(cost.native_bytes), cost.target))?;
    let load = cost.load.map(|load| format!(", {} to load it", time(load))).unwrap_or_default();
    table.row("costs", &format!("{} to compile once{load}, on this machine", time(cost.compile)))
}

fn time(seconds: f64) -> String {
    format!("{:.1?}", Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}
