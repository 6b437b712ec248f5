//! Which revision is meant: read and written.

use greenlight_core::{ComputePlatform, appspec};

use crate::endpoint::catalogue::{Application, Location, Revision, S3Object};
use crate::endpoint::error::ServiceError;
use crate::endpoint::shapes::revision::{Content, RevisionLocation, S3Location};

/// A revision as a request has it.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) location: Location,
    /// The text, where it came along.
    pub(crate) content: Option<String>,
}

impl Given {
    /// Whether it is only a digest.
    pub(crate) const fn needs_content(&self) -> bool {
        self.content.is_none() && !matches!(self.location, Location::S3(_))
    }
}

/// Reads a revision. Where there is a text without a digest, the digest is that of the text.
///
/// # Errors
///
/// `RevisionRequiredException`, `InvalidRevisionException`.
pub(crate) fn read(
    application: &Application,
    given: Option<RevisionLocation>,
) -> Result<Given, ServiceError> {
    let given = given.ok_or_else(ServiceError::revision_required)?;
    let invalid = |why: String| Err(ServiceError::invalid_revision(why));
    // The type may be left out where one member alone says it.
    let kind = match &given {
        RevisionLocation { revision_type: Some(kind), .. } => kind.as_str(),
        RevisionLocation { app_spec_content: Some(_), .. } => "AppSpecContent",
        RevisionLocation { string: Some(_), .. } => "String",
        RevisionLocation { s3_location: Some(_), .. } => "S3",
        RevisionLocation { git_hub_location: Some(_), .. } => "GitHub",
        _ => return Err(ServiceError::revision_required()),
    };
    match kind {
        "AppSpecContent" => {
            let (content, sha256) = content(given.app_spec_content, "appSpecContent")?;
            Ok(Given { location: Location::AppSpecContent { sha256 }, content })
        }
        "String" if application.platform == ComputePlatform::Lambda => {
            let (content, sha256) = content(given.string, "string")?;
            Ok(Given { location: Location::String { sha256 }, content })
        }
        "S3" => Ok(Given { location: Location::S3(s3(given.s3_location)?), content: None }),
        "String" | "GitHub" => invalid(format!(
            "A revision of the type {kind} cannot be used with the compute platform {}: use AppSpecContent or S3.",
            application.platform
        )),
        other => invalid(format!("{other:?} is not a type of revisions: use AppSpecContent or S3.")),
    }
}

/// The revision as deployments show it: a text only by its digest.
pub(crate) fn without_content(location: &Location) -> RevisionLocation {
    write(location, None)
}

/// The revision with its text.
pub(super) fn with_content(revision: &Revision) -> RevisionLocation {
    write(&revision.location, revision.content.clone())
}

fn write(location: &Location, content: Option<String>) -> RevisionLocation {
    let written =
        |kind: &str| RevisionLocation { revision_type: Some(kind.to_owned()), ..RevisionLocation::default() };
    match location {
        Location::AppSpecContent { sha256 } => RevisionLocation {
            app_spec_content: Some(Content { content, sha256: Some(sha256.clone()) }),
            ..written("AppSpecContent")
        },
        Location::String { sha256 } => RevisionLocation {
            string: Some(Content { content, sha256: Some(sha256.clone()) }),
            ..written("String")
        },
        Location::S3(object) => RevisionLocation {
            s3_location: Some(S3Location {
                bucket: Some(object.bucket.clone()),
                key: Some(object.key.clone()),
                bundle_type: object.bundle_type.clone(),
                version: object.version.clone(),
                e_tag: object.e_tag.clone(),
            }),
            ..written("S3")
        },
    }
}

fn content(given: Option<Content>, member: &str) -> Result<(Option<String>, String), ServiceError> {
    let given = given.unwrap_or_default();
    let sha256 = given.sha256.filter(|sha256| !sha256.is_empty()).map(|sha256| sha256.to_ascii_lowercase());
    let content = given.content.filter(|content| !content.is_empty());
    match (content, sha256) {
        (Some(content), None) => {
            let sha256 = appspec::sha256(&content);
            Ok((Some(content), sha256))
        }
        (Some(content), Some(sha256)) => {
            let actual = appspec::sha256(&content);
            if actual == sha256 {
                return Ok((Some(content), sha256));
            }
            Err(ServiceError::invalid_revision(format!(
                "The sha256 of {member} is {sha256}, and that of its content {actual}."
            )))
        }
        (None, Some(sha256)) => {
            let valid = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit());
            if valid {
                return Ok((None, sha256));
            }
            Err(ServiceError::invalid_revision(format!(
                "{sha256:?} is not a SHA-256: it has 64 hexadecimal digits."
            )))
        }
        (None, None) => Err(ServiceError::invalid_revision(format!(
            "The revision has neither a content nor a sha256 in {member}."
        ))),
    }
}

fn s3(given: Option<S3Location>) -> Result<S3Object, ServiceError> {
    let given = given.unwrap_or_default();
    let some = |text: Option<String>| text.filter(|text| !text.is_empty());
    let (Some(bucket), Some(key)) = (some(given.bucket), some(given.key)) else {
        return Err(ServiceError::invalid_revision("A revision in S3 must have a bucket and a key."));
    };
    if bucket.contains('/') {
        return Err(ServiceError::invalid_revision(format!("{bucket:?} is not the name of a bucket.")));
    }
    let bundle_type = some(given.bundle_type);
    if let Some(other) =
        bundle_type.as_deref().filter(|kind| !["tar", "tgz", "zip", "YAML", "JSON"].contains(kind))
    {
        return Err(ServiceError::invalid_revision(format!(
            "{other:?} is not a type of bundles: use tar, tgz, zip, YAML or JSON."
        )));
    }
    Ok(S3Object { bucket, key, bundle_type, version: some(given.version), e_tag: some(given.e_tag) })
}
