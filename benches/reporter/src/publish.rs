//! Writing the report, so that the old one is there until the new one is whole.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{error::ReportError, figures::Figures, page::Page, plot};

/// A report that is being made.
#[derive(Debug)]
pub(crate) struct Publication {
    folder: PathBuf,
    records: PathBuf,
}

const PAGE: &str = "REPORT.md";
const FILES: &str = "report";

impl Publication {
    /// Gets ready for a report in `folder`. Of an old one nothing is touched; while the benchmarks run, only the figures' own file is
    /// written, in `scratch`.
    pub(crate) fn prepare(folder: PathBuf, scratch: &Path) -> Result<Self, ReportError> {
        for folder in [&folder, scratch] {
            fs::create_dir_all(folder).map_err(ReportError::file("create the folder", folder))?;
        }
        let records = scratch.join("records.csv");
        // Those of the last time.
        if records.exists() {
            fs::remove_file(&records).map_err(ReportError::file("remove", &records))?;
        }
        Ok(Self { folder, records })
    }

    /// The file that the benchmarks append their figures to.
    pub(crate) fn records(&self) -> &Path {
        &self.records
    }

    /// Writes page, plots and figures beside those that are there, and then puts them into their place. Gives the page's.
    pub(crate) fn publish(&self, page: &Page<'_>, figures: &Figures) -> Result<PathBuf, ReportError> {
        let (files, new) = (self.folder.join(FILES), self.folder.join(format!("{FILES}.new")));
        // What an interrupted attempt left.
        remove(&new)?;
        fs::create_dir_all(&new).map_err(ReportError::file("create the folder", &new))?;
        let plots = plot::draw_all(figures, &new)?;
        for table in figures.tables() {
            write_table(figures, table, &new.join(format!("{}.csv", file_name(table))))?;
        }
        let (place, new_page) = (self.folder.join(PAGE), self.folder.join(format!("{PAGE}.new")));
        fs::write(&new_page, page.render(&plots)).map_err(ReportError::file("write", &new_page))?;
        let old = self.folder.join(format!("{FILES}.old"));
        remove(&old)?;
        if files.exists() {
            rename(&files, &old)?;
        }
        rename(&new, &files)?;
        rename(&new_page, &place)?;
        remove(&old)?;
        Ok(place)
    }
}

/// The file name of a table: its letters and digits.
pub(crate) fn file_name(table: &str) -> String {
    let letters = table.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' });
    letters.collect::<String>().to_lowercase()
}

fn write_table(figures: &Figures, table: &str, path: &Path) -> Result<(), ReportError> {
    let failed = |source: csv::Error| ReportError::Records { path: path.to_owned(), source };
    let mut file = csv::Writer::from_path(path).map_err(failed)?;
    file.write_record(["table", "row", "contender", "measure", "unit", "round", "value"]).map_err(failed)?;
    for series in figures.of_table(table) {
        for (round, value) in series.rounds() {
            let (round, value) = (round.to_string(), value.to_string());
            let texts = [
                &series.table,
                &series.row,
                &series.contender,
                &series.measure,
                &series.unit,
                &round,
                &value,
            ];
            file.write_record(texts).map_err(failed)?;
        }
    }
    file.flush().map_err(ReportError::file("write", path))
}

fn remove(folder: &Path) -> Result<(), ReportError> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(ReportError::file("remove", folder))?;
    }
    Ok(())
}

fn rename(from: &Path, to: &Path) -> Result<(), ReportError> {
    fs::rename(from, to).map_err(ReportError::file("put into its place", to))
}
