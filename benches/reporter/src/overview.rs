//! The first table of the page: the rows that people ask for, with a column for each thing that they would use.

use std::fmt::{self, Write as _};

use crate::{
    figures::{Figures, OURS, Series},
    section::number,
};

/// The columns, with the names that the contender has in tables.
const COLUMNS: [(&str, &[&str]); 8] = [
    ("Greenlight", &[OURS]),
    ("bare wasmtime", &["bare wasmtime"]),
    ("extism, fresh plugin", &["extism, fresh", "extism, cache", "extism"]),
    ("extism, reused", &["extism, reused"]),
    ("native Rust", &["bare Rust"]),
    ("Node.js", &["Node.js"]),
    ("Python", &["Python"]),
    ("child process", &["child process"]),
];

/// What a row shows: its title, and where its figures are: table, row, measure.
const ROWS: [(&str, &str, &str, &str); 18] = [
    ("Cold start to first report, process start included", "cold start", "start", "time"),
    ("Load of a precompiled plugin, Rust", "load", "Rust", "load"),
    ("Load, Go", "load", "Go", "load"),
    ("Load, JavaScript", "load", "JavaScript", "load"),
    ("Load, Python", "load", "Python", "load"),
    ("First call, Rust", "load", "Rust", "first call"),
    ("Warm call, no I/O, p50", "warm", "no I/O", "time p50"),
    ("Warm call, no I/O, p99", "warm", "no I/O", "time p99"),
    ("Processor time of it", "warm", "no I/O", "processor time"),
    ("Warm call, one request on loopback, p50", "warm", "one request", "time p50"),
    ("Warm function, event to report, p50", "warm function", "event to report", "time p50"),
    ("1 hook at once", "at once", "1", "hooks"),
    ("8 hooks at once", "at once", "8", "hooks"),
    ("64 hooks at once", "at once", "64", "hooks"),
    ("Memory of an instance", "memory", "instance", "memory"),
    ("Memory of a function", "cold start", "start", "resident memory"),
    ("Size on disk, program", "size on disk", "program", "size"),
    ("Size on disk, plugin in Rust", "size on disk", "plugin in Rust, WebAssembly", "size"),
];

/// The table, without what nobody measured.
pub(crate) fn render(figures: &Figures) -> Result<String, fmt::Error> {
    let found = |table, row, measure, names: &[&str]| {
        names.iter().find_map(|name| figures.find(table, row, name, measure))
    };
    let mut page = String::new();
    writeln!(page, "| | {} |", COLUMNS.map(|(title, _)| title).join(" | "))?;
    writeln!(page, "|---|{}", "---:|".repeat(COLUMNS.len()))?;
    for (title, table, row, measure) in ROWS {
        let cells = COLUMNS.map(|(_, names)| found(table, row, measure, names));
        if cells.iter().any(Option::is_some) {
            writeln!(page, "| {title} | {} |", cells.map(cell).join(" | "))?;
        }
    }
    Ok(page)
}

fn cell(series: Option<&Series>) -> String {
    series.map_or_else(String::new, |series| format!("{} {}", number(series.spread().median), series.unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_without_figures_is_left_out_and_a_contender_without_them_is_empty() {
        let text =
            b"warm,no I/O,greenlight,time p50,us,1,18.2\nwarm,no I/O,\"extism, fresh\",time p50,us,1,214\n";
        let table = render(&Figures::parse(text).unwrap()).unwrap();
        let rows: Vec<&str> = table.lines().skip(2).collect();
        assert_eq!(rows, ["| Warm call, no I/O, p50 | 18.2 us |  | 214 us |  |  |  |  |  |"]);
    }
}
