//! What came of the cases, as CI systems read it: a test suite for the plugin, a test case for each case.

use std::error::Error;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use greenlight_hook_runtime::testing::CaseReport;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::super::Fault;
use super::{Tested, text};

/// The file, opened before there is anything to write: who waited for all cases shall not learn then that it cannot be written.
pub(super) struct JUnit {
    path: PathBuf,
    file: File,
}

impl JUnit {
    /// Makes the file, or empties it.
    pub(super) fn create(path: &Path) -> Result<Self, Fault> {
        match File::create(path) {
            Ok(file) => Ok(Self { path: path.to_owned(), file }),
            Err(error) => Err(Fault::Junit { path: path.to_owned(), source: error.into() }),
        }
    }

    /// Writes what came of the cases.
    pub(super) fn write(mut self, tested: &Tested<'_>) -> Result<(), Fault> {
        let written = xml(tested).and_then(|xml| self.file.write_all(xml.as_bytes()).map_err(Into::into));
        written.map_err(|source| Fault::Junit { path: self.path, source })
    }
}

fn xml(tested: &Tested<'_>) -> Result<String, Box<dyn Error + Send + Sync>> {
    let plugin = tested.hook.name();
    let mut suite = TestSuite::new(plugin);
    suite.add_test_cases(tested.reports.iter().map(|report| {
        let mut case = TestCase::new(report.name.as_str(), status(report));
        case.set_classname(plugin).set_time(report.elapsed).set_system_out(told(report));
        case
    }));
    suite.add_test_cases(tested.not_run().iter().map(|case| {
        let mut skipped = TestCaseStatus::skipped();
        skipped.set_message("interrupted before it was run");
        let mut case = TestCase::new(case.name.as_str(), skipped);
        case.set_classname(plugin);
        case
    }));
    suite.set_time(tested.reports.iter().map(|report| report.elapsed).sum());
    let mut report = Report::new("greenlight hook test");
    report.add_test_suite(suite);
    Ok(report.to_string()?)
}

fn status(report: &CaseReport) -> TestCaseStatus {
    let Some(first) = report.mismatches.first() else { return TestCaseStatus::success() };
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    let all: Vec<_> = report.mismatches.iter().map(ToString::to_string).collect();
    status.set_type(first.of.as_str()).set_message(first.to_string()).set_description(all.join("\n"));
    status
}

/// The case as people read it.
fn told(report: &CaseReport) -> String {
    let mut told = Vec::new();
    // A vector takes every byte: there is no error to see.
    drop(text::case(report, &mut told));
    String::from_utf8_lossy(&told).into_owned()
}
