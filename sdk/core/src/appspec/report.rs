//! Findings as they are collected, each with its place in the text.

use std::ops::Range;

use super::fault::Fault;
use super::source::Source;
use crate::finding::Finding;

/// What a rule has to say at one place.
#[derive(Debug)]
pub(super) struct Report<'s, 't> {
    pub(super) source: &'s Source<'t>,
    findings: Vec<Finding>,
}

impl<'s, 't> Report<'s, 't> {
    pub(super) const fn new(source: &'s Source<'t>) -> Self {
        Self { source, findings: Vec::new() }
    }

    /// Adds a finding at a range of bytes, with the path of keys that leads there.
    pub(super) fn add(&mut self, finding: Finding, at: Range<usize>, path: &str) {
        self.findings.push(finding.with_place(self.source.place(at, path)));
    }

    /// Adds what ended the reading.
    pub(super) fn add_fault(&mut self, fault: Fault) {
        self.add(*fault.finding, fault.at, "");
    }

    /// Whether nothing has been found so far.
    pub(super) const fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// The findings in the order of the text; one that an alias repeats is said once.
    pub(super) fn into_findings(self) -> Vec<Finding> {
        let mut findings = self.findings;
        findings.sort_by_key(|finding| finding.text_place().map_or(0, |place| place.span.start));
        let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
        for finding in findings {
            let start = finding.text_place().map(|place| place.span.start);
            let mut near =
                kept.iter().rev().take_while(|one| one.text_place().map(|place| place.span.start) == start);
            if !near.any(|one| one.code == finding.code && one.message == finding.message) {
                kept.push(finding);
            }
        }
        kept
    }
}

/// The path of a key inside `parent`.
pub(super) fn key_path(parent: &str, key: &str) -> String {
    if parent.is_empty() { key.to_owned() } else { format!("{parent}.{key}") }
}
