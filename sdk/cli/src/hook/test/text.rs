//! What came of the cases, for people.

use std::io::{self, Write};

use greenlight_hook_runtime::http::HttpRecord;
use greenlight_hook_runtime::testing::CaseReport;
use greenlight_hook_runtime::units::time;
use greenlight_hook_runtime::{Hook, HookReport, Verdict};

use super::super::report_view::{ReportView, word};
use super::super::shown;
use super::{Input, Tested};
use crate::view::clean::one_line;

/// What is about to be tested.
pub(super) fn head(input: &Input, hook: &Hook, out: &mut dyn Write) -> io::Result<()> {
    let count = input.cases.len();
    let plural = if count == 1 { "" } else { "s" };
    writeln!(
        out,
        "{} (sha256:{}), {count} case{plural} of {}",
        one_line(&shown(&input.plugin)),
        hook.digest(),
        one_line(&shown(&input.file))
    )
}

/// One case, with all of its attempts.
pub(super) fn case(report: &CaseReport, out: &mut dyn Write) -> io::Result<()> {
    let standing = if report.is_as_expected() { "ok" } else { "FAILED" };
    let verdict = word(report.last.status());
    writeln!(out, "\n{standing:7} {} ({verdict}, {})", one_line(&report.name), time(report.elapsed))?;
    for mismatch in &report.mismatches {
        writeln!(out, "  EXPECTED  {}", one_line(&mismatch.to_string()))?;
    }
    let remark = |request: &HttpRecord| {
        (request.status == Some(404) && report.is_uncovered(request)).then_some("no route covers it")
    };
    let several = !report.earlier.is_empty();
    for (at, attempt) in report.attempts().enumerate() {
        if several {
            writeln!(out, "  attempt {}{}", at + 1, asked_to_wait(attempt))?;
        }
        ReportView::new(attempt, &report.limits).with_remarks(&remark).write(out)?;
    }
    Ok(())
}

fn asked_to_wait(attempt: &HookReport) -> String {
    match attempt.verdict() {
        Some(Verdict::Pending { delay, .. }) => format!(", {} before the next, not waited for", time(*delay)),
        _ => String::new(),
    }
}

/// How many cases are as expected, and which are not.
pub(super) fn closing(tested: &Tested<'_>, out: &mut dyn Write) -> io::Result<()> {
    let count = tested.input.cases.len();
    let wrong: Vec<_> = tested.not_as_expected().map(|report| one_line(&report.name)).collect();
    let not_run = tested.not_run().len();
    let plural = if count == 1 { "" } else { "s" };
    write!(out, "\n{count} case{plural}: {} as expected", tested.reports.len() - wrong.len())?;
    if !wrong.is_empty() {
        write!(out, ", {} not: {}", wrong.len(), wrong.join("; "))?;
    }
    if not_run > 0 {
        write!(out, ", {not_run} not run, because it was interrupted")?;
    }
    writeln!(out)
}
