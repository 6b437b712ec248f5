//! Compares what a plugin did with what was expected of it.

use std::fmt::Display;

use super::{CaseReport, ExpectedRequest, ExpectedVerdict, Mismatch};
use crate::{CheckOutcome, http::HttpRecord};

/// Everything that is not as expected, what matters most first.
pub(super) fn mismatches(report: &CaseReport) -> Vec<Mismatch> {
    let expected = &report.expected;
    let mut found = Vec::new();
    let mut differs = |of: &dyn Display, expected: &dyn Display, got: &dyn Display| {
        found.push(Mismatch { of: of.to_string(), expected: expected.to_string(), got: got.to_string() });
    };

    let verdict = ExpectedVerdict::of(report.last.status());
    let reason = report.last.reason();
    if verdict != expected.verdict {
        differs(&"verdict", &expected.verdict, &format_args!("{verdict}: {reason}"));
    }
    if let Some(text) = expected.reason.as_ref().filter(|text| !reason.contains(text.as_str())) {
        differs(&"reason", &format_args!("a text with {text:?}"), &format_args!("{reason:?}"));
    }
    let attempts = report.attempts().count();
    if let Some(wanted) = expected.attempts.filter(|wanted| usize::try_from(*wanted) != Ok(attempts)) {
        differs(&"attempts", &wanted, &attempts);
    }
    for (name, outcome) in &expected.checks {
        if let Some(got) = other_outcome(report, name, *outcome) {
            differs(&format_args!("check {name:?}"), outcome, &got);
        }
    }
    if let Some((wanted, got)) = other_requests(report) {
        differs(&"requests", &wanted, &got);
    }
    found
}

/// What a check came to instead, if it did not come to `wanted` whenever it was made.
fn other_outcome(report: &CaseReport, name: &str, wanted: CheckOutcome) -> Option<String> {
    let checks = &report.last.checks;
    let mut made = checks.iter().filter(|check| check.name == name).peekable();
    if made.peek().is_none() {
        let names: Vec<_> = checks.iter().map(|check| format!("{:?}", check.name)).collect();
        return Some(match names.as_slice() {
            [] => "no checks at all".to_owned(),
            names => format!("no such check, only {}", names.join(", ")),
        });
    }
    let other = made.find(|check| check.outcome != wanted)?;
    Some(match other.detail.as_str() {
        "" => other.outcome.to_string(),
        detail => format!("{}: {detail}", other.outcome),
    })
}

/// What was expected and what came instead, if the requests are not as they should be.
fn other_requests(report: &CaseReport) -> Option<(String, String)> {
    let expected = &report.expected;
    let made: Vec<&HttpRecord> = report.attempts().flat_map(|attempt| &attempt.requests).collect();
    let is = |wanted: &ExpectedRequest, request: &HttpRecord| {
        wanted.is(&request.method, &request.url, report.path_of(&request.url))
    };
    if expected.in_order {
        let fits = expected.requests.len() == made.len()
            && expected.requests.iter().zip(&made).all(|(wanted, request)| is(wanted, request));
        return (!fits).then(|| (format!("only {}", listed(&expected.requests)), spelled(report, &made)));
    }
    let mut missing =
        expected.requests.iter().filter(|wanted| !made.iter().any(|request| is(wanted, request)));
    let first = missing.next()?;
    let missing: Vec<_> = std::iter::once(first).chain(missing).collect();
    Some((listed(missing), spelled(report, &made)))
}

fn listed<T: Display>(requests: impl IntoIterator<Item = T>) -> String {
    requests.into_iter().map(|request| request.to_string()).collect::<Vec<_>>().join(", ")
}

/// Requests in short, equal ones that follow each other counted.
fn spelled(report: &CaseReport, requests: &[&HttpRecord]) -> String {
    let mut spelled: Vec<(String, usize)> = Vec::new();
    for request in requests {
        let target = report.path_of(&request.url).unwrap_or(&request.url);
        let text = format!("{} {target}", request.method);
        match spelled.last_mut() {
            Some((last, count)) if *last == text => *count += 1,
            _ => spelled.push((text, 1)),
        }
    }
    if spelled.is_empty() {
        return "none".to_owned();
    }
    listed(spelled.iter().map(|(text, count)| match count {
        1 => text.clone(),
        count => format!("{text} ({count} times)"),
    }))
}
