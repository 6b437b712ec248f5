//! What was found, for people. What a function says is not trusted: it reaches the terminal only cleaned.

use std::io::{self, Write};

use super::Report;
use super::finding::{Finding, Outcome};
use super::policy::Policy;
use crate::view::clean::one_line;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let of = |wanted: Outcome| report.findings.iter().filter(|finding| finding.outcome == wanted).count();
    let counted: Vec<String> = [
        (of(Outcome::Missing), "missing"),
        (of(Outcome::Failed), "failed"),
        (of(Outcome::Unknown), "unknown"),
        (of(Outcome::Ok), "ok"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, outcome)| format!("{count} {outcome}"))
    .collect();
    let place = report.endpoint.as_deref().unwrap_or(&report.region);
    writeln!(out, "{} at {}: {}", one_line(&report.function), one_line(place), counted.join(", "))?;
    for finding in &report.findings {
        write_finding(finding, out)?;
    }
    write_policy(report.role_policy.as_ref(), "the policies of the function's role", out)?;
    write_policy(report.caller_policy.as_ref(), "your own policies", out)?;
    if !report.log.is_empty() {
        writeln!(out, "\nthe end of the function's log:")?;
    }
    report.log.iter().try_for_each(|line| writeln!(out, "  {}", one_line(line)))
}

fn write_finding(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let outcome = match finding.outcome {
        Outcome::Ok => "ok",
        Outcome::Missing => "MISSING",
        Outcome::Failed => "FAILED",
        Outcome::Unknown => "unknown",
    };
    let Finding { check, subject, sentence, .. } = finding;
    write!(out, "{outcome:7}  {:11}  {}: {}", one_line(check), one_line(subject), one_line(sentence))?;
    match &finding.fix {
        Some(fix) => writeln!(out, "; {}", one_line(fix)),
        None => writeln!(out),
    }
}

fn write_policy(policy: Option<&Policy>, whose: &str, out: &mut dyn Write) -> io::Result<()> {
    let Some(policy) = policy else { return Ok(()) };
    writeln!(out, "\nadd to {whose}:")?;
    // JSON has its control characters escaped.
    serde_json::to_writer_pretty(&mut *out, policy).map_err(io::Error::from)?;
    writeln!(out)
}
