//! Writing the report, so that the old one is there until the new one is whole.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{benchmark::workspace, error::ReportError, figures::Figures, page::Page, plot};

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
        fs::write(&new_page, page.render(&plots, workspace()))
            .map_err(ReportError::file("write", &new_page))?;
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{benchmark::Ran, machine::Machine, part::Part};

    const TEXT: &[u8] = b"warm,no I/O,greenlight,time p50,us,1,18\nwarm,no I/O,bare wasmtime,time p50,us,1,15\n\
        goals,a warm hook,at most,bound,times,1,1.15\ngoals,a warm hook,at most,found,times,1,1.2\nmissing,warm,extism,not built,,1,NaN\n";

    /// What the page says after a report of these figures and one part that failed.
    fn publish(publication: &Publication) -> Result<String, ReportError> {
        let figures = Figures::parse(TEXT).unwrap();
        let part = Part { name: "cold".into(), benchmark: "lambda_host".into(), words: Vec::new() };
        let load = ["1 1 1".to_owned(), "2 2 2".to_owned()];
        let ran = [Ran { part, outcome: Err("no bundle".into()), took: Duration::from_secs(3), load }];
        let machine = Machine::here();
        let page = Page {
            figures: &figures,
            ran: &ran,
            before: &machine,
            after: &machine,
            absent: &["the child process: no C library".to_owned()],
            quick: true,
            took: Duration::from_secs(9),
        };
        let place = publication.publish(&page, &figures)?;
        Ok(fs::read_to_string(place).unwrap())
    }

    #[test]
    fn a_report_has_a_page_plots_and_figures_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let publication = Publication::prepare(folder.path().into(), &folder.path().join("scratch")).unwrap();
        let stale = folder.path().join("report/stale.svg");
        fs::create_dir(folder.path().join("report")).unwrap();
        fs::write(&stale, "old").unwrap();
        let page = publish(&publication).unwrap();
        for told in [
            "| a warm hook | at most 1.15 times | 1.20 times | **missed** by 4 % |",
            "| no I/O | **18.0** | **15.0**, 0.833× |",
            "* extism: not built (missing in: warm)",
            "* the child process: no C library",
            "* cold (of lambda_host): 3 s, load 1 1 1 before and 2 2 2 after; no bundle",
            "![Warm call without I/O, us, logarithmic](report/warm.svg)",
        ] {
            assert!(page.contains(told), "{told} is not in {page}");
        }
        let files = fs::read_dir(folder.path().join("report")).unwrap();
        let mut files: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        files.sort();
        assert_eq!(files, ["warm.csv", "warm.svg"]);
        let text = fs::read_to_string(folder.path().join("report/warm.csv")).unwrap();
        assert!(
            text.starts_with("table,row,contender,measure,unit,round,value\nwarm,no I/O,greenlight,"),
            "{text}"
        );
        assert!(!stale.exists() && !folder.path().join("report.old").exists());
    }

    #[test]
    fn the_old_report_is_there_when_the_new_one_cannot_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let publication = Publication::prepare(folder.path().into(), &folder.path().join("scratch")).unwrap();
        let old = publish(&publication).unwrap();
        // A file where the new figures should go.
        fs::write(folder.path().join("report.new"), "").unwrap();
        assert!(publish(&publication).is_err());
        assert_eq!(fs::read_to_string(folder.path().join(PAGE)).unwrap(), old);
        assert!(folder.path().join("report/warm.svg").is_file());
    }

    #[test]
    fn the_figures_of_the_last_time_are_forgotten_at_the_start() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("records.csv"), "old").unwrap();
        let publication = Publication::prepare(folder.path().join("to"), folder.path()).unwrap();
        assert!(!publication.records().exists());
    }
}
