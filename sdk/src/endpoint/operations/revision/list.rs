//! Lists of revisions.

use std::cmp::Reverse;

use greenlight_core::Timestamp;

use super::checked_name;
use super::location::without_content;
use crate::endpoint::catalogue::{Location, Revision};
use crate::endpoint::context::Context;
use crate::endpoint::deployments::Targets;
use crate::endpoint::error::ServiceError;
use crate::endpoint::operation::Operation;
use crate::endpoint::pagination::List;
use crate::endpoint::shapes::revision::{ListApplicationRevisionsInput, ListApplicationRevisionsOutput};

/// By which of its times a revision is sorted.
type Time = fn(&Revision) -> Option<Timestamp>;

/// Lists the revisions of an application. Without an order of its own, those registered last come first.
pub(crate) fn list(
    context: &Context,
    input: ListApplicationRevisionsInput,
) -> Result<ListApplicationRevisionsOutput, ServiceError> {
    let application = checked_name(input.application_name)?;
    let deployed = deployed(input.deployed.as_deref());
    let targets = matches!(deployed, Ok(Some(_))).then(|| Targets::of(context, &application));
    context.catalogue.read(|tables| {
        let application = tables.application(&application)?;
        let time = sort_by(input.sort_by.as_deref())?;
        let ascending = ascending(input.sort_order.as_deref())?;
        let objects = Objects::read(input.s3_bucket, input.s3_key_prefix)?;
        let deployed = deployed?;

        let by = input.sort_by.as_deref().unwrap_or_default();
        let order = if ascending { "ascending" } else { "descending" };
        let (bucket, prefix) = (objects.bucket.as_deref(), objects.prefix.as_deref());
        let state = input.deployed.as_deref().unwrap_or_default();
        let choice = [
            application.id.as_str(),
            by,
            order,
            bucket.unwrap_or_default(),
            prefix.unwrap_or_default(),
            state,
        ];
        let list = List { operation: Operation::ListApplicationRevisions, choice: &choice };
        let after = context.pages.after(list, input.next_token.as_deref())?;

        let is_target =
            |revision: &Revision| targets.as_ref().is_some_and(|targets| targets.has(&revision.location));
        let mut found: Vec<&Revision> = tables
            .revisions_of(application)
            .filter(|revision| objects.has(&revision.location))
            .filter(|revision| deployed.is_none_or(|wanted| wanted == is_target(revision)))
            .collect();
        // Zero-padded, so that the order of positions is that of times; the revision itself makes each differ.
        let position = |revision: &&Revision| {
            let time = time(revision).map_or(0, Timestamp::as_millis);
            format!("{time:020} {}", revision.location)
        };
        if ascending {
            found.sort_by_cached_key(position);
        } else {
            found.sort_by_cached_key(|revision| Reverse(position(revision)));
        }
        let is_after = |revision: &&Revision| {
            after.as_ref().is_none_or(|after| {
                let position = position(revision);
                if ascending { position > *after } else { position < *after }
            })
        };
        let page = context.pages.cut(list, found.into_iter().filter(is_after), position);
        let revisions = page.items.into_iter().map(|revision| without_content(&revision.location)).collect();
        Ok(ListApplicationRevisionsOutput { revisions, next_token: page.next_token })
    })
}

fn sort_by(given: Option<&str>) -> Result<Time, ServiceError> {
    match given {
        None | Some("registerTime") => Ok(|revision| Some(revision.registered)),
        Some("firstUsedTime") => Ok(|revision| revision.first_used),
        Some("lastUsedTime") => Ok(|revision| revision.last_used),
        Some(other) => Err(ServiceError::invalid_sort_by(other)),
    }
}

fn ascending(given: Option<&str>) -> Result<bool, ServiceError> {
    match given {
        Some("ascending") => Ok(true),
        None | Some("descending") => Ok(false),
        Some(other) => Err(ServiceError::invalid_sort_order(other)),
    }
}

/// Whether targets of groups are listed alone, or the others alone.
fn deployed(given: Option<&str>) -> Result<Option<bool>, ServiceError> {
    match given {
        None | Some("ignore") => Ok(None),
        Some("include") => Ok(Some(true)),
        Some("exclude") => Ok(Some(false)),
        Some(other) => Err(ServiceError::invalid_deployed_state_filter(other)),
    }
}

/// Which files in buckets are listed. All revisions, if nothing is said.
struct Objects {
    bucket: Option<String>,
    prefix: Option<String>,
}

impl Objects {
    fn read(bucket: Option<String>, prefix: Option<String>) -> Result<Self, ServiceError> {
        if let Some(name) = bucket.as_ref().filter(|name| name.is_empty() || name.contains('/')) {
            return Err(ServiceError::invalid_bucket_name_filter(name));
        }
        match prefix.as_deref() {
            Some("") => Err(ServiceError::invalid_key_prefix_filter()),
            Some(_) if bucket.is_none() => Err(ServiceError::bucket_name_filter_required()),
            _ => Ok(Self { bucket, prefix }),
        }
    }

    fn has(&self, location: &Location) -> bool {
        let Some(bucket) = &self.bucket else { return true };
        let Location::S3(object) = location else { return false };
        object.bucket == *bucket && self.prefix.as_ref().is_none_or(|prefix| object.key.starts_with(prefix))
    }
}
