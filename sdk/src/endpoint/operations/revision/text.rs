//! The text of a revision's AppSpec, wherever it is.

use std::fs;
use std::path::{Component, Path, PathBuf};

use greenlight_core::appspec::MAX_BYTES;

use crate::endpoint::catalogue::{Location, Revision, S3Object};
use crate::endpoint::error::ServiceError;

/// The text of a revision. What is in a bucket is read from the directory of that name below `buckets`.
///
/// # Errors
///
/// `RevisionDoesNotExistException` when it is not there, `InvalidRevisionException` when it cannot be one.
pub(crate) fn text(revision: &Revision, buckets: Option<&Path>) -> Result<String, ServiceError> {
    match (&revision.location, &revision.content) {
        (Location::S3(object), _) => object_text(object, buckets),
        (_, Some(content)) => Ok(content.clone()),
        (location, None) => Err(ServiceError::revision_does_not_exist(location)),
    }
}

fn object_text(object: &S3Object, buckets: Option<&Path>) -> Result<String, ServiceError> {
    if let Some(archive @ ("tar" | "tgz" | "zip")) = object.bundle_type.as_deref() {
        return Err(ServiceError::invalid_revision(format!(
            "This endpoint reads no bundles of the type {archive}: give the AppSpec itself, with the bundle type YAML or \
             JSON."
        )));
    }
    let Some(buckets) = buckets else {
        return Err(ServiceError::invalid_revision(format!(
            "This endpoint has no directory for buckets, so it cannot read {object}. Give it one, or give the AppSpec as \
             appSpecContent."
        )));
    };
    let path = place(buckets, object)
        .ok_or_else(|| ServiceError::invalid_revision(format!("{object} is outside of its bucket.")))?;
    let missing = || ServiceError::revision_does_not_exist(object);
    let size = fs::metadata(&path).ok().filter(fs::Metadata::is_file).ok_or_else(missing)?.len();
    if size > MAX_BYTES as u64 {
        return Err(ServiceError::invalid_revision(format!(
            "{object} has {size} bytes, and an AppSpec can have {MAX_BYTES}."
        )));
    }
    let bytes = fs::read(&path).map_err(|_| missing())?;
    String::from_utf8(bytes)
        .map_err(|_| ServiceError::invalid_revision(format!("{object} is not a UTF-8 text.")))
}

/// Where an object is, unless its name leads out of its bucket.
fn place(buckets: &Path, object: &S3Object) -> Option<PathBuf> {
    let inside = |part: &str| Path::new(part).components().all(|part| matches!(part, Component::Normal(_)));
    (inside(&object.bucket) && inside(&object.key)).then(|| buckets.join(&object.bucket).join(&object.key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(bucket: &str, key: &str) -> S3Object {
        let (bucket, key) = (bucket.to_owned(), key.to_owned());
        S3Object { bucket, key, bundle_type: None, version: None, e_tag: None }
    }

    #[test]
    fn no_key_leads_out_of_the_buckets() {
        let root = Path::new("/buckets");
        assert_eq!(place(root, &object("b", "a/c.yaml")), Some("/buckets/b/a/c.yaml".into()));
        for (bucket, key) in
            [("..", "x"), ("b", "../x"), ("b", "a/../../x"), ("b", "/etc/passwd"), (".", "x")]
        {
            assert_eq!(place(root, &object(bucket, key)), None, "{bucket} {key}");
        }
    }
}
