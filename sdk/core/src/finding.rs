//! What a check found: a stable code, how bad it is, where it is, a sentence and a fix.
//!
//! One type serves every check that is made before anything changes: those on the text of an
//! [AppSpec](crate::appspec) and those of a deployment plan on named things, such as an alarm or a container.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// How bad a [`Finding`] is. The worst sorts first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Deploying would fail or do something else than what was asked for.
    Error,
    /// Deploying works, and may surprise.
    Warning,
    /// Worth knowing, nothing to change.
    Note,
}

/// One result of a check.
///
/// `Display` writes one line, `{:#}` adds the fix on a second one.
///
/// ```
/// use greenlight_core::finding::{Finding, Place};
///
/// let finding = Finding::warning("alarm-without-data", "the alarm `latency` has had no data for an hour")
///     .with_place(Place::named("alarm", "latency"))
///     .with_fix("send the metric, or take the alarm out of the deployment group");
/// assert_eq!(
///     format!("{finding:#}"),
///     "alarm latency: warning[alarm-without-data]: the alarm `latency` has had no data for an hour\n  \
///      fix: send the metric, or take the alarm out of the deployment group",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Finding {
    /// A kebab-case name that stays the same between releases, for filters and links.
    pub code: Cow<'static, str>,
    /// How bad it is.
    pub severity: Severity,
    /// Where it is, unless it concerns the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What is the matter: a sentence fragment in lower case, without a full stop.
    pub message: String,
    /// What to write or do instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

/// Where a [`Finding`] is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Place {
    /// A place in a text.
    Text(TextPlace),
    /// A thing with a name, such as the container `web`.
    Named {
        /// What sort of thing, in words: `alarm`, `container`.
        what: String,
        /// Its name.
        name: String,
    },
}

/// A place in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TextPlace {
    /// The file, where the text came from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// First byte and the byte after the last, counted from 0.
    pub span: Range<usize>,
    /// Keys and indices from the root, such as `Resources[0].web.Properties`; empty for the whole text.
    pub path: String,
}

/// How many findings there are of each severity, for a last line: `1 error, 2 warnings`.
///
/// ```
/// use greenlight_core::finding::{Counts, Finding};
///
/// let findings = [Finding::error("a", "one"), Finding::note("b", "two"), Finding::note("b", "three")];
/// assert_eq!(Counts::of(&findings).to_string(), "1 error, 2 notes");
/// assert_eq!(Counts::of(&[]).to_string(), "no findings");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Counts {
    /// Findings that keep the deployment from being made.
    pub errors: usize,
    /// Findings to look at.
    pub warnings: usize,
    /// Findings that ask for nothing.
    pub notes: usize,
}

impl Counts {
    /// Counts the findings.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
        Self {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
        }
    }
}

impl Finding {
    /// A finding that keeps the deployment from being made.
    pub fn error(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A finding to look at before deploying.
    pub fn warning(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A finding that asks for nothing.
    pub fn note(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    fn new(severity: Severity, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { code: code.into(), severity, place: None, message: message.into(), fix: None }
    }

    /// Says what to write or do instead.
    #[must_use]
    pub fn with_fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// Says where it is.
    #[must_use]
    pub fn with_place(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Names the file of a place in a text; other places stay as they are.
    #[must_use]
    pub fn in_file(mut self, name: impl Into<String>) -> Self {
        if let Some(Place::Text(place)) = &mut self.place {
            place.file = Some(name.into());
        }
        self
    }

    /// Whether this alone keeps the deployment from being made.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The place in a text, where it is one.
    #[must_use]
    pub fn text_place(&self) -> Option<&TextPlace> {
        match &self.place {
            Some(Place::Text(place)) => Some(place),
            _ => None,
        }
    }
}

impl Place {
    /// A thing with a name: `Place::named("container", "web")`.
    pub fn named(what: impl Into<String>, name: impl Into<String>) -> Self {
        Self::Named { what: what.into(), name: name.into() }
    }
}

impl TextPlace {
    /// A place in a text of no named file. `line` and `column` count from 1, `span` counts bytes from 0.
    pub fn new(line: usize, column: usize, span: Range<usize>, path: impl Into<String>) -> Self {
        Self { file: None, line, column, span, path: path.into() }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(place) => place.fmt(f),
            Self::Named { what, name } => write!(f, "{what} {name}"),
        }
    }
}

impl fmt::Display for TextPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}:")?;
        }
        write!(f, "{}:{}", self.line, self.column)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        write!(f, "{}[{}]: {}", self.severity, self.code, self.message)?;
        match &self.fix {
            Some(fix) if f.alternate() => write!(f, "\n  fix: {fix}"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = [
            (self.errors, Severity::Error),
            (self.warnings, Severity::Warning),
            (self.notes, Severity::Note),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, severity)| format!("{count} {severity}{}", if count == 1 { "" } else { "s" }))
        .collect();
        if parts.is_empty() { f.write_str("no findings") } else { f.write_str(&parts.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_a_file_is_written_as_editors_read_it() {
        let finding = Finding::error("version", "the version is `1.0`")
            .with_place(Place::Text(TextPlace::new(1, 10, 9..12, "version")))
            .with_fix("write `0.0`")
            .in_file("appspec.yaml");
        assert_eq!(finding.to_string(), "appspec.yaml:1:10: error[version]: the version is `1.0`");
    }

    #[test]
    fn a_finding_survives_json() {
        let finding = Finding::warning("placeholder", "to be replaced")
            .with_place(Place::Text(TextPlace::new(2, 1, 3..4, "")))
            .in_file("a.json");
        let json = serde_json::to_string(&finding).unwrap();
        assert_eq!(serde_json::from_str::<Finding>(&json).unwrap(), finding);
    }
}
