//! Revisions as they are kept.

use std::fmt;

use greenlight_core::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tables;
use super::application::Application;
use super::table::Row;

/// A registered revision. Kept under its application's id and its own identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Revision {
    pub(crate) application_id: String,
    pub(crate) location: Location,
    /// The text, where it came with the revision.
    pub(crate) content: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) registered: Timestamp,
    pub(crate) first_used: Option<Timestamp>,
    pub(crate) last_used: Option<Timestamp>,
}

/// Which revision: what tells it from all others of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Location {
    /// The text of an AppSpec, by its digest.
    AppSpecContent {
        /// In lower-case hexadecimal, of the exact bytes.
        sha256: String,
    },
    /// The same in the older form, for Lambda.
    String {
        /// In lower-case hexadecimal, of the exact bytes.
        sha256: String,
    },
    /// A file in a bucket.
    S3(S3Object),
}

/// A file in a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct S3Object {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) bundle_type: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) e_tag: Option<String>,
}

impl Row for Revision {}

impl Revision {
    /// The key of a revision of an application.
    pub(crate) fn key(application: &Application, location: &Location) -> String {
        format!("{}/{location}", application.id)
    }
}

impl Tables {
    /// The revisions of an application.
    pub(crate) fn revisions_of(&self, application: &Application) -> impl Iterator<Item = &Revision> {
        self.revisions.with_prefix(format!("{}/", application.id)).map(|(_, revision)| revision)
    }
}

/// Tells it from all others.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AppSpecContent { sha256 } => write!(f, "AppSpecContent {sha256}"),
            Self::String { sha256 } => write!(f, "String {sha256}"),
            Self::S3(object) => write!(f, "S3 {object}"),
        }
    }
}

impl fmt::Display for S3Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // No name of a bucket has a slash, and what is quoted cannot run into what follows.
        write!(f, "{}/{:?}", self.bucket, self.key)?;
        for (name, value) in
            [("bundle type", &self.bundle_type), ("version", &self.version), ("ETag", &self.e_tag)]
        {
            if let Some(value) = value {
                write!(f, " {name} {value:?}")?;
            }
        }
        Ok(())
    }
}
