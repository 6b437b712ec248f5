//! The bundle, and how it gets to Lambda.

use std::fmt;

use aws_sdk_lambda::primitives::Blob;
use aws_sdk_s3::primitives::ByteStream;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest as _, Sha256};

use super::HookFunction;
use crate::setup::SetupError;
use crate::setup::change::{Action, Change};
use crate::setup::error::{failed, is};
use crate::setup::owner::TAG;
use crate::setup::run::Run;

/// The largest zip, in bytes, that Lambda takes in a request: 50 MB (Lambda quotas).
const MOST_IN_A_REQUEST: usize = 50 * 1024 * 1024;

/// The bytes of a bundle, with their digest.
#[derive(Clone)]
pub(super) struct Code {
    zip: Bytes,
    digest: [u8; 32],
}

/// Where Lambda finds the bundle.
pub(super) enum Upload {
    /// In the request itself.
    Request(Blob),
    /// In Amazon S3, where it is deleted afterwards.
    Object { bucket: String, key: String },
}

impl Code {
    pub(super) fn new(zip: Vec<u8>) -> Self {
        let digest = Sha256::digest(&zip).into();
        Self { zip: zip.into(), digest }
    }

    /// The digest as Lambda has it, `CodeSha256`.
    pub(super) fn sha256(&self) -> String {
        STANDARD.encode(self.digest)
    }

    /// Size and digest, for people.
    pub(super) fn described(&self) -> String {
        format!("bundle {}, {} bytes", self.short(), self.zip.len())
    }

    /// The first letters of the digest, as `sha256sum` writes it.
    pub(super) fn short(&self) -> String {
        self.hex().chars().take(12).collect()
    }

    fn hex(&self) -> String {
        self.digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl HookFunction {
    /// Says before anything is made whether the bundle can be brought to Lambda.
    pub(super) fn check_size(&self) -> Result<(), SetupError> {
        if self.code.zip.is_empty() {
            return Err(SetupError::invalid(format!(
                "the bundle of {} is empty; make one with `greenlight hook pack`",
                self.name
            )));
        }
        if self.code.zip.len() > MOST_IN_A_REQUEST && self.bucket.is_none() {
            return Err(SetupError::invalid(format!(
                "the bundle of {} has {} bytes, and Lambda takes 50 MB in a request; name a bucket that it may go through",
                self.name,
                self.code.zip.len()
            )));
        }
        Ok(())
    }

    /// Brings the bundle to where Lambda finds it.
    pub(super) async fn upload(&self) -> Result<Upload, SetupError> {
        let Some(bucket) = self.bucket.as_ref().filter(|_| self.code.zip.len() > MOST_IN_A_REQUEST) else {
            return Ok(Upload::Request(Blob::new(self.code.zip.clone())));
        };
        let key = format!("{}{}.zip", self.prefix(), self.code.hex());
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let call = self
            .s3
            .put_object()
            .bucket(bucket)
            .key(&key)
            .tagging(format!("{}={}", encoded(TAG), encoded(self.owner.name())))
            .body(ByteStream::from(self.code.zip.clone()));
        call.send().await.map_err(|error| failed("s3:PutObject", format!("{bucket}/{key}"), error))?;
        Ok(Upload::Object { bucket: bucket.clone(), key })
    }

    /// Deletes what Lambda has copied by now.
    pub(super) async fn delete_uploaded(&self, upload: &Upload) -> Result<(), SetupError> {
        if let Upload::Object { bucket, key } = upload {
            self.delete_object(bucket, key).await?;
        }
        Ok(())
    }

    /// Deletes bundles in the bucket that a set-up which was broken off left there.
    pub(super) async fn remove_uploads(&self, run: &mut Run) -> Result<(), SetupError> {
        let Some(bucket) = &self.bucket else { return Ok(()) };
        let mut pages =
            self.s3.list_objects_v2().bucket(bucket).prefix(self.prefix()).into_paginator().send();
        let mut keys = Vec::new();
        while let Some(page) = pages.next().await {
            let page = match page {
                Ok(page) => page,
                Err(error) if is(&error, &["NoSuchBucket"]) => return Ok(()),
                Err(error) => return Err(failed("s3:ListBucket", bucket, error)),
            };
            keys.extend(page.contents.unwrap_or_default().into_iter().filter_map(|object| object.key));
        }
        for key in keys {
            let call = self.s3.get_object_tagging().bucket(bucket).key(&key);
            let tags = match call.send().await {
                Ok(output) => output.tag_set,
                Err(error) if is(&error, &["NoSuchKey"]) => continue,
                Err(error) => return Err(failed("s3:GetObjectTagging", format!("{bucket}/{key}"), error)),
            };
            let is_ours = self.owner.made(tags.iter().map(|tag| (tag.key(), tag.value())));
            if is_ours && run.does(Change::new(Action::Delete, "object", format!("{bucket}/{key}"))) {
                self.delete_object(bucket, &key).await?;
            }
        }
        Ok(())
    }

    async fn delete_object(&self, bucket: &str, key: &str) -> Result<(), SetupError> {
        let call = self.s3.delete_object().bucket(bucket).key(key);
        call.send().await.map_err(|error| failed("s3:DeleteObject", format!("{bucket}/{key}"), error))?;
        Ok(())
    }

    fn prefix(&self) -> String {
        format!("greenlight/{}/", self.name)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.described())
    }
}
