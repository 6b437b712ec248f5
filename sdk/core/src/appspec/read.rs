//! From text to AppSpec, with every finding on the way.

use std::fmt;

use super::limits::MAX_BYTES;
use super::node::Node;
use super::report::Report;
use super::source::Source;
use super::spec::AppSpec;
use super::{duplicates, json, rules, yaml};
use crate::finding::{Counts, Finding, Place, TextPlace};

/// What reading a text came to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reading {
    /// The AppSpec; there is one exactly when no finding is an error.
    pub spec: Option<AppSpec>,
    /// Everything found, in the order of the text.
    pub findings: Vec<Finding>,
}

/// A text that is no AppSpec.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidAppSpec {
    /// Everything found, in the order of the text; at least one is an error.
    pub findings: Vec<Finding>,
}

impl AppSpec {
    /// Reads YAML, or JSON where the text begins with a brace.
    ///
    /// Never fails half-way: all that can be found is found in one pass. Texts beyond [`MAX_BYTES`] and nesting beyond
    /// [`MAX_DEPTH`](super::MAX_DEPTH) are refused.
    #[must_use]
    pub fn read(text: &str) -> Reading {
        if text.len() > MAX_BYTES {
            return Reading::refused(too_long());
        }
        let source = Source::new(text);
        let mut report = Report::new(&source);
        let spec = match parse(&mut report) {
            Some(tree) => {
                duplicates::check(&tree, "", &mut report);
                rules::read(&tree, &mut report)
            }
            None => {
                rules::nothing_read(&mut report);
                None
            }
        };
        let findings = report.into_findings();
        Reading { spec: spec.filter(|_| !findings.iter().any(Finding::is_error)), findings }
    }

    /// Reads bytes, for texts from elsewhere that may not be UTF-8.
    #[must_use]
    pub fn read_bytes(bytes: &[u8]) -> Reading {
        if bytes.len() > MAX_BYTES {
            return Reading::refused(too_long());
        }
        let error = match std::str::from_utf8(bytes) {
            Ok(text) => return Self::read(text),
            Err(error) => error,
        };
        let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let message = match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "the text is UTF-16".to_owned(),
            _ => format!("the byte at position {} is not UTF-8", error.valid_up_to()),
        };
        let finding = Finding::error("not-utf-8", message).with_fix("save the file as UTF-8");
        let text = String::from_utf8_lossy(valid);
        let at = text.len();
        Reading::refused(finding.with_place(Source::new(&text).place(at..at, "")))
    }
}

impl Reading {
    /// Whether the text can be deployed: it may still have warnings.
    #[must_use]
    pub const fn is_deployable(&self) -> bool {
        self.spec.is_some()
    }

    /// The AppSpec.
    ///
    /// # Errors
    ///
    /// Every finding, where one of them is an error.
    pub fn into_spec(self) -> Result<AppSpec, InvalidAppSpec> {
        self.spec.ok_or(InvalidAppSpec { findings: self.findings })
    }

    /// A text that is not looked into.
    fn refused(finding: Finding) -> Self {
        let place = finding.place.clone().unwrap_or_else(|| Place::Text(TextPlace::new(1, 1, 0..0, "")));
        Self { spec: None, findings: vec![finding.with_place(place)] }
    }
}

impl std::str::FromStr for AppSpec {
    type Err = InvalidAppSpec;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::read(text).into_spec()
    }
}

/// One line: `can be deployed, 1 warning`.
impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.is_deployable() { "can be deployed" } else { "cannot be deployed" };
        write!(f, "{verdict}, {}", Counts::of(&self.findings))
    }
}

impl fmt::Display for InvalidAppSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the AppSpec cannot be deployed")?;
        for finding in self.findings.iter().filter(|finding| finding.is_error()) {
            write!(f, "\n{finding:#}")?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidAppSpec {}

/// The tree of a text, whatever the rules say of it.
pub(super) fn tree(text: &str) -> Option<Node> {
    parse(&mut Report::new(&Source::new(text)))
}

fn parse(report: &mut Report<'_, '_>) -> Option<Node> {
    if report.source.body().trim_start().starts_with('{') { json::read(report) } else { yaml::read(report) }
}

fn too_long() -> Finding {
    Finding::error("too-long", format!("the text is longer than the {MAX_BYTES} bytes that are read"))
        .with_fix("give the AppSpec alone: a real one has about one kilobyte")
}
