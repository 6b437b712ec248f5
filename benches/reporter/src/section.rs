//! A table of the page: a row for each row, a column for each contender, for each measure one.

use std::fmt::{self, Write as _};

use crate::figures::{Figures, OURS, Series, distinct};

/// What a table is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Section {
    /// Its name in the figures.
    pub(crate) table: &'static str,
    pub(crate) title: &'static str,
    /// What is measured, and how.
    pub(crate) about: &'static str,
}

/// A table with a heading. Its contenders are columns, unless there are more of them than a page is wide.
pub(crate) fn render(
    figures: &Figures,
    table: &str,
    section: Option<&Section>,
) -> Result<String, fmt::Error> {
    let mut page = String::new();
    writeln!(page, "## {}\n", section.map_or(table, |section| section.title))?;
    if let Some(section) = section {
        writeln!(page, "{}\n", section.about)?;
    }
    for measure in distinct(figures.of_table(table).map(|series| series.measure.as_str())) {
        let of = || figures.of_table(table).filter(|series| series.measure == measure);
        let rows = distinct(of().map(|series| series.row.as_str()));
        let contenders = distinct(of().map(|series| series.contender.as_str()));
        let unit = of().next().map(|series| series.unit.as_str()).unwrap_or_default();
        writeln!(page, "**{}**{}\n", capital(measure), unit_of(unit))?;
        writeln!(page, "| | {} |", contenders.join(" | "))?;
        writeln!(page, "|---|{}", "---:|".repeat(contenders.len()))?;
        for row in rows {
            let ours = figures.find(table, row, OURS, measure);
            let cells = contenders.iter().map(|contender| {
                figures
                    .find(table, row, contender, measure)
                    .map_or_else(|| "-".to_owned(), |it| cell(it, ours))
            });
            writeln!(page, "| {row} | {} |", cells.collect::<Vec<_>>().join(" | "))?;
        }
        writeln!(page)?;
    }
    Ok(page)
}

/// The median, the quartiles when there are some, and how many times ours it is.
fn cell(series: &Series, ours: Option<&Series>) -> String {
    let spread = series.spread();
    let mut cell = format!("**{}**", number(spread.median));
    if series.rounds().count() > 2 {
        cell.push_str(&format!(" ({} to {})", number(spread.low), number(spread.high)));
    }
    match ours {
        Some(ours) if series.contender != OURS => {
            cell.push_str(&format!(", {}×", number(series.ratio_to(ours))));
        }
        _ => {}
    }
    cell
}

/// Three digits that count, and thousands apart.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    match size {
        _ if !size.is_finite() => "-".to_owned(),
        _ if size >= 1000.0 => thousands(value),
        _ if size >= 100.0 || size == 0.0 => format!("{value:.0}"),
        _ if size >= 10.0 => format!("{value:.1}"),
        _ if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

fn thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = if value < 0.0 { "-".to_owned() } else { String::new() };
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

pub(crate) fn unit_of(unit: &str) -> String {
    if unit.is_empty() { String::new() } else { format!(", {unit}") }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits_that_count() {
        let written = [0.0, 0.0424, 1.2345, 18.26, 214.4, 124_800.0, -1500.0, f64::NAN].map(number);
        assert_eq!(written, ["0", "0.042", "1.23", "18.3", "214", "124,800", "-1,500", "-"]);
    }
}
