//! What came of a run, for people.

use std::io::{self, Write};

use greenlight_hook_runtime::{HookReport, Limits, Verdict};

use super::Args;
use crate::hook::report_view::ReportView;
use crate::view::clean::one_line;

/// The details, and in the last line how it ended.
pub(super) fn write(
    report: &HookReport,
    limits: &Limits,
    args: &Args,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{} at {} of {}", one_line(&report.plugin), one_line(&args.event), one_line(&args.url))?;
    ReportView::new(report, limits).write_details(out)?;
    writeln!(out, "\n{}: {}", report.status(), one_line(&report.reason()))?;
    match report.verdict() {
        Some(Verdict::Pending { state, .. }) if !state.is_empty() => {
            writeln!(out, "its state for the next attempt: {}", one_line(state))
        }
        _ => Ok(()),
    }
}
